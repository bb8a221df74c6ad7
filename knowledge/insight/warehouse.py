"""The analytic copy: the store's tables in DuckDB as measures read them, beside what the measures are computed with.

Amounts become DECIMAL(18,2) of their currency, rates DECIMAL(9,4) percent; `transaction`, a word of SQL, is `booking`.
Measures see what was known on their day: no row that begins later, and what ended later is still open.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import duckdb
from sqlalchemy import Column, Date, DateTime, Table

from knowledge.crm.codes import Channel, Tier
from knowledge.crm.money import Amount, Rate
from knowledge.crm.tables import Base
from knowledge.errors import InsightError
from knowledge.insight.parameters import Parameters, Prices
from knowledge.insight.period import Period
from knowledge.intake.statement import day, identifier

Cell = str | int | Decimal | date | None
TABLES = (
    "unit", "employee", "customer", "product", "account", "balance", "transaction", "contact", "feedback", "offer",
    "source_value",
)  # fmt: skip
RENAMED = {"transaction": "booking"}
KEPT = "kept"
"""The schema of the copy; what measures read are views on it, as of a day."""

BEGINS = {
    "customer": "customer_since", "account": "opened_on", "balance": "month", "transaction": "booked_on",
    "contact": "at", "feedback": "received_at", "offer": "offered_on", "source_value": "as_of",
}  # fmt: skip
"""The column that tells since when a row is there; a customer without a first day has always been one."""

ENDED = {
    "customer": {"closed_on": "CASE WHEN closed_on <= {day} THEN closed_on END"},
    "account": {
        "closed_on": "CASE WHEN closed_on <= {day} THEN closed_on END",
        "state": "CASE WHEN closed_on > {day} AND state = 'repaid' THEN 'running' "
        "WHEN closed_on > {day} AND state = 'closed' THEN 'active' ELSE state END",
    },
    "feedback": {
        "state": "CASE WHEN resolved_on > {day} AND state = 'resolved' THEN 'in_progress' ELSE state END",
        "resolved_on": "CASE WHEN resolved_on <= {day} THEN resolved_on END",
    },
}
FAR_MONTHS = 10_000
UNREAD = frozenset({"descriptions", "content", "text", "resolution", "profile"})
"""Long texts that no measure reads."""


def source_tables() -> list[Table]:
    """The tables of the store that measures read."""
    return [Base.metadata.tables[name] for name in TABLES]


def copy_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Copies the rows that schema `store` shows, in the types that measures read."""
    connection.execute(f"CREATE SCHEMA {KEPT}")
    for table in source_tables():
        columns = ", ".join(_as_read(column) for column in table.columns if column.name not in UNREAD)
        connection.execute(
            f"CREATE TABLE {KEPT}.{_name(table)} AS SELECT {columns} FROM store.{identifier(table.name)}"
        )


