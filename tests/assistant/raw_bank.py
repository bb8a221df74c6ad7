"""The demo bank read past all of our code: plain SQL over the rows of its file, amounts in hundredths."""

import json
import random
import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

AS_OF = date(2026, 11, 20)
TOLD = [f"C{number:06}" for number in range(1, 12)]
"""The customers of the stories, C000001 to C000011."""
HEAD_OFFICE, BRANCH, SERVICE_DESK = "chen.guohua", "ma.jianjun", "fan.li"
MANAGERS = ("jiang.lan", "li.mingjuan", "ana.garcia")
STAFF = (HEAD_OFFICE, BRANCH, SERVICE_DESK, *MANAGERS)

DEPOSITS = ("deposit", "term_deposit")
INVESTMENTS = ("fund", "wealth", "insurance", "metal")
DEBTS = ("loan", "card")

Row = dict[str, Any]


class RawBank:
    """Rows as dictionaries. Days are ISO strings, as SQLite keeps them; amounts are whole hundredths."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self.accounts: list[Row] = self.rows("SELECT * FROM account ORDER BY id")
        self.account: dict[str, Row] = {row["id"]: row for row in self.accounts}
        self.customers: dict[str, Row] = {row["id"]: row for row in self.rows("SELECT * FROM customer ORDER BY id")}
        self.by_owner: dict[str, list[Row]] = defaultdict(list)
        for row in self.accounts:
            self.by_owner[row["customer_id"]].append(row)
        self.balance = cache(self._balance)

    def close(self) -> None:
        self._connection.close()

    def rows(self, statement: str, *values: object) -> list[Row]:
        return [dict(row) for row in self._connection.execute(statement, values)]

    def one(self, statement: str, *values: object) -> Any:
        """The first column of the first row, None where there is no row."""
        row = self._connection.execute(statement, values).fetchone()
        return row[0] if row else None

    def tables(self) -> set[str]:
        return {row["name"] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def seen_by(self, employee: str) -> set[str]:
        """The customers whom that employee may see, by the words of the design."""
        (who,) = self.rows("SELECT * FROM employee WHERE id = ?", employee)
        match who["role"]:
            case "head_office":
                return set(self.customers)
            case "branch":
                return {id for id, row in self.customers.items() if row["branch_id"] == who["unit_id"]}
            case "manager":
                return {id for id, row in self.customers.items() if row["manager_id"] == employee}
            case _:
                return set()

    def sample(self, count: int, seed: int) -> list[str]:
        """The told customers and some others."""
        return TOLD + random.Random(seed).sample(sorted(set(self.customers) - set(TOLD)), count)

    def _balance(self, account: str, on: date) -> tuple[int, str] | None:
        """The last month-end balance up to that day, and its month."""
        found = self.rows(
            'SELECT "end", month FROM balance WHERE account_id = ? AND month <= ? ORDER BY month DESC LIMIT 1',
            account, str(on),
        )  # fmt: skip
        return (found[0]["end"], found[0]["month"]) if found else None

    def standing_at(self, account: str, on: date) -> int:
        """What lies on a deposit account at the close of that day, by the running balance of its bookings."""
        last = self.one(
            'SELECT balance_after FROM "transaction" WHERE account_id = ? AND booked_on <= ?'
            " ORDER BY booked_on DESC, id DESC LIMIT 1",
            account, str(on),
        )  # fmt: skip
        if last is None:
            last = self.one(
                'SELECT balance_after - amount FROM "transaction" WHERE account_id = ? ORDER BY booked_on, id LIMIT 1',
                account,
            )
        if last is None:
            last = self.one('SELECT "end" FROM balance WHERE account_id = ? ORDER BY month LIMIT 1', account)
        return int(last or 0)

    def deposits(self, customer: str, on: date) -> dict[str, int]:
        """Deposits per currency, of the accounts opened by that day."""
        sums: dict[str, int] = defaultdict(int)
        for row in self.by_owner[customer]:
            if row["kind"] in DEPOSITS and row["opened_on"] <= str(on):
                sums[row["currency"]] += self.standing_at(row["id"], on)
        return dict(sums)

    def booked(self, customer: str, start: date, end: date) -> list[Row]:
        """The bookings on a customer's deposits in those days."""
        return self.rows(
            'SELECT t.* FROM "transaction" t JOIN account a ON a.id = t.account_id'
            " WHERE a.customer_id = ? AND a.kind IN ('deposit', 'term_deposit') AND booked_on BETWEEN ? AND ?",
            customer, str(start), str(end),
        )  # fmt: skip

    def open_on(self, row: Row, on: date) -> bool:
        """Whether an account was opened by that day and not closed by then."""
        if row["opened_on"] > str(on):
            return False
        return row["state"] != "closed" if row["closed_on"] is None else bool(row["closed_on"] > str(on))


def money(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100


def listed(text: str) -> list[str]:
    """A JSON column that holds a list."""
    return [str(item) for item in json.loads(text)]


def days_between(earlier: str, later: date) -> int:
    return (later - date.fromisoformat(earlier[:10])) // timedelta(days=1)
