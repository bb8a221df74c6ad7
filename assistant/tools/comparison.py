"""Whether a customer is worth it: what they contribute, beside customers like them, the branch and the bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import Happening, MeasureFigures
from assistant.grounding.yardsticks import PLAIN, RELATED, Average, Privacy, Yardsticks
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.leaving import direction_of
from knowledge.crm.codes import DEPOSIT_KINDS, Role
from knowledge.crm.happened import events_of
from knowledge.crm.insights import Insight, InsightEvent
from knowledge.crm.measures import Grouping, Measures
from knowledge.crm.relatives import WITHOUT, Relatives, relatives_of
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Balance, Customer
from knowledge.intake.calendar_format import add_months

CONTRIBUTION = "profit_contribution"
COMPARED = (CONTRIBUTION, "related_contribution", "average_deposits", "loyalty", "risk", "churn_risk")
PARTS = ("deposit_margin", "loan_margin", "fee_income", "cost_to_serve", "risk_cost")
SHOWN = (*COMPARED, *PARTS, "value_group", "earned_tier")
MONTHS = 13
EVENT_DAYS = 90
EVENTS = 5


@dataclass(frozen=True)
class ComparedMeasure:
    """`direction` compares the value with that of a year before: up, down, same or unknown. `value` is None where the
    household or group is told of and not all of it is in view."""

    label: str
    value: Figure | None
    before: Figure | None
    direction: str
    peers: Average
    branch: Average
    bank: Average


@dataclass(frozen=True)
class Part:
    label: str
    value: Figure


@dataclass(frozen=True)
class MonthOfDeposits:
    month: Figure
    average: Figure


@dataclass(frozen=True)
class Comparison:
    """`as_of` is None where no measures have been computed. `standing` tells the contribution beside that of customers
    like them: above, below or unknown. `months` are average deposits in the bank's currency."""

    as_of: Figure | None
    name: Figure
    standing: str
    measures: list[ComparedMeasure]
    bars: list[Part]
    parts: list[Part]
    value_group: Figure | None
    group_reasons: list[Figure]
    risk_reasons: list[Figure]
    churn_reasons: list[Figure]
    events: list[Happening]
    months: list[MonthOfDeposits]
    others: Figure | None
    elsewhere: bool
    privacy: Privacy


@dataclass(frozen=True)
class _Found:
    measures: Measures
    values: Mapping[tuple[str, str], Insight]
    earlier: Mapping[tuple[str, str], Insight]
    relatives: Relatives
    yardsticks: Yardsticks
    events: Sequence[InsightEvent]
    months: Sequence[tuple[date, Decimal]]


async def comparison(desk: Desk, customer: CustomerId) -> Comparison:
    """What a customer is worth to the bank: the contribution with its parts and that of the household or group,
    deposits, loyalty, risk and the risk of leaving, compared with customers like them, the branch and the bank."""
    row = await desk.customer(customer)
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, row))
    name = desk.ledger.customer(row)
    if found is None:
        return Comparison(None, name, "unknown", [], [], [], None, [], [], [], [], [], None, False, PLAIN)
    figures = MeasureFigures(desk.ledger, found.measures.run)
    compared = [line for metric in COMPARED if (line := _compared(desk, figures, found, row.id, metric))]
    group = found.values.get((row.id, "value_group"))
    return Comparison(
        as_of=figures.as_of(),
        name=name,
        standing=_standing(found, row.id),
        measures=compared,
        bars=_bars(desk, compared[0]) if compared else [],
        parts=[
            Part(desk.ledger.label(metric, "metric"), value)
            for metric in PARTS
            if (value := figures.value(found.values.get((row.id, metric))))
        ],
        value_group=figures.label(group) if group else None,
        group_reasons=figures.reasons(group),
        risk_reasons=figures.reasons(found.values.get((row.id, "risk"))),
        churn_reasons=figures.reasons(found.values.get((row.id, "churn_risk"))),
        events=figures.happenings(found.events),
        months=_months(desk, figures, row.id, found.months),
        others=_others(desk, row.id, found.relatives),
        elsewhere=not found.relatives.all_in_view,
        privacy=found.yardsticks.privacy,
    )