def show_as_of(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """Makes the views that measures read: the copied rows as they stood on a day."""
    on = day(today)
    for table in source_tables():
        ended = {column: how.format(day=on) for column, how in ENDED.get(table.name, {}).items()}
        replaced = ", ".join(f"{how} AS {column}" for column, how in ended.items())
        columns = f"* REPLACE ({replaced})" if replaced else "*"
        begins = BEGINS.get(table.name)
        there = f" WHERE {identifier(begins)} IS NULL OR {identifier(begins)} <= {on}" if begins else ""
        connection.execute(
            f"CREATE OR REPLACE VIEW {_name(table)} AS SELECT {columns} FROM {KEPT}.{_name(table)}{there}"
        )


def known_until(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The end of the last month that balances in view are known for to its last day; None if there is no such month."""
    [newest] = connection.execute("SELECT max(month) FROM balance WHERE month = last_day(month)").fetchone() or (None,)
    return newest if isinstance(newest, date) else None


def refuse_unpriced(connection: duckdb.DuckDBPyConnection, parameters: Parameters) -> None:
    """Raises InsightError naming the currencies of rows in the copy that the parameters give no exchange rate for."""
    found = connection.execute(
        f"SELECT currency FROM {KEPT}.account UNION SELECT currency FROM {KEPT}.booking "
        f"UNION SELECT currency FROM {KEPT}.customer WHERE income IS NOT NULL ORDER BY currency"
    ).fetchall()
    unpriced = [currency for (currency,) in found if currency not in parameters.exchange]
    if unpriced:
        raise InsightError(reason=f"the parameters give no exchange rate for {', '.join(map(str, unpriced))}")


def _name(table: Table) -> str:
    return RENAMED.get(table.name, table.name)


def release_store(connection: duckdb.DuckDBPyConnection) -> None:
    """Lets go of the store's file, and makes schema `store` empty again."""
    connection.execute("DROP SCHEMA store CASCADE")
    connection.execute("CREATE SCHEMA store")
    for (name,) in connection.execute("SELECT database_name FROM duckdb_databases() WHERE type = 'sqlite'").fetchall():
        connection.execute(f"DETACH {identifier(name)}")


def _as_read(column: Column[object]) -> str:
    name = identifier(column.name)
    match column.type:
        case Amount():
            return f"CAST({name} * 0.01 AS DECIMAL(18, 2)) AS {name}"
        case Rate():
            return f"CAST({name} * 0.0001 AS DECIMAL(9, 4)) AS {name}"
        case Date() | DateTime():
            return f"CAST({name} AS DATE) AS {name}"
        case _:
            return name


def make_parameter_tables(connection: duckdb.DuckDBPyConnection, parameters: Parameters, today: date) -> None:
    """Makes `period` and the tables of the parameters, which definitions join."""
    for name, columns, rows in parameter_tables(parameters, today, known_until(connection)):
        connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def parameter_tables(
    parameters: Parameters, today: date, known: date | None = None
) -> Iterator[tuple[str, str, Sequence[Sequence[Cell]]]]:
    """Name, columns and rows of every table that is made of the parameters, for any engine.

    `known` is the end of the last month that balances are known for.
    """
    period = asdict(Period.until(today, parameters.idle_balance.months, known))
    columns = ", ".join(f"{name} {'INTEGER' if isinstance(value, int) else 'DATE'}" for name, value in period.items())
    yield "period", columns, [tuple(period.values())]
    yield "exchange", "currency VARCHAR(3), rate DECIMAL(12, 6)", list(parameters.exchange.items())
    prices = "currency VARCHAR(3), from_months INTEGER, below_months INTEGER, rate DECIMAL(9, 4)"
    yield "transfer_price", prices, list(_transfer_prices(parameters))
    yield "unit_cost", "what VARCHAR(32), channel VARCHAR(32), cost DECIMAL(12, 4)", list(_unit_costs(parameters))
    yield "default_chance", "of VARCHAR(32), chance DECIMAL(9, 4)", list(parameters.default_chance.items())
    yield "lost_given_default", "share DECIMAL(9, 4)", [(parameters.lost_given_default,)]
    tiers = "tier VARCHAR(32), rank INTEGER, from_assets DECIMAL(18, 2), budget DECIMAL(18, 2), contact_days INTEGER"
    yield "tier", tiers, list(_tiers(parameters))
    points = parameters.points
    yield (
        "points",
        "amount DECIMAL(18, 2), demand DECIMAL(9, 4), term DECIMAL(9, 4)",
        [(points.amount, points.demand, points.term)],
    )
    large = parameters.large_withdrawal
    yield "large_withdrawal_rule", "amount DECIMAL(18, 2), share DECIMAL(9, 4)", [(large.amount, large.share)]
    idle = parameters.idle_balance
    yield "idle_balance_rule", "amount DECIMAL(18, 2), months INTEGER", [(idle.amount, idle.months)]
    yield "new_payee_rule", "amount DECIMAL(18, 2)", [(parameters.new_payee.amount,)]


def _transfer_prices(parameters: Parameters) -> Iterator[tuple[str, int, int, Decimal]]:
    for currency in parameters.exchange:
        prices = parameters.transfer_prices.get(currency, parameters.transfer_prices["other"])
        starts = sorted(prices)
        for start, below in zip(starts, [*starts[1:], FAR_MONTHS], strict=True):
            yield currency, start, below, prices[start]


def _unit_costs(parameters: Parameters) -> Iterator[tuple[str, str, Decimal]]:
    costs = parameters.costs
    by_channel: Iterable[tuple[str, Prices]] = (("contact", costs.contact), ("booking", costs.booking))
    for what, prices in by_channel:
        for channel in (*Channel, "other"):
            yield what, str(channel), prices.get(channel, prices["other"])
    for kind, cost in costs.account.items():
        yield "account", kind, cost


def _tiers(parameters: Parameters) -> Iterator[tuple[str, int, Decimal, Decimal, int]]:
    for rank, tier in enumerate(Tier, start=1):
        yield tier.value, rank, parameters.tiers[tier], parameters.service_budget[tier], parameters.contact_days[tier]
