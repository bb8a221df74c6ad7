"""What a selection answers is what the rows of the demo bank say, added up by plain SQL."""

from decimal import Decimal

import pytest

from assistant.tools.selection import Selection, selection
from knowledge.query import Query
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, RawBank, money

RATES = {"CNY": Decimal(1), "USD": Decimal("7.10"), "EUR": Decimal("7.80")}
HELD = "(closed_on IS NULL OR closed_on > '2026-11-20') AND state NOT IN ('closed', 'repaid')"


def query(about: str, *where: object, **rest: object) -> Query:
    return Query.model_validate({"about": about, "where": where, **rest})


def number(found: Selection) -> object:
    assert found.count is not None
    return found.count.value


async def test_customers_without_something_and_not_contacted(office: Office, raw: RawBank) -> None:
    found = await selection(
        office.desk(),
        query(
            "customers",
            {"field": "tier", "values": ["gold"]},
            {"field": "deposits", "operator": "more_than", "values": [500000]},
            {"has": "accounts", "where": [{"field": "product_kind", "values": ["fund"]}], "negated": True},
            {"has": "contacts", "where": [{"field": "contacted_on", "operator": "since", "values": ["2026-08-01"]}],
             "negated": True},
            show="list",
        ),
    )  # fmt: skip
    wanted = {
        row["id"]
        for row in raw.rows("SELECT id FROM customer WHERE tier = 'gold' AND closed_on IS NULL")
        if not raw.one(f"SELECT 1 FROM account WHERE customer_id = ? AND kind = 'fund' AND {HELD}", row["id"])
        and not raw.one("SELECT 1 FROM contact WHERE customer_id = ? AND at >= '2026-08-01'", row["id"])
        and deposits(raw, row["id"]) > 500_000
    }
    assert number(found) == len(wanted) == 27
    assert found.table is not None
    assert {row[1].value for row in found.table.rows if row[1]} <= wanted
    shown = [row[-1].value for row in found.table.rows if row[-1]]
    assert shown == sorted(shown, reverse=True)
    assert [found.criteria[0].values[0].text, found.criteria[1].before] == ["gold", "more than"]
    assert [possession.negated for possession in found.possessions] == [True, True]


def deposits(raw: RawBank, customer: str) -> Decimal:
    """In the bank's own currency, each account to the cent."""
    total = Decimal(0)
    for account in raw.by_owner[customer]:
        balance = raw.balance(account["id"], AS_OF)
        if account["kind"] in ("deposit", "term_deposit") and raw.open_on(account, AS_OF) and balance:
            total += (money(balance[0]) * RATES[account["currency"]]).quantize(Decimal("0.01"))
    return total


async def test_money_of_several_currencies_is_added_at_rates_that_are_said(office: Office, raw: RawBank) -> None:
    found = await selection(
        office.desk(),
        query(
            "accounts",
            {"field": "product_kind", "values": ["deposit", "term_deposit"]},
            show="sum",
            figure="balance",
            group=[{"field": "currency"}],
        ),
    )
    everybody = sum((deposits(raw, customer) for customer in raw.customers), Decimal(0))
    assert found.value is not None
    assert found.value.value == everybody
    assert [(rate.currency.value, rate.worth.value) for rate in found.rates] == [
        ("EUR", Decimal("7.8")),
        ("USD", Decimal("7.1")),
    ]
    dollars = next(group for group in found.groups if group.keys[0] and group.keys[0].value == "USD")
    rows = raw.rows(f"SELECT id FROM account WHERE currency = 'USD' AND {HELD}")
    assert dollars.count.value == len(rows)


async def test_measured_and_added_up_deposits_agree(office: Office, raw: RawBank) -> None:
    found = await selection(office.desk(), query("customers", show="sum", figure="deposits"))
    assert found.as_of is not None
    assert found.value is not None
    assert found.value.value == sum((deposits(raw, customer) for customer in raw.customers), Decimal(0))


async def test_groups_add_up_and_name_what_is_not_known(office: Office, raw: RawBank) -> None:
    found = await selection(office.desk(), query("customers", group=[{"field": "sex"}]))
    assert sum(int(str(group.count.value)) for group in found.groups) == number(found) == 1965
    assert [group.keys[0] for group in found.groups].count(None) == 1


async def test_months_come_in_their_order_and_name_their_bookings(office: Office, raw: RawBank) -> None:
    found = await selection(
        office.desk(),
        query("transactions", {"field": "booked_on", "operator": "since", "values": ["2026-09-01"]},
              {"field": "transaction_kind", "values": ["cash_out"]}, group=[{"field": "booked_on", "step": "month"}]),
    )  # fmt: skip
    assert [group.keys[0].text for group in found.groups if group.keys[0]] == ["2026-09", "2026-10", "2026-11"]
    october = raw.one(
        "SELECT count(*) FROM \"transaction\" WHERE kind = 'cash_out'"
        " AND booked_on BETWEEN '2026-10-01' AND '2026-10-31'"
    )
    assert found.groups[1].count.value == october
    assert found.groups[1].count.fact.source.startswith("transaction?booked_on>=2026-09-01&transaction_kind=cash_out&")
    assert found.periodic


@pytest.mark.parametrize("employee", ["ma.jianjun", "jiang.lan", "ana.garcia"])
async def test_each_level_counts_its_own(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    found = await selection((await office_of(employee)).desk(), query("customers"))
    assert number(found) == len([c for c in raw.seen_by(employee) if raw.customers[c]["closed_on"] is None])


async def test_a_measure_that_was_never_computed_is_said_to_lack(office: Office) -> None:
    desk = office.desk(today=AS_OF.replace(year=2024))
    found = await selection(desk, query("customers", {"field": "churn_risk", "operator": "at_least", "values": [50]}))
    assert (found.count, found.lacking) == (None, "risk of leaving")


async def test_an_amount_without_a_rate_is_refused_by_name(office: Office) -> None:
    unknown = {"field": "income", "operator": "more_than", "values": [1], "currency": "XAU"}
    found = await selection(office.desk(), query("customers", unknown))
    assert (found.count, found.unrated) == (None, "XAU")


async def test_the_second_of_a_list_can_be_spoken_of(office: Office) -> None:
    desk = office.desk()
    found = await selection(desk, query("customers", show="list", order={"field": "deposits"}, limit=3))
    assert found.table is not None
    assert [row[1].value for row in found.table.rows if row[1]] == desk.ledger.customers
    assert found.more
