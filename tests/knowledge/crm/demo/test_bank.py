"""The demo bank as a whole: complete, consistent with itself, never ahead of its date, always the same."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from knowledge.crm.demo import make_demo_bank, wordlist
from knowledge.crm.demo.bank import demo_guides
from knowledge.crm.demo.contacts import ContactWords
from knowledge.crm.lineage import SourceValue
from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import (
    Account,
    Balance,
    Base,
    Contact,
    Customer,
    CustomerName,
    Employee,
    Feedback,
    Offer,
    Product,
    Task,
    Transaction,
    Unit,
)
from knowledge.errors import StoreError

AS_OF = date(2026, 11, 20)


def rows(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_it_has_the_size_of_a_bank(demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        kinds = Counter(connection.scalars(select(Customer.kind)))
        sizes = {table: connection.scalar(select(func.count()).select_from(table)) or 0
                 for table in (Unit, Employee, Product, Transaction)}  # fmt: skip
    assert kinds == {"person": 1600, "company": 360, "public_body": 40}
    assert sizes[Unit] == 4
    assert sizes[Employee] == 24
    assert 38 <= sizes[Product] <= 45
    assert 150_000 <= sizes[Transaction] <= 260_000


def test_no_row_refers_to_nothing(demo_engine: Engine) -> None:
    assert rows(demo_engine, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize(
    "column",
    [
        Transaction.booked_on, Balance.month, Contact.at, Feedback.received_at, Feedback.resolved_on,
        Offer.offered_on, Account.opened_on, Account.closed_on, Customer.customer_since, Customer.closed_on,
        Customer.tolerance_assessed_on, SourceValue.as_of, Employee.joined_on, Employee.left_on,
    ],
    ids=str,
)  # fmt: skip
def test_nothing_happened_after_the_date(demo_engine: Engine, column: object) -> None:
    with demo_engine.connect() as connection:
        newest = connection.scalar(select(func.max(column)))
    assert newest is not None
    assert (newest if type(newest) is date else newest.date()) <= AS_OF


def test_nothing_happened_before_the_customer_came(demo_engine: Engine) -> None:
    early = """
        SELECT 'account', a.id FROM account a JOIN customer c ON c.id = a.customer_id
            WHERE a.opened_on < c.customer_since
        UNION ALL SELECT 'booking', t.id FROM "transaction" t JOIN account a ON a.id = t.account_id
            WHERE t.booked_on < a.opened_on OR t.booked_on > a.closed_on
        UNION ALL SELECT 'contact', k.id FROM contact k JOIN customer c ON c.id = k.customer_id
            WHERE k.at < c.customer_since
        UNION ALL SELECT 'offer', o.id FROM offer o JOIN customer c ON c.id = o.customer_id
            WHERE o.offered_on < c.customer_since
    """
    assert rows(demo_engine, early) == []


def test_every_customer_is_found_by_name(demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        named = set(connection.scalars(select(CustomerName.customer_id)))
        everyone = set(connection.scalars(select(Customer.id)))
        latin = connection.scalar(select(Customer.name_latin).where(Customer.name == "欧阳文静"))
    assert named == everyone
    assert latin == "Ouyang Wenjing"


def test_people_share_names_also_under_one_manager(demo_engine: Engine) -> None:
    twins = rows(
        demo_engine, "SELECT name, manager_id FROM customer WHERE kind = 'person' AND manager_id IS NOT NULL "
        "GROUP BY 1, 2 HAVING count(*) > 1",
    )  # fmt: skip
    assert ("王伟", "jiang.lan") in twins
    assert ("John Smith", "tom.baker") in twins


def test_gaps_and_variety_are_there(demo_engine: Engine) -> None:
    counts = rows(demo_engine, """SELECT
        (SELECT count(*) FROM customer WHERE phone IS NULL),
        (SELECT count(*) FROM customer WHERE kind = 'company' AND industry IS NULL),
        (SELECT count(*) FROM customer WHERE tolerance_assessed_on < date('2026-11-20', '-1 year')),
        (SELECT count(*) FROM customer WHERE closed_on IS NOT NULL), (SELECT count(*) FROM account_party),
        (SELECT count(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM contact k WHERE k.customer_id = c.id)),
        (SELECT count(*) FROM feedback WHERE state <> 'resolved'), (SELECT count(*) FROM conflict)""")[0]  # fmt: skip
    assert all(isinstance(count, int) and count >= 5 for count in counts), counts
    states = {row[0] for row in rows(demo_engine, "SELECT DISTINCT state FROM account WHERE kind = 'loan'")}
    assert states == {"running", "in_arrears", "repaid"}
    languages = {row[0] for row in rows(demo_engine, "SELECT DISTINCT language FROM feedback")}
    assert languages == {"zh", "en", "es"}
    tiers = {row[0] for row in rows(demo_engine, "SELECT DISTINCT tier FROM customer WHERE kind = 'person'")}
    assert tiers == {"standard", "silver", "gold", "platinum", "private"}


def test_a_filled_store_is_left_alone(demo_store_url: str) -> None:
    with pytest.raises(StoreError, match="already holds 2000 customers"):
        make_demo_bank(demo_store_url, as_of=AS_OF)


def test_a_broken_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last table fails: the first ones must not be there either."""
    from knowledge.crm.demo import bank
    from knowledge.crm.demo.making import Making
    from knowledge.crm.demo.organisation import write_organisation
    from knowledge.crm.demo.period import Period

    def broken(seed: int, period: Period, tell: object) -> Making:
        making = Making(seed, period)
        write_organisation(making.sheets, period)
        making.sheets.add(Task, id="J1", employee_id="nobody", kind="call", title="call", state="open")
        return making

    monkeypatch.setattr(bank, "compose", broken)
    url = f"sqlite:///{tmp_path / 'crm.sqlite'}"
    with pytest.raises(StoreError, match="demo bank was not written"):
        make_demo_bank(url, as_of=AS_OF)
    engine = bulk_engine(url)
    with engine.connect() as connection:
        left = [
            table.name
            for table in Base.metadata.sorted_tables
            if connection.scalar(select(func.count()).select_from(table))
        ]
    engine.dispose()
    assert left == []


