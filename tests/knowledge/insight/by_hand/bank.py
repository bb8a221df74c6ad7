"""A store's rows as plain Python, as they stood on a day, and the days that measures look at."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import select

from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Base
from knowledge.insight.parameters import Parameters

Row = dict[str, Any]
TABLES = ("unit", "customer", "product", "account", "balance", "transaction", "contact", "feedback", "source_value")
SIDES = {"deposit": "deposit", "term_deposit": "deposit", "loan": "loan", "card": "loan"}


def last_day(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_before(month: date, number: int) -> date:
    """The last day of the month that many months before."""
    index = month.year * 12 + month.month - 1 - number
    return last_day(date(index // 12, index % 12 + 1, 1))


def cents(value: Fraction | Decimal | int) -> Decimal:
    """To the cent, halves up."""
    return Decimal((Fraction(value) * 100 + Fraction(1, 2)) // 1) / 100


def places(value: Fraction) -> Decimal:
    """To four places, halves up."""
    return Decimal((value * 10_000 + Fraction(1, 2)) // 1) / 10_000


def away(value: Decimal | Fraction) -> Decimal:
    """To the cent, halves away from zero: how an amount is turned into the bank's own currency."""
    return cents(abs(value)) * (1 if value >= 0 else -1)


def as_day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


@dataclass
class Balance:
    """An account's month in the bank's own currency."""

    account: Row
    month: date
    average: Decimal
    end: Decimal

    @property
    def side(self) -> str:
        return SIDES.get(self.account["kind"], "investment")


class Bank:
    """What was known on `today`: nothing that begins later, and what ended later still open."""

    def __init__(self, url: str, parameters: Parameters, today: date) -> None:
        self.parameters, self.today = parameters, today
        engine = bulk_engine(url)
        with engine.connect() as connection:
            rows = {
                name: [dict(row) for row in connection.execute(select(Base.metadata.tables[name])).mappings()]
                for name in TABLES
            }
        engine.dispose()
        self.units, self.products = rows["unit"], {row["id"]: row for row in rows["product"]}
        self.customers = {row["id"]: row for row in self._begun(rows["customer"], "customer_since")}
        self.accounts = {row["id"]: row for row in self._begun(rows["account"], "opened_on")}
        self.bookings = self._begun(rows["transaction"], "booked_on")
        self.contacts, self.feedback = self._begun(rows["contact"], "at"), self._begun(rows["feedback"], "received_at")
        self.history = self._begun(rows["source_value"], "as_of")
        self.balances = [row for row in self._begun(rows["balance"], "month") if row["account_id"] in self.accounts]
        self._reopen()

    def _begun(self, rows: list[Row], column: str) -> list[Row]:
        return [row for row in rows if row[column] is None or as_day(row[column]) <= self.today]

    def _reopen(self) -> None:
        for row in (*self.customers.values(), *self.accounts.values()):
            if row["closed_on"] and row["closed_on"] > self.today:
                row["closed_on"] = None
                if row.get("state") in ("closed", "repaid"):
                    row["state"] = "active" if row["state"] == "closed" else "running"
        for row in self.feedback:
            if row["resolved_on"] and row["resolved_on"] > self.today and row["state"] == "resolved":
                row["state"] = "in_progress"

    def rate(self, currency: str) -> Decimal:
        return self.parameters.exchange[currency]

    @cached_property
    def present(self) -> dict[str, Row]:
        """Customers who are not closed."""
        return {key: row for key, row in self.customers.items() if row["closed_on"] is None}

    @cached_property
    def open_accounts(self) -> list[Row]:
        return [
            row
            for row in self.accounts.values()
            if row["closed_on"] is None and row["state"] not in ("closed", "repaid")
        ]

    @cached_property
    def month_end(self) -> date:
        """The last full month that balances are known for."""
        ends = [row["month"] for row in self.balances if row["month"] == last_day(row["month"])]
        calendar = self.today if last_day(self.today) == self.today else self.today.replace(day=1) - timedelta(days=1)
        return min([calendar, *([max(ends)] if ends else [])])

    def since(self, months: int) -> date:
        """Twelve full months are those after `since(12)`."""
        return months_before(self.month_end, months)

    @cached_property
    def own(self) -> list[Balance]:
        """Balances of the last 24 full months and the running one."""
        found = []
        for row in self.balances:
            if row["month"] > self.since(24):
                account = self.accounts[row["account_id"]]
                rate = self.rate(account["currency"])
                found.append(Balance(account, row["month"], away(row["average"] * rate), away(row["end"] * rate)))
        return found

    @cached_property
    def full(self) -> list[Balance]:
        return [one for one in self.own if one.month <= self.month_end and one.month == last_day(one.month)]

    @cached_property
    def year(self) -> list[Balance]:
        """The last twelve full months."""
        return [one for one in self.full if one.month > self.since(12)]

    @cached_property
    def newest(self) -> dict[str, Balance]:
        """What stands on each open account."""
        found: dict[str, Balance] = {}
        open_ids = {row["id"] for row in self.open_accounts}
        for one in self.own:
            key = one.account["id"]
            if key in open_ids and (key not in found or one.month > found[key].month):
                found[key] = one
        return found

    @cached_property
    def booked(self) -> dict[str, list[Row]]:
        """Bookings by customer, each with its amount in the bank's own currency, not rounded."""
        found = defaultdict(list)
        for row in self.bookings:
            account = self.accounts.get(row["account_id"])
            if account:
                found[account["customer_id"]].append(row | {"own": row["amount"] * self.rate(row["currency"])})
        return found
