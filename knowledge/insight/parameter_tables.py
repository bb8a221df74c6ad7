"""The tables that definitions join besides the store's: `period`, and what is made of the bank's parameters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import duckdb

from knowledge.crm.codes import Channel, Tier
from knowledge.insight.definition import PERIOD
from knowledge.insight.parameters import Parameters, Prices
from knowledge.insight.period import Period
from knowledge.insight.warehouse import known_until

Cell = str | int | Decimal | date | None
FAR_MONTHS = 10_000


def make_parameter_tables(connection: duckdb.DuckDBPyConnection, parameters: Parameters, today: date) -> frozenset[str]:
    """Makes the tables, and returns the names of those that were other before; `period.<column>` of the days."""
    changed = set[str]()
    for name, columns, rows in parameter_tables(parameters, today, known_until(connection)):
        before = _rows(connection, name)
        if before == rows:
            continue
        connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        if name == PERIOD:
            days = asdict(Period.until(today, 1)).keys()
            was = before[0] if before else [None] * len(days)
            changed |= {f"{PERIOD}.{day}" for day, old, new in zip(days, was, rows[0], strict=True) if old != new}
        else:
            changed.add(name)
    return frozenset(changed)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Cell, ...]]:
    """The rows of a table in their order; none where it is not there."""
    there = connection.execute("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = ?", [name])
    return connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() if there.fetchone() else []


def parameter_tables(
    parameters: Parameters, today: date, known: date | None = None
) -> Iterator[tuple[str, str, Sequence[tuple[Cell, ...]]]]:
    """Name, columns and rows of every table that is made of the parameters, for any engine.

    `known` is the end of the last month that balances are known for.
    """
    period = asdict(Period.until(today, parameters.idle_balance.months, known))
    columns = ", ".join(f"{name} {'INTEGER' if isinstance(value, int) else 'DATE'}" for name, value in period.items())
    yield PERIOD, columns, [tuple(period.values())]
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