def _read(lookups: Lookups, desk: Desk, customer: Customer) -> _Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    today = measures.run.as_of
    return _Found(
        measures,
        measures.of([customer.id], SHOWN),
        measures.before([customer.id], COMPARED, add_months(today, -12)),
        relatives_of(measures, [customer.id]).get(customer.id, WITHOUT),
        Yardsticks.of(measures, COMPARED, measures.groups_of(customer)),
        events_of(measures, [customer.id], today - timedelta(days=EVENT_DAYS), today, EVENTS),
        _deposit_months(lookups, customer.id, measures.run.currency, today),
    )


def _deposit_months(lookups: Lookups, customer: str, currency: str, today: date) -> Sequence[tuple[date, Decimal]]:
    rows = lookups.rows(
        select(Balance.month, func.sum(Balance.average))
        .join(Account, Account.id == Balance.account_id)
        .where(
            Account.customer_id == customer, Account.kind.in_(DEPOSIT_KINDS), Account.currency == currency,
            Balance.month > add_months(today.replace(day=1), -MONTHS), Balance.month <= today,
        )
        .group_by(Balance.month)
        .order_by(Balance.month)
        .execution_options(**FEW)
    )  # fmt: skip
    return [(month, average) for month, average in rows]


def _compared(desk: Desk, figures: MeasureFigures, found: _Found, customer: str, metric: str) -> ComparedMeasure | None:
    row = found.values.get((customer, metric))
    if row is None or row.value is None:
        return None
    together = metric in RELATED
    # Who belonged to a household a year ago is not known, so that of then is told only to who sees everybody.
    before = found.earlier.get((customer, metric)) if not together or desk.scope.role is Role.HEAD_OFFICE else None
    return ComparedMeasure(
        desk.ledger.label(metric, "metric"),
        figures.value(row) if not together or found.relatives.all_in_view else None,
        figures.earlier(before),
        direction_of(row, before),
        *(found.yardsticks.average(figures, metric, grouping, row.unit) for grouping in Grouping),
    )


def _others(desk: Desk, customer: str, relatives: Relatives) -> Figure | None:
    if not relatives.others or not relatives.all_in_view:
        return None
    source = f"insight?metric=related_customers&customer={customer}"
    return desk.ledger.number(customer, "others_related", relatives.others, "count", source)


def _standing(found: _Found, customer: str) -> str:
    row = found.values.get((customer, CONTRIBUTION))
    average = found.yardsticks.told.get((CONTRIBUTION, Grouping.PEERS))
    if row is None or row.value is None or average is None:
        return "unknown"
    return "above" if row.value >= average.value else "below"


def _bars(desk: Desk, contribution: ComparedMeasure) -> list[Part]:
    """The contribution and what it is held against, to be looked at."""
    if contribution.value is None:
        return []
    bars = [("own", contribution.value)]
    for label, average in (("peers", contribution.peers), ("branch", contribution.branch), ("bank", contribution.bank)):
        if average.figure:
            bars.append((label, average.figure))
    return [Part(desk.ledger.label(label, "grouping"), figure) for label, figure in bars]


def _months(
    desk: Desk, figures: MeasureFigures, customer: str, months: Sequence[tuple[date, Decimal]]
) -> list[MonthOfDeposits]:
    currency = figures.run.currency
    return [
        MonthOfDeposits(
            desk.ledger.day(customer, "month", month, f"balance?customer={customer}&month={month}"),
            desk.ledger.money(
                customer, "average_deposits", average, currency,
                f"balance?customer={customer}&currency={currency}&month={month}", month,
            ),
        )
        for month, average in months
    ]  # fmt: skip
