"""A bank of seven customers that changes at random, by whatever a bank's day brings."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from sqlalchemy import Engine

from knowledge.crm.store import bulk_engine
from knowledge.intake.calendar_format import add_months, month_end

FIRST_DAY = date(2025, 12, 30)
CUSTOMERS = [f"C{number}" for number in range(7)]
ACCOUNTS = [f"A{number}" for number in range(10)]
KINDS = ("fee", "salary", "pension", "transfer_out", "transfer_in", "cash_out", "interest")
BY_CUSTOMER = ("account", "contact", "feedback", "offer", "source_value", "insight", "insight_event", "merge")
PRODUCTS = (("deposit", 3000, 0, None), ("loan", 50000, 12, None), ("fund", None, None, 12000))
Statement = tuple[str, Sequence[object]]
Change = Callable[["ChangingBank", Random, date], None]


class ChangingBank:
    """A store of either kind, changed through connections of its own; new rows are numbered after `number`."""

    def __init__(self, url: str, number: int = 0) -> None:
        self.url, self._number = url, number
        self._engine: Engine = bulk_engine(url)

    def run(self, *statements: Statement) -> None:
        """Runs statements with `?` for values, in one transaction."""
        with self._engine.begin() as connection:
            for statement, values in statements:
                connection.exec_driver_sql(self._marked(statement), tuple(values))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def number(self) -> str:
        self._number += 1
        return f"N{self._number}"

    def close(self) -> None:
        self._engine.dispose()

    def _marked(self, statement: str) -> str:
        return statement if self._engine.dialect.name == "sqlite" else statement.replace("?", "%s")


def fill(bank: ChangingBank, seed: int) -> None:
    """Two branches, persons of one household, companies of one group; accounts with 27 months of balances."""
    rng = Random(seed)
    bank.run(
        *(("INSERT INTO unit (id, kind, name, names, profile) VALUES (?, 'branch', ?, '{}', '{}')", (unit, unit))
          for unit in ("U1", "U2")),
        *(("INSERT INTO employee (id, unit_id, role, name) VALUES (?, ?, 'manager', ?)", (f"E{unit}", f"U{unit}", "e"))
          for unit in (1, 2)),
        *(("INSERT INTO product (id, kind, name, names, currency, rate, term_months, fee, customer_kinds, descriptions)"
           " VALUES (?, ?, ?, '{}', 'CNY', ?, ?, ?, '[]', '{}')", (kind, kind, kind, rate, term, fee))
          for kind, rate, term, fee in PRODUCTS),
        *(_customer(customer, number) for number, customer in enumerate(CUSTOMERS)),
    )  # fmt: skip
    for account in ACCOUNTS:
        kind, owner = rng.choice(("deposit", "deposit", "loan", "card", "fund", "term_deposit")), rng.choice(CUSTOMERS)
        opened = FIRST_DAY - timedelta(days=rng.randrange(30, 2000))
        months = [month_end(add_months(FIRST_DAY.replace(day=1), -back)) for back in range(27) if rng.random() < 0.9]
        held = [_balance(account, min(month, FIRST_DAY), rng) for month in months]
        bank.run(_account(account, owner, kind, opened, rng), *held)
    for _ in range(40):
        add_booking(bank, rng, FIRST_DAY - timedelta(days=rng.randrange(0, 400)))


def _customer(customer: str, number: int) -> Statement:
    person = number < 5
    values: dict[str, object] = {
        "id": customer, "kind": "person" if person else "company", "name": f"name {number}",
        "birth_date": f"{1960 + 8 * number}-03-01" if person else None, "city": "X",
        "address": "one street" if number < 3 else None, "income": 10_000_000 * (number + 1) if person else None,
        "currency": "CNY", "industry": None if person else "trade", "owning_group": None if person else "group",
        "tier": ("gold", "silver", None)[number % 3], "manager_id": f"E{number % 2 + 1}",
        "branch_id": (None, "U1", "U2")[number % 3], "customer_since": f"20{10 + number}-02-28",
        "interests": "[]", "consents": "[]",
    }  # fmt: skip
    return f"INSERT INTO customer ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values())


def _account(account: str, owner: str, kind: str, opened: date, rng: Random) -> Statement:
    product = kind if kind in ("deposit", "loan", "fund") else None
    state = {"loan": rng.choice(("running", "in_arrears")), "card": "active"}.get(kind, "active")
    return (
        "INSERT INTO account (id, customer_id, product_id, kind, number, currency, opened_on, credit_limit, state)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        (account, owner, product, kind, account, rng.choice(("CNY", "CNY", "USD")), str(opened),
         rng.randrange(1, 9) * 1_000_000, state),
    )  # fmt: skip


def _balance(account: str, month: date, rng: Random) -> Statement:
    amount = rng.choice((0, 1_000, 5_000_000, 40_000_000, rng.randrange(100_000_000)))
    return (
        'INSERT INTO balance (account_id, month, "end", average) VALUES (?,?,?,?) ON CONFLICT (account_id, month)'
        ' DO UPDATE SET "end" = excluded."end", average = excluded.average',
        (account, str(month), amount, amount + rng.randrange(1_000)),
    )


def add_booking(bank: ChangingBank, rng: Random, day: date) -> None:
    kind = rng.choice(KINDS)
    sign = 1 if kind in ("salary", "pension", "transfer_in") else -1
    amount = sign * rng.choice((500, 300_000, 6_000_000, 30_000_000))
    other = rng.choice((None, "name 1", "Li", "Wang")) if kind.startswith("transfer") else None
    bank.run((
        'INSERT INTO "transaction" (id, account_id, booked_on, amount, currency, kind, channel, counterparty,'
        " counterparty_bank, purpose) VALUES (?,?,?,?,'CNY',?,?,?,?,?)",
        (bank.number(), _any_account(bank, rng), str(day), amount, kind, rng.choice((None, "app", "branch")), other,
         rng.choice((None, "Other Bank")), rng.choice((None, "house"))),
    ))  # fmt: skip


def _any_account(bank: ChangingBank, rng: Random) -> object:
    return rng.choice(bank.rows("SELECT id FROM account ORDER BY id"))[0]


def _any_customer(bank: ChangingBank, rng: Random) -> object:
    return rng.choice(bank.rows("SELECT id FROM customer ORDER BY id"))[0]


def _near(rng: Random, today: date) -> date:
    return today + timedelta(days=rng.choice((-200, -100, -40, -3, -1, 0, 1, 2, 30)))


def book(bank: ChangingBank, rng: Random, today: date) -> None:
    for _ in range(3):
        add_booking(bank, rng, _near(rng, today))


def change_bookings(bank: ChangingBank, rng: Random, today: date) -> None:
    ids = [row[0] for row in bank.rows('SELECT id FROM "transaction" ORDER BY id')]
    one, other, third = rng.sample(ids, 3)
    bank.run(
        ('UPDATE "transaction" SET amount = amount * 2, booked_on = ? WHERE id = ?', (str(_near(rng, today)), one)),
        ('UPDATE "transaction" SET account_id = ? WHERE id = ?', (_any_account(bank, rng), other)),
        ('DELETE FROM "transaction" WHERE id = ?', (third,)),
    )


def change_balances(bank: ChangingBank, rng: Random, today: date) -> None:
    account = str(_any_account(bank, rng))
    months = [month_end(add_months(today.replace(day=1), -back)) for back in (0, 1, 2, 13, 24)]
    bank.run(*(_balance(account, min(month, today), rng) for month in rng.sample(months, 3)))
    bank.run(("DELETE FROM balance WHERE account_id = ? AND month = ?", (account, str(rng.choice(months)))))


def close_month(bank: ChangingBank, rng: Random, today: date) -> None:
    """The balances of a whole month arrive, and with them the month that counts as the last full one."""
    month = month_end(add_months(today.replace(day=1), -1))
    bank.run(*(_balance(str(account), month, rng) for (account,) in bank.rows("SELECT id FROM account ORDER BY id")))


def change_accounts(bank: ChangingBank, rng: Random, today: date) -> None:
    number = bank.number()
    bank.run(
        ("UPDATE account SET customer_id = ? WHERE id = ?", (_any_customer(bank, rng), _any_account(bank, rng))),
        ("UPDATE account SET state = 'closed', closed_on = ? WHERE id = ?",
         (str(_near(rng, today)), _any_account(bank, rng))),
        ("UPDATE account SET rate = 15000, state = 'in_arrears' WHERE kind = 'loan' AND id = ?",
         (_any_account(bank, rng),)),
        _account(f"A{number}", str(_any_customer(bank, rng)), "deposit", _near(rng, today), rng),
        _balance(f"A{number}", today, rng),
    )  # fmt: skip


def change_customers(bank: ChangingBank, rng: Random, today: date) -> None:
    column, value = rng.choice((
        ("tier", "platinum"), ("tier", None), ("birth_date", f"{today.year - 30}-06-01"), ("income", 77_000_000),
        ("address", "one street"), ("closed_on", str(_near(rng, today))), ("closed_on", None), ("branch_id", "U2"),
        ("manager_id", None), ("name", "Li"), ("customer_since", str(_near(rng, today))), ("owning_group", "other"),
        ("credit_rating", "CCC"),
    ))  # fmt: skip
    bank.run((f"UPDATE customer SET {column} = ? WHERE id = ?", (value, _any_customer(bank, rng))))


def be_in_touch(bank: ChangingBank, rng: Random, today: date) -> None:
    customer, day = _any_customer(bank, rng), _near(rng, today)
    bank.run(
        ("INSERT INTO contact (id, customer_id, at, channel) VALUES (?, ?, ?, ?)",
         (bank.number(), customer, f"{day} 10:00:00.000000", rng.choice(("phone", "sms", "visit")))),
        ("INSERT INTO feedback (id, customer_id, received_at, channel, kind, text, state) VALUES (?,?,?,?,?,?,?)",
         (bank.number(), rng.choice((customer, None)), f"{day} 10:00:00.000000", "app", "complaint", "x", "open")),
        ("UPDATE feedback SET state = 'resolved', resolved_on = ? WHERE id IN (SELECT min(id) FROM feedback)",
         (str(_near(rng, today)),)),
        ("INSERT INTO source_value (customer_id, field, previous, value, system, as_of, recorded_at, recorded_by)"
         " VALUES (?, 'key_contact', 'Zhao', ?, 's', ?, '2026-01-01 00:00:00.000000', 'x')",
         (customer, rng.choice(("Zhao", "Qian")), str(day))),
        ("INSERT INTO offer (id, customer_id, product_id, offered_on, state) VALUES (?, ?, 'fund', ?, 'open')",
         (bank.number(), customer, str(day))),
    )  # fmt: skip


def change_catalogue(bank: ChangingBank, rng: Random, today: date) -> None:
    product = rng.choice([kind for kind, *_ in PRODUCTS])
    bank.run(("UPDATE product SET rate = rate + 100, fee = fee + 100 WHERE id = ?", (product,)))


KEYS = (("insight", "metric, as_of"), ("insight_event", "kind, day, source"))


def _lost(table: str, key: str, survivor: object, absorbed: object) -> Statement:
    theirs = f"SELECT {key} FROM {table} WHERE customer_id = ?"
    return f"DELETE FROM {table} WHERE customer_id = ? AND ({key}) IN ({theirs})", (absorbed, survivor)


def join_customers(bank: ChangingBank, rng: Random, today: date) -> None:
    """As a merge does it: what was measured of the absorbed customer goes up in what was measured of the other."""
    ids = [row[0] for row in bank.rows("SELECT id FROM customer ORDER BY id")]
    if len(ids) < 4:
        return
    survivor, absorbed = rng.sample(ids, 2)
    bank.run(
        ("INSERT INTO merge (id, customer_id, absorbed_id, absorbed, evidence, merged_at, merged_by)"
         " VALUES (?, ?, ?, '{}', '[]', '2026-01-01 00:00:00.000000', 'x')", (bank.number(), survivor, absorbed)),
        *(_lost(table, key, survivor, absorbed) for table, key in KEYS),
        *((f"UPDATE {table} SET customer_id = ? WHERE customer_id = ?", (survivor, absorbed)) for table in BY_CUSTOMER),
        ("DELETE FROM customer WHERE id = ?", (absorbed,)),
    )  # fmt: skip


def forget_customer(bank: ChangingBank, rng: Random, today: date) -> None:
    ids = [row[0] for row in bank.rows("SELECT id FROM customer ORDER BY id")]
    if len(ids) < 4:
        return
    gone = rng.choice(ids)
    theirs = "account_id IN (SELECT id FROM account WHERE customer_id = ?)"
    bank.run(
        *((f'DELETE FROM "{table}" WHERE {theirs}', (gone,)) for table in ("balance", "transaction")),
        *((f"DELETE FROM {table} WHERE customer_id = ?", (gone,)) for table in BY_CUSTOMER),
        ("DELETE FROM customer WHERE id = ?", (gone,)),
    )


def come(bank: ChangingBank, rng: Random, today: date) -> None:
    bank.run(_customer(f"C{bank.number()}", rng.randrange(7)))


CHANGES: tuple[Change, ...] = (
    book, change_bookings, change_balances, close_month, change_accounts, change_customers, be_in_touch,
    change_catalogue, join_customers, forget_customer, come,
)  # fmt: skip
