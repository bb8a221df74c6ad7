"""What happened to customers' money and people: the events that the bank's rules have found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import SOURCES, Happening, MeasureFigures
from assistant.tools.desk import CustomerId, Desk, Period
from knowledge.crm.happened import events_by_kind, events_of
from knowledge.crm.insights import InsightEvent
from knowledge.crm.measures import Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.crm.whole_view import customers_in_order

DEFAULT_DAYS = 90
EACH = 5
OF_ONE = 20


@dataclass(frozen=True)
class HappenedLine:
    name: Figure
    happening: Happening


@dataclass(frozen=True)
class KindCount:
    kind: Figure
    count: Figure


@dataclass(frozen=True)
class Happenings:
    """`name` is set where one customer was asked about. `as_of` is None where no measures have been computed."""

    as_of: Figure | None
    name: Figure | None
    start: Figure
    end: Figure
    counts: list[KindCount]
    lines: list[HappenedLine]


async def happenings(desk: Desk, customer: CustomerId | None = None, period: Period | None = None) -> Happenings:
    """What happened to the customers in view, or to one of them, over a period (default: the last 90 days): salary
    stopped, money to another bank, large withdrawal, new payee, idle balance, key person changed."""
    start = period.start if period else desk.today - timedelta(days=DEFAULT_DAYS)
    end = min(period.end, desk.today) if period else desk.today
    one = await desk.customer(customer) if customer is not None else None
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, start, end, one))
    ledger = desk.ledger
    name = ledger.customer(one) if one else None
    first, last = ledger.day("period", "from", start, "period"), ledger.day("period", "to", end, "period")
    if found is None:
        return Happenings(None, name, first, last, [], [])
    measures, events, customers = found
    figures = MeasureFigures(ledger, measures.run)
    numbers = {event.kind: number for event, number in events}
    return Happenings(
        as_of=figures.as_of(),
        name=name,
        start=first,
        end=last,
        counts=[
            KindCount(
                ledger.code("events", "event", "event", kind, f"insight_event?kind={kind}"),
                ledger.number(
                    "events", f"count_{kind}", number, "count", f"insight_event?kind={kind}&day={start}..{end}"
                ),
            )
            for kind, number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        lines=[
            HappenedLine(ledger.customer(customers[event.customer_id]), figures.happening(event)) for event, _ in events
        ],
    )


Found = tuple[Measures, Sequence[tuple[InsightEvent, int]], dict[str, Customer]]


def _read(lookups: Lookups, desk: Desk, start: date, end: date, one: Customer | None) -> Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    if one is not None:
        own = events_of(measures, [one.id], start, end, OF_ONE)
        return measures, [(event, sum(e.kind == event.kind for e in own)) for event in own], {one.id: one}
    events = events_by_kind(measures, SOURCES, start, end, EACH)
    ids = [event.customer_id for event, _ in events]
    customers = {customer.id: customer for customer in customers_in_order(lookups, ids, len(ids))}
    return measures, events, customers
