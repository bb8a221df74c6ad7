"""The customers whose stories are told are met again, by their facts, whatever the date."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from knowledge.crm.codes import OPEN_FEEDBACK
from knowledge.crm.demo.cases import cases, make_case
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.period import Period
from knowledge.crm.lineage import SourceValue
from knowledge.crm.tables import Account, Balance, Contact, Customer, Feedback, Task, Transaction

AS_OF = date(2026, 11, 20)


@pytest.fixture
def session(demo_engine: Engine) -> Session:
    return Session(demo_engine)


def the(session: Session, name: str) -> Customer:
    return session.scalars(select(Customer).where(Customer.name == name)).one()


def bookings(session: Session, customer: Customer, kind: str, days: int) -> list[Transaction]:
    return list(
        session.scalars(
            select(Transaction)
            .join(Account, Account.id == Transaction.account_id)
            .where(Account.customer_id == customer.id, Account.kind == "deposit", Transaction.kind == kind)
            .where(Transaction.booked_on >= AS_OF - timedelta(days=days))
            .order_by(Transaction.booked_on)
        )
    )


def on_demand(session: Session, customer: Customer) -> list[Decimal]:
    """The month ends of the everyday account."""
    return list(
        session.scalars(
            select(Balance.end)
            .join(Account, Account.id == Balance.account_id)
            .where(Account.customer_id == customer.id, Account.kind == "deposit")
            .order_by(Balance.month)
        )
    )


def test_wang_jianguo_and_his_term_deposit(session: Session) -> None:
    wang = the(session, "王建国")
    assert (wang.manager_id, wang.name_latin) == ("jiang.lan", "Wang Jianguo")
    ends = session.scalars(select(Account.matures_on).where(Account.customer_id == wang.id, Account.state == "active"))
    matures_on = AS_OF + timedelta(days=35)
    assert matures_on in list(ends)
    task = session.scalars(select(Task).where(Task.customer_id == wang.id, Task.state == "open")).one()
    assert task.due_on == matures_on
    memo = session.scalars(select(Contact).where(Contact.customer_id == wang.id).order_by(Contact.at.desc())).first()
    assert memo is not None
    assert memo.next_on == matures_on


def test_zhang_li_opens_a_restaurant_and_comes_back(session: Session) -> None:
    zhang = the(session, "张丽")
    assert zhang.manager_id == "jiang.lan"
    withdrawn = [each for each in bookings(session, zhang, "cash_out", 150) if each.amount <= -100_000]
    assert [(each.amount, each.purpose) for each in withdrawn] == [(Decimal(-450_000), "开饭店")]
    brought = [each for each in bookings(session, zhang, "transfer_in", 62) if each.counterparty_bank]
    assert sum(each.amount for each in brought) == Decimal(780_000)
    assert len({each.counterparty_bank for each in brought}) == 2
    talks = session.scalars(select(Contact.content).where(Contact.customer_id == zhang.id)).all()
    assert any("两个花篮" in (talk or "") for talk in talks)
    assert any("生日" in (talk or "") for talk in talks)


def test_li_meihua_has_a_million_idle(session: Session) -> None:
    li = the(session, "李美华")
    assert li.manager_id == "li.mingjuan"
    assert li.birth_date is not None
    assert li.birth_date.replace(year=2026) == AS_OF + timedelta(days=31)
    assert min(on_demand(session, li)[-6:]) > 1_000_000
    assert li.tolerance == "C3"
    assert li.tolerance_assessed_on is not None
    assert AS_OF - li.tolerance_assessed_on < timedelta(days=365)
    assert "precious_metals" in li.interests
    talks = " ".join(filter(None, session.scalars(select(Contact.content).where(Contact.customer_id == li.id))))
    assert "特别通道" in talks
    assert "1000万元" in talks
    assert "贵金属" in talks


def test_maria_garcia_lopez_has_lost_a_transfer(session: Session) -> None:
    maria = the(session, "María García López")
    complaint = session.scalars(
        select(Feedback).where(Feedback.customer_id == maria.id, Feedback.state.in_(OPEN_FEEDBACK))
    ).one()
    assert (complaint.cause, complaint.severity, complaint.language) == ("e_banking", "high", "es")
    assert any(each.amount == Decimal(-18_600) for each in bookings(session, maria, "transfer_out", 10))


def test_james_carter_is_leaving(session: Session) -> None:
    james = the(session, "James Carter")
    assert bookings(session, james, "salary", 90) == []
    assert len(bookings(session, james, "salary", 300)) >= 5
    away = [each for each in bookings(session, james, "transfer_out", 95) if each.counterparty_bank == "Minfeng Bank"]
    assert sum(each.amount for each in away) == Decimal(-240_000)
    ends = on_demand(session, james)
    assert ends[-1] < ends[-5] - 200_000


def test_the_company_has_a_new_key_contact(session: Session) -> None:
    company = the(session, "安阳市洹滨餐饮管理有限公司")
    assert company.key_contact == "刘敏"
    values = session.scalars(
        select(SourceValue.value)
        .where(SourceValue.customer_id == company.id, SourceValue.field == "key_contact")
        .order_by(SourceValue.as_of)
    ).all()
    assert values[0] == "陈志强"
    assert "刘敏" in values


def test_told_customers_have_names_of_their_own(session: Session) -> None:
    for latin in ("Wang Jianguo", "Zhang Li", "Li Meihua", "Ouyang Wenjing"):
        assert len(session.scalars(select(Customer).where(Customer.name_latin == latin)).all()) == 1


def test_the_stories_hold_on_any_date(composed: Making) -> None:
    as_of = composed.period.as_of
    customers = {row["name"]: row for row in composed.sheets.rows["customer"]}
    wang, zhang, li = (customers[name]["id"] for name in ("王建国", "张丽", "李美华"))
    owner = {row["id"]: row["customer_id"] for row in composed.sheets.rows["account"]}
    maturities = [
        row["matures_on"] for row in composed.sheets.rows["account"]
        if row["customer_id"] == wang and row["state"] == "active" and row["kind"] == "term_deposit"
    ]  # fmt: skip
    assert any(isinstance(day, date) and 28 <= (day - as_of).days <= 36 for day in maturities)
    brought = [
        row["amount"] for row in composed.sheets.rows["transaction"]
        if owner[row["account_id"]] == zhang and row["counterparty_bank"] and row["kind"] == "transfer_in"
    ]  # fmt: skip
    assert sum(amount for amount in brought if isinstance(amount, Decimal)) == Decimal(780_000)
    birth_date = customers["李美华"]["birth_date"]
    assert isinstance(birth_date, date)
    birthday = as_of + timedelta(days=31)
    assert (birth_date.month, birth_date.day) == (birthday.month, birthday.day)
    assert any(row["customer_id"] == li and row["due_on"] == birthday for row in composed.sheets.rows["task"])


def test_bookings_stay_within_the_life_of_their_account(composed: Making) -> None:
    lives = {row["id"]: (row["opened_on"], row["closed_on"]) for row in composed.sheets.rows["account"]}
    for row in composed.sheets.rows["transaction"]:
        opened_on, closed_on = lives[row["account_id"]]
        day = row["booked_on"]
        assert isinstance(day, date)
        assert isinstance(opened_on, date)
        assert opened_on <= day
        assert closed_on is None or (isinstance(closed_on, date) and day <= closed_on)


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2026, 3, 31), date(2026, 11, 21)], ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_told_customer_needs_money_from_elsewhere(seed: int, as_of: date) -> None:
    """Whatever the seed, the only money from other banks is what their stories tell."""
    making = Making(seed, Period.until(as_of))
    names = {client.id: client.name for client in (make_case(making, case) for case in cases())}
    owner = {row["id"]: names[str(row["customer_id"])] for row in making.sheets.rows["account"]}
    brought = {
        owner[row["account_id"]] for row in making.sheets.rows["transaction"]
        if row["kind"] == "transfer_in" and row["counterparty_bank"]
    }  # fmt: skip
    assert brought == {"张丽"}
