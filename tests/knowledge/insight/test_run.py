"""A run of the measures: only what changed is written, all or nothing, and what does not fit is refused by name."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.clock import Clock
from knowledge.crm.store import sqlite_url
from knowledge.errors import InsightError
from knowledge.insight.definition import needed, read_definitions
from knowledge.insight.parameters import SHIPPED, read_parameters
from knowledge.insight.period import Period
from knowledge.insight.run import InsightReport, run_insight
from tests.knowledge.insight.measured_bank import read_here

DAY = date(2026, 3, 31)
TABLES = ("insight", "insight_average", "insight_event", "insight_result", "insight_run")
MEASURES = needed(
    read_definitions(),
    ("peer_group", "deposits", "deposit_change", "earned_tier", "contact_overdue", "churn_features", "branch_deposits"),
)
"""Enough of them to see what a run does: all would take most of the time of each test."""


def add(home: Path, *statements: str) -> None:
    with sqlite3.connect(home / "crm.sqlite") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "crm.sqlite") as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def customer(number: int, since: str = "'2020-05-01'", closed: str = "NULL", **more: str) -> str:
    given = {"id": f"'C{number}'", "kind": "'person'", "name": f"'Person {number}'", "currency": "'CNY'"}
    given |= {"interests": "'[]'", "consents": "'[]'", "customer_since": since, "closed_on": closed, **more}
    return f"INSERT INTO customer ({', '.join(given)}) VALUES ({', '.join(given.values())})"


def account(number: int, owner: int, currency: str = "CNY", kind: str = "deposit", closed: str = "NULL") -> str:
    columns = "id, customer_id, kind, number, currency, opened_on, closed_on, state"
    state = "closed" if closed != "NULL" else "active"
    values = f"'A{number}', 'C{owner}', '{kind}', '{number}', '{currency}', '2020-05-01', {closed}, '{state}'"
    return f"INSERT INTO account ({columns}) VALUES ({values})"


def balance(number: int, month: str, end: int) -> str:
    return f"INSERT INTO balance VALUES ('A{number}', '{month}', {end}, {end})"


@pytest.fixture
def bank(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two customers with a deposit each, known to the end of March 2026."""
    months = ("2026-01-31", "2026-02-28", "2026-03-31")
    held = [balance(n, month, 100_000 * n + 1_000 * place) for n in (1, 2) for place, month in enumerate(months)]
    add(home, customer(1), customer(2), account(1, 1), account(2, 2), *held)
    monkeypatch.setattr("knowledge.insight.reading.read_apart", read_here)
    return home


def run(home: Path, day: date = DAY, parameters: Path = SHIPPED) -> InsightReport:
    return run_insight(
        sqlite_url(home), home / "insight", clock=Clock(day), parameters=parameters, definitions=MEASURES,
        kept=home / "measures",
    )  # fmt: skip


def value(home: Path, metric: str, number: int = 1) -> object:
    found = rows(
        home, f"SELECT value FROM insight WHERE metric = '{metric}' AND customer_id = 'C{number}' AND until IS NULL"
    )
    return found[0][0] if found else None


def test_the_same_again_writes_nothing_but_the_run(bank: Path) -> None:
    first = run(bank)
    assert sum(one.begun for one in first.delivered) > 20
    before = {table: rows(bank, f"SELECT * FROM {table}") for table in TABLES[:-1]}
    again = run(bank)
    assert all(one.begun == one.ended == 0 for one in again.delivered)
    assert {table: rows(bank, f"SELECT * FROM {table}") for table in TABLES[:-1]} == before
    assert len(rows(bank, "SELECT id FROM insight_run")) == 2


def test_a_change_ends_a_value_and_begins_another(bank: Path) -> None:
    run(bank)
    add(bank, "UPDATE balance SET \"end\" = 500000 WHERE account_id = 'A1' AND month = '2026-03-31'")
    run(bank, date(2026, 4, 1))
    history = "SELECT as_of, until, value FROM insight WHERE metric = 'deposits' AND customer_id = '{}' ORDER BY as_of"
    assert rows(bank, history.format("C1")) == [
        ("2026-03-31", "2026-04-01", 10_200_000),
        ("2026-04-01", None, 50_000_000),
    ]
    assert rows(bank, history.format("C2")) == [("2026-03-31", None, 20_200_000)]


def test_a_day_before_the_newest_run_starts_the_history_anew(bank: Path, tmp_path: Path) -> None:
    another = tmp_path / "another"
    shutil.copytree(bank, another)
    run(bank)
    for each in (bank, another):
        run(each, date(2026, 2, 28))
    for table in TABLES[:-1]:
        assert rows(bank, f"SELECT * FROM {table}") == rows(another, f"SELECT * FROM {table}")
    assert rows(bank, "SELECT id, as_of FROM insight_run") == [(1, "2026-02-28")]
    assert value(bank, "deposits") == 10_100_000


def test_what_ends_later_is_still_there_on_the_day(bank: Path) -> None:
    add(
        bank,
        customer(3, closed="'2026-04-02'"),
        account(3, 3, closed="'2026-04-02'"),
        balance(3, "2026-03-31", 700_000),
        customer(4, since="'2026-04-01'"),
    )
    run(bank)
    assert value(bank, "deposits", 3) == 70_000_000
    assert value(bank, "customer_years", 4) is None
    run(bank, date(2026, 4, 2))
    assert value(bank, "deposits", 3) is None
    assert value(bank, "customer_years", 4) is not None


