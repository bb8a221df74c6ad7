"""Balances, what they earn and what the customer costs, told again from the headers of the definitions."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.knowledge.insight.by_hand.bank import Balance, Bank, Row, as_day, away, cents, months_before, places

Values = dict[str, Decimal]


def by_customer(balances: Iterable[Balance]) -> dict[str, list[Balance]]:
    found = defaultdict(list)
    for one in balances:
        found[one.account["customer_id"]].append(one)
    return found


def average(bank: Bank, sides: tuple[str, ...], months: int) -> Values:
    wanted = (one for one in bank.full if one.side in sides and one.month > bank.since(months))
    return {key: cents(Fraction(sum(b.average for b in rows)) / months) for key, rows in by_customer(wanted).items()}


def standing(bank: Bank, side: str) -> Values:
    rows = by_customer(one for one in bank.newest.values() if one.side == side)
    return {key: sum((one.end for one in of), Decimal(0)) for key, of in rows.items()}


def trend(bank: Bank, side: str) -> Values:
    first = bank.today.replace(month=1, day=1)
    months = bank.month_end.month if bank.month_end.year == bank.today.year else 0
    result = {}
    for key, rows in by_customer(one for one in bank.full if one.side == side).items():
        this = Fraction(sum(b.average for b in rows if b.month >= first))
        last = Fraction(sum(b.average for b in rows if first.replace(year=first.year - 1) <= b.month < first))
        if months and last > 0:
            result[key] = places((this / months - last / 12) / (last / 12) * 100)
    return result


def change(bank: Bank, side: str) -> Values:
    ends: dict[tuple[str, date], Decimal] = {(b.account["id"], b.month): b.end for b in bank.own}
    now, before, result = bank.month_end, months_before(bank.month_end, 1), defaultdict(Decimal)
    told = {b.account["id"]: b.account for b in bank.own if b.side == side and b.month in (now, before)}
    for key, account in told.items():
        gone = account["closed_on"] is not None and account["closed_on"] <= now
        gone = gone or (account["closed_on"] is None and account["state"] in ("closed", "repaid"))
        end = ends.get((key, now), Decimal(0) if gone else None)
        start = ends.get((key, before), Decimal(0) if account["opened_on"] > before else None)
        if end is not None and start is not None:
            result[account["customer_id"]] += end - start
    return dict(result)


def price(bank: Bank, account: Row) -> Decimal:
    """The transfer price of what the account is bound for."""
    product = bank.products.get(account["product_id"]) or {}
    months = 0 if account["kind"] == "deposit" else product.get("term_months") or 0
    prices = bank.parameters.transfer_prices
    steps = prices.get(account["currency"], prices["other"])
    return steps[max(start for start in steps if start <= months)]


def margin(bank: Bank, one: Balance) -> Fraction:
    """What one account's month earned."""
    product = bank.products.get(one.account["product_id"]) or {}
    given = one.account["rate"] if one.account["rate"] is not None else product.get("rate")
    cost = price(bank, one.account)
    percent = {
        "deposit": cost - (given or Decimal(0)),
        "loan": (given if given is not None else cost) - cost,
        "investment": product.get("fee") or Decimal(0),
    }[one.side]
    return Fraction(one.average) * Fraction(percent) / 1200


def margins(bank: Bank, side: str) -> Values:
    rows = by_customer(one for one in bank.year if one.side == side)
    return {key: cents(sum((margin(bank, one) for one in of), Fraction(0))) for key, of in rows.items()}


def points(bank: Bank) -> Values:
    rule, result = bank.parameters.points, {}
    for key, rows in by_customer(one for one in bank.year if one.side == "deposit").items():
        weighed = sum(b.average * (rule.demand if b.account["kind"] == "deposit" else rule.term) for b in rows)
        result[key] = cents(Fraction(weighed) / Fraction(rule.amount))
    return result


def in_year(bank: Bank, rows: Iterable[Row], column: str) -> list[Row]:
    return [row for row in rows if bank.since(12) < as_day(row[column]) <= bank.month_end]


def fees(bank: Bank) -> Values:
    result: Values = {}
    for key, rows in bank.booked.items():
        paid = [b["own"] for b in in_year(bank, rows, "booked_on") if b["kind"] in ("fee", "penalty_interest")]
        if paid:
            result[key] = away(-sum(paid, Decimal(0)))
    with_fee = (
        one
        for one in bank.year
        if one.side == "investment" and (bank.products.get(one.account["product_id"]) or {}).get("fee") is not None
    )
    for key, of in by_customer(with_fee).items():
        result[key] = result.get(key, Decimal(0)) + cents(sum((margin(bank, one) for one in of), Fraction(0)))
    return result


def costs(bank: Bank) -> Values:
    prices, result = bank.parameters.costs, defaultdict(Decimal)
    for contact in in_year(bank, bank.contacts, "at"):
        result[contact["customer_id"]] += prices.contact.get(contact["channel"], prices.contact["other"])
    for key, rows in bank.booked.items():
        for booking in in_year(bank, rows, "booked_on"):
            result[key] += prices.booking.get(booking["channel"] or "other", prices.booking["other"])
    for account in bank.open_accounts:
        result[account["customer_id"]] += prices.account[account["kind"]]
    return {key: away(value) for key, value in result.items()}


def expected_loss(bank: Bank) -> Values:
    chances, result = bank.parameters.default_chance, defaultdict(Decimal)
    for one in bank.newest.values():
        customer = bank.customers.get(one.account["customer_id"])
        if one.side == "loan" and customer:
            of_rating = chances.get(customer["credit_rating"] or "unrated", chances["unrated"])
            result[customer["id"]] += (
                one.end * chances.get(one.account["state"], of_rating) * bank.parameters.lost_given_default
            )
    return {key: away(value) for key, value in result.items()}


def utilisation(bank: Bank) -> Values:
    used, limits = defaultdict(Decimal), defaultdict(Decimal)
    for account in bank.open_accounts:
        if account["kind"] == "card" and (account["credit_limit"] or 0) > 0:
            key = account["customer_id"]
            limits[key] += away(account["credit_limit"] * bank.rate(account["currency"]))
            used[key] += bank.newest[account["id"]].end if account["id"] in bank.newest else 0
    return {key: places(Fraction(used[key]) / Fraction(limits[key]) * 100) for key in limits}


def in_arrears(bank: Bank) -> Values:
    result: dict[str, Decimal] = defaultdict(Decimal)
    for account in bank.open_accounts:
        if account["state"] in ("in_arrears", "defaulted"):
            limit = (account["credit_limit"] or Decimal(0)) * bank.rate(account["currency"])
            result[account["customer_id"]] += (
                bank.newest[account["id"]].end if account["id"] in bank.newest else away(limit)
            )
    return dict(result)