def test_guides_name_people_who_may_ask(demo_engine: Engine) -> None:
    staff = set(rows(demo_engine, "SELECT id, role FROM employee WHERE left_on IS NULL"))
    guides = {(guide.employee, guide.role.value) for guide in demo_guides()}
    assert guides <= staff
    assert {role for _, role in guides} == {"head_office", "branch", "manager", "service_desk"}


def test_tiers_follow_the_average_assets_of_three_months(demo_engine: Engine) -> None:
    """As the bank's standard on tiers says, clause 2.1."""
    query = """
        SELECT c.tier, sum(b.average) / 3 / 100 FROM customer c JOIN account a ON a.customer_id = c.id
        JOIN balance b ON b.account_id = a.id AND b.month BETWEEN '2026-08-31' AND '2026-10-31'
        WHERE a.kind NOT IN ('loan', 'card') AND c.customer_since < '2026-06-01' AND c.closed_on IS NULL
        AND c.id NOT IN (SELECT customer_id FROM account WHERE currency <> 'CNY' OR opened_on > '2026-08-01')
        GROUP BY c.id
    """
    least = {"standard": 0, "silver": 50_000, "gold": 200_000, "platinum": 1_000_000, "private": 6_000_000}
    assets = rows(demo_engine, query)
    assert len(assets) > 1_200
    for tier, worth in assets:
        assert isinstance(worth, int)
        reached = [name for name, threshold in least.items() if worth >= threshold]
        assert reached[-1] == tier


def test_a_slip_in_a_word_list_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A comma inside a flow mapping once cut sentences short without a word."""
    (tmp_path / "contacts.yaml").write_text("- {purpose: call, content: one,two, result: done}", encoding="utf-8")
    monkeypatch.setattr(wordlist, "_FOLDER", tmp_path)
    with pytest.raises(StoreError, match=r"contacts\.yaml"):
        wordlist.read_words("contacts.yaml", list[ContactWords])