def test_balances_that_come_late_are_no_fall_to_nothing(bank: Path) -> None:
    """April's balances are not there yet on 3 May."""
    run(bank, date(2026, 5, 3))
    assert value(bank, "deposit_change") == 100_000
    assert value(bank, "deposits") == 10_200_000


def test_an_account_that_is_not_reported_any_more_is_left_out_of_changes(bank: Path) -> None:
    add(bank, account(3, 1), balance(3, "2026-02-28", 900_000))
    run(bank)
    assert value(bank, "deposit_change") == 100_000
    add(bank, "UPDATE account SET state = 'closed', closed_on = '2026-03-15' WHERE id = 'A3'")
    run(bank)
    assert value(bank, "deposit_change") == 100_000 - 90_000_000


@pytest.mark.parametrize("where", ["account", "booking", "income"])
def test_a_currency_without_a_rate_is_refused_by_name(bank: Path, where: str) -> None:
    booking = 'INSERT INTO "transaction" (id, account_id, booked_on, amount, currency, kind) VALUES '
    statement = {
        "account": account(9, 1, currency="CHF"),
        "booking": booking + "('T1', 'A1', '2026-03-01', 100, 'CHF', 'fee')",
        "income": "UPDATE customer SET income = 100, currency = 'CHF' WHERE id = 'C1'",
    }[where]
    add(bank, statement)
    with pytest.raises(InsightError, match="CHF"):
        run(bank)
    assert rows(bank, "SELECT * FROM insight_run") == []


def test_customers_without_tier_branch_manager_or_product(bank: Path) -> None:
    run(bank)
    assert rows(bank, "SELECT label FROM insight WHERE metric = 'peer_group' AND customer_id = 'C1'") == [
        ("person/-/-",)
    ]
    assert value(bank, "contact_overdue") is None
    assert value(bank, "earned_tier") == 10_000
    groups = rows(bank, "SELECT DISTINCT grouping, \"of\" FROM insight_average WHERE grouping <> 'peers'")
    assert set(groups) == {("branch", ""), ("bank", "")}
    assert rows(bank, "SELECT DISTINCT unit_id FROM insight_result") == [("",)], "of the bank alone"


def test_an_overdrawn_customer_has_the_lowest_tier(bank: Path) -> None:
    add(bank, "UPDATE balance SET average = -500 WHERE account_id = 'A1'")
    run(bank)
    assert value(bank, "earned_tier") == 10_000


@pytest.mark.parametrize(
    "since, today, years",
    [("2024-02-29", "2026-02-28", 1), ("2024-02-29", "2026-03-01", 2), ("2024-02-29", "2028-02-29", 4)],
)
def test_years_of_who_came_on_a_leap_day(bank: Path, since: str, today: str, years: int) -> None:
    add(bank, f"UPDATE customer SET customer_since = '{since}' WHERE id = 'C1'")
    run(bank, date.fromisoformat(today))
    assert value(bank, "customer_years") == years * 10_000


def test_two_present_values_of_joined_customers_become_one(bank: Path) -> None:
    run(bank)
    add(
        bank,
        "INSERT INTO insight SELECT customer_id, metric, '2026-03-30', until, value + 1, unit, label, reasons, "
        "definition_version FROM insight WHERE metric = 'deposits' AND customer_id = 'C1'",
        "INSERT INTO merge (id, customer_id, absorbed_id, absorbed, evidence, merged_at, merged_by) "
        "VALUES ('M1', 'C1', 'C9', '{}', '[]', '2026-03-30 00:00:00.000000', 'x')",
    )
    run(bank, date(2026, 4, 1))
    present = "SELECT value FROM insight WHERE metric = 'deposits' AND customer_id = 'C1' AND until IS NULL"
    assert rows(bank, present) == [(10_200_000,)]


def test_parameters_that_would_drop_rows_are_refused(tmp_path: Path) -> None:
    for spoil in (
        {"exchange": {"EUR": "7.8"}},
        {"transfer_prices": {"CNY": {0: "1"}}},
        {"tiers": {"standard": "0"}},
        {"default_chance": {"AAA": "0.1"}},
    ):
        path = tmp_path / f"{next(iter(spoil))}.yaml"
        path.write_text(yaml.safe_dump(yaml.safe_load(SHIPPED.read_text()) | spoil))
        with pytest.raises(InsightError, match=next(iter(spoil)).rstrip("s")):
            read_parameters(path)


def test_full_months_of_a_day() -> None:
    assert Period.until(date(2026, 2, 28), 3).month_end == date(2026, 2, 28)
    assert Period.until(date(2026, 2, 27), 3).month_end == date(2026, 1, 31)
    assert Period.until(date(2024, 2, 28), 3).month_end == date(2024, 1, 31)
    assert Period.until(date(2026, 3, 10), 3, date(2025, 12, 31)).month_end == date(2025, 12, 31)
    assert Period.until(date(2024, 2, 29), 3).year_ago == date(2023, 2, 28)
    assert Period.until(date(2026, 3, 31), 3).quarter_ago_month == date(2025, 12, 31)


def test_a_folder_of_models_that_is_not_there_is_said(bank: Path) -> None:
    report = run(bank)
    assert [note.partition(":")[0] for note in report.notes] == ["churn", "deposit_fall"]
    shutil.rmtree(bank / "models", ignore_errors=True)
