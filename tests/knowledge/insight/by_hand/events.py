"""What happened to customers' money and people, found again from the headers of the definitions."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.knowledge.insight.by_hand.amounts import average
from tests.knowledge.insight.by_hand.bank import Bank, Row, away, cents

Event = tuple[str, date, Decimal | None, str, str | None]


def month_number(day: date) -> int:
    return day.year * 12 + day.month


def newest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["booked_on"], row["id"]), reverse=True)


def salary_stopped(bank: Bank) -> Iterator[Event]:
    for customer, rows in bank.booked.items():
        since = bank.today - timedelta(days=300)
        paid = newest_first([r for r in rows if r["kind"] in ("salary", "pension") and r["booked_on"] > since])
        if not paid:
            continue
        last = paid[0]["booked_on"]
        half_year = [row for row in paid if month_number(row["booked_on"]) > month_number(last) - 6]
        if len({month_number(row["booked_on"]) for row in half_year}) < 3:
            continue
        if 45 < (bank.today - last).days <= 120:
            mean = Fraction(sum(away(row["own"]) for row in half_year)) / len(half_year)
            yield customer, last, cents(mean), paid[0]["id"], None


def away_from_bank(bank: Bank, customer: str) -> tuple[Decimal, Decimal, list[Row]]:
    """Sent to other banks, brought from them, and the transfers away."""
    rows = [r for r in bank.booked.get(customer, []) if r["booked_on"] > bank.since(3) and r["counterparty_bank"]]
    away_rows = newest_first([row for row in rows if row["kind"] == "transfer_out"])
    brought = sum((row["own"] for row in rows if row["kind"] == "transfer_in"), Decimal(0))
    return -sum((row["own"] for row in away_rows), Decimal(0)), brought, away_rows


def money_to_other_bank(bank: Bank) -> Iterator[Event]:
    deposits, least = average(bank, ("deposit",), 12), bank.parameters.new_payee.amount
    for customer in bank.booked:
        sent, brought, rows = away_from_bank(bank, customer)
        person = bank.customers.get(customer, {}).get("kind") == "person"
        if person and rows and customer in deposits and sent - brought >= max(least, deposits[customer] / 5):
            yield customer, rows[0]["booked_on"], away(sent - brought), rows[0]["id"], rows[0]["counterparty_bank"]


def opened_days(bank: Bank) -> set[tuple[str, date]]:
    return {(account["customer_id"], account["opened_on"]) for account in bank.accounts.values()}


def to_themselves(customer: Row, counterparty: str | None) -> bool:
    return counterparty is not None and counterparty in (customer["name"], customer["name_latin"])


def large_withdrawal(bank: Bank) -> Iterator[Event]:
    rule, opened, totals = bank.parameters.large_withdrawal, opened_days(bank), defaultdict(Decimal)
    for one in bank.own:
        if one.side == "deposit":
            totals[one.account["customer_id"], month_number(one.month)] += one.end
    for customer, rows in bank.booked.items():
        person = bank.customers.get(customer)
        for row in rows if person and person["kind"] == "person" else ():
            before = totals.get((customer, month_number(row["booked_on"]) - 1))
            if (
                before is not None
                and row["kind"] in ("cash_out", "transfer_out")
                and row["booked_on"] > bank.today - timedelta(days=90)
                and (customer, row["booked_on"]) not in opened
                and not to_themselves(person, row["counterparty"])
                and -row["own"] >= max(rule.amount, before * rule.share)
            ):
                yield customer, row["booked_on"], away(-row["own"]), row["id"], row["purpose"] or None


def new_payee(bank: Bank) -> Iterator[Event]:
    opened = opened_days(bank)
    for customer, rows in bank.booked.items():
        person, met = bank.customers.get(customer), set()
        for row in sorted(rows, key=lambda row: (row["booked_on"], row["id"])):
            payee = row["counterparty"]
            if row["kind"] != "transfer_out" or payee is None or payee in met:
                continue
            met.add(payee)
            if (
                person
                and person["kind"] == "person"
                and not to_themselves(person, payee)
                and row["booked_on"] > bank.today - timedelta(days=90)
                and (customer, row["booked_on"]) not in opened
                and away(-row["own"]) >= bank.parameters.new_payee.amount
            ):
                yield customer, row["booked_on"], away(-row["own"]), row["id"], payee


def idle_balance(bank: Bank) -> Iterator[Event]:
    rule, ends = bank.parameters.idle_balance, defaultdict(list)
    open_ids = {row["id"] for row in bank.open_accounts}
    for one in bank.full:
        if one.account["kind"] == "deposit" and one.account["id"] in open_ids and one.month > bank.since(rule.months):
            ends[one.account["customer_id"], one.account["id"]].append(one.end)
    for (customer, account), held in ends.items():
        if len(held) >= rule.months and min(held) >= rule.amount:
            yield customer, bank.month_end, min(held), account, None


def key_person_changed(bank: Bank) -> Iterator[Event]:
    said: dict[str, str] = {}
    for row in sorted(bank.history, key=lambda row: (row["customer_id"], row["as_of"], row["id"])):
        if row["field"] != "key_contact" or row["value"] is None:
            continue
        before = said.get(row["customer_id"], row["previous"])
        said[row["customer_id"]] = row["value"]
        customer = bank.customers.get(row["customer_id"])
        recent = row["as_of"] > bank.today - timedelta(days=180)
        if customer and customer["kind"] != "person" and recent and before is not None and row["value"] != before:
            yield row["customer_id"], row["as_of"], None, str(row["id"]), row["value"]


EVENTS = {
    "salary_stopped": salary_stopped,
    "money_to_other_bank": money_to_other_bank,
    "large_withdrawal": large_withdrawal,
    "new_payee": new_payee,
    "idle_balance": idle_balance,
    "key_person_changed": key_person_changed,
}
