"""Whoever writes a customer's rows, and however: a run of the measures learns whose they are, on both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge.clock import Clock
from knowledge.crm.changed import MANY, TRIGGERS, note_everything, notes_changes, unnoted
from knowledge.crm.schema import migrate
from knowledge.crm.store import bulk_engine
from knowledge.insight.warehouse import CUSTOMERS_TABLES
from knowledge.intake.intake import import_folder
from tests.contracts.conftest import MakeDatabase, execute
from tests.contracts.test_row_security import ROLES
from tests.knowledge.insight.changing_bank import ChangingBank, Statement, fill
from tests.knowledge.intake.known_twice import FIRST_DAY, write_files

CONTACT = (
    "INSERT INTO contact (id, customer_id, at, channel) VALUES ('K1', 'C2', '2025-01-01 10:00:00.000000', 'phone')"
)
FEEDBACK = (
    "INSERT INTO feedback (id, customer_id, received_at, channel, kind, text, state) "
    "VALUES ('F1', ?, '2025-01-01 10:00:00.000000', 'app', 'complaint', 'x', 'open')"
)
MERGE = (
    "INSERT INTO merge (id, customer_id, absorbed_id, absorbed, evidence, merged_at, merged_by) "
    "VALUES ('M1', 'C1', 'gone', '{}', '[]', '2025-01-01 10:00:00.000000', 'x')"
)
BOOKING = (
    'INSERT INTO "transaction" (id, account_id, booked_on, amount, currency, kind) '
    "VALUES ('T1', 'A1', '2025-01-01', 100, 'CNY', 'fee')"
)


def notes(bank: ChangingBank) -> list[object]:
    """The customers noted since it was last asked, in order."""
    found = [customer for (customer,) in bank.rows("SELECT customer_id FROM changed_customer")]
    bank.run(("DELETE FROM changed_customer", ()))
    return sorted(found, key=str)


@pytest.fixture
def bank(any_url: str) -> Iterator[ChangingBank]:
    """Customer C1 with the account A1, C2 with A2."""
    filled = ChangingBank(any_url)
    fill(filled, 0)
    for number in (1, 2):
        filled.run(("UPDATE account SET customer_id = ? WHERE id = ?", (f"C{number}", f"A{number}")))
    notes(filled)
    yield filled
    filled.close()


@pytest.mark.parametrize(
    "statement, noted",
    [
        ((BOOKING, ()), ["C1"]),
        (("UPDATE balance SET average = 1 WHERE account_id = 'A1' AND month = '2025-11-30'", ()), ["C1"]),
        (("DELETE FROM balance WHERE account_id = 'A1'", ()), ["C1"]),
        (("UPDATE account SET customer_id = 'C2' WHERE id = 'A1'", ()), ["C1", "C2"]),
        (("UPDATE customer SET tier = 'gold' WHERE id = 'C1'", ()), ["C1"]),
        ((CONTACT, ()), ["C2"]),
        ((FEEDBACK, ("C2",)), ["C2"]),
        ((FEEDBACK, (None,)), [""]),
        ((MERGE, ()), ["C1", "gone"]),
        (("UPDATE unit SET name = 'x'", ()), []),
    ],
)
def test_what_changes_is_noted(bank: ChangingBank, statement: Statement, noted: list[object]) -> None:
    bank.run(statement)
    assert sorted(set(notes(bank)), key=str) == noted


def test_a_booking_that_moves_is_noted_for_both(bank: ChangingBank) -> None:
    bank.run((BOOKING, ()))
    notes(bank)
    bank.run(("UPDATE \"transaction\" SET account_id = 'A2' WHERE id = 'T1'", ()))
    assert notes(bank) == ["C1", "C2"]


def test_who_notes_in_one_go_is_left_alone(bank: ChangingBank) -> None:
    engine = bulk_engine(bank.url)
    with engine.begin() as connection:
        with unnoted(connection):
            connection.execute(text("UPDATE customer SET tier = 'gold'"))
        note_everything(connection)
    with engine.begin() as connection:
        connection.execute(text("UPDATE customer SET tier = 'gold' WHERE id = 'C1'"))
        assert notes_changes(connection)
    assert notes(bank) == ["C1", None]
    with engine.begin() as connection:
        on = ' ON "transaction"' if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER changed_transaction_update{on}"))
        assert not notes_changes(connection)
    engine.dispose()


def test_one_statement_on_postgresql_notes_a_customer_once(make_database: MakeDatabase, migrated_postgres: str) -> None:
    bank = ChangingBank(make_database(migrated_postgres))
    fill(bank, 0)
    notes(bank)
    bank.run(("UPDATE balance SET average = average + 1", ()))
    owners = {owner for (owner,) in bank.rows("SELECT DISTINCT customer_id FROM account")}
    assert set(notes(bank)) == owners
    bank.run(('TRUNCATE "transaction" CASCADE', ()))
    assert notes(bank) == [None]
    bank.close()


def test_row_level_security_does_not_hinder_it(make_database: MakeDatabase, postgres: str) -> None:
    """Even of an owner who is nobody special, and writes past the service."""
    execute(postgres, "CREATE ROLE notes_owner LOGIN", f"GRANT {ROLES} TO notes_owner")
    url = make_database(login="notes_owner")
    migrate(url)
    bank = ChangingBank(url)
    fill(bank, 0)
    notes(bank)
    bank.run(("UPDATE balance SET average = 1 WHERE account_id = 'A1'", ()))
    assert notes(bank) == [owner for (owner,) in bank.rows("SELECT customer_id FROM account WHERE id = 'A1'")]
    bank.close()


def test_an_import_notes_whose_rows_it_changed(any_url: str, tmp_path: Path) -> None:
    """All of them as one set, or nobody by name where they are much of the bank."""
    bank = ChangingBank(any_url)
    write_files(tmp_path, FIRST_DAY)

    def load(day: int) -> list[object]:
        import_folder(
            tmp_path, tmp_path / "mapping.yaml", url=any_url, rejects=tmp_path / "rejects.csv",
            clock=Clock(date(2026, 3, day)),
        )  # fmt: skip
        return notes(bank)

    assert load(1) == [None]
    assert load(2) == []
    bookings = (tmp_path / "bookings.csv").read_text(encoding="utf-8")
    [[account, owner]] = bank.rows("SELECT id, customer_id FROM account ORDER BY id LIMIT 1")
    customers = len(bank.rows("SELECT id FROM customer"))
    line = {"id": "NEW", "account": account, "day": "2026-02-27", "amount": "1.00", "purpose": "x", "after": ""}
    columns = bookings.splitlines()[0].split(",")
    added = ",".join(str(line[column]) for column in columns)
    (tmp_path / "bookings.csv").write_text(f"{bookings.rstrip()}\n{added}\n", encoding="utf-8")
    assert load(3) == ([owner] if MANY * customers >= 1 else [None])
    bank.run(("UPDATE customer SET tier = 'gold' WHERE id = ?", (owner,)))
    assert notes(bank) == [owner]
    bank.close()


def test_every_table_of_customers_rows_has_its_triggers(any_url: str) -> None:
    assert {f"changed_{table}_update" for table in CUSTOMERS_TABLES} <= TRIGGERS
    engine = bulk_engine(any_url)
    with engine.connect() as connection:
        assert notes_changes(connection)
    engine.dispose()
