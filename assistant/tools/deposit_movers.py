"""Whose deposits changed most over a period."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import Happening, MeasureFigures
from assistant.tools.deposit_changes import CurrencyChange, currency_change, span
from assistant.tools.desk import Desk, Period
from knowledge.crm.holdings import deposits_on
from knowledge.crm.measures import Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer

DEFAULT_LIMIT = 10
LONGEST = 50
DRAINING = frozenset({"salary_stopped", "money_to_other_bank", "large_withdrawal", "new_payee"})
"""Events by which deposits fall."""
REASONS, EVENTS_READ = 3, 500


class Direction(StrEnum):
    FALL = "fall"
    RISE = "rise"


@dataclass(frozen=True)
class Mover:
    """A customer and what was found to have happened in that time, the newest first: why deposits fell."""

    name: Figure
    change: CurrencyChange
    reasons: list[Happening]


@dataclass(frozen=True)
class DepositMovers:
    start: Figure
    end: Figure
    fell: bool
    movers: list[Mover]


async def deposit_movers(
    desk: Desk, period: Period | None = None, direction: Direction = Direction.FALL, limit: int = DEFAULT_LIMIT
) -> DepositMovers:
    """The customers whose deposits fell (or rose) most over a period (default: about the last three months),
    in the currency that most of them keep: amounts of different currencies cannot be ranked together."""
    start, end = span(desk, period)
    before_on = start - timedelta(days=1)
    before, after = await deposits_on(desk.reader, before_on), await deposits_on(desk.reader, end)
    zero = Decimal(0)
    sign = 1 if direction is Direction.FALL else -1
    keys = set(before) | set(after)
    currency = Counter(currency for _, currency in sorted(keys)).most_common(1)
    changes = sorted(
        (sign * (after.get(key, zero) - before.get(key, zero)), key) for key in keys if key[1] == currency[0][0]
    )
    largest = [key for change, key in changes[: min(max(limit, 1), LONGEST)] if change < 0]
    named = await desk.reader.scalars(select(Customer).where(Customer.id.in_({customer for customer, _ in largest})))
    customers = {c.id: c for c in named}
    reasons = await _reasons(desk, set(customers), start, end) if direction is Direction.FALL else {}
    return DepositMovers(
        start=desk.ledger.day("period", "from", start, "period"),
        end=desk.ledger.day("period", "to", end, "period"),
        fell=direction is Direction.FALL,
        movers=[
            Mover(
                desk.ledger.customer(customers[key[0]]),
                currency_change(
                    desk, key[0], "deposits", key[1], (before.get(key, zero), before_on), (after.get(key, zero), end)
                ),
                reasons.get(key[0], []),
            )
            for key in largest
        ],
    )


async def _reasons(desk: Desk, customers: set[str], start: date, end: date) -> dict[str, list[Happening]]:
    """What took money away from each of these customers in those days; nothing before measures are computed."""

    def read(lookups: Lookups) -> list[tuple[str, Happening]]:
        measures = Measures.on(lookups, desk.scope, desk.today)
        if measures is None:
            return []
        figures = MeasureFigures(desk.ledger, measures.run)
        events = measures.events(start, end, EVENTS_READ, customers)
        return [(event.customer_id, figures.happening(event)) for event in events if event.kind in DRAINING]

    found: dict[str, list[Happening]] = {}
    for customer, happening in await desk.reader.together(read):
        own = found.setdefault(customer, [])
        if len(own) < REASONS:
            own.append(happening)
    return found
