"""How each branch is doing, and how many customers branches and managers lose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, or_, select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.yardsticks import PLAIN, Average, Privacy, Yardsticks
from assistant.tools.desk import Desk, Period
from knowledge.crm.insights import InsightAverage, InsightResult
from knowledge.crm.measures import Grouping, Groups, Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer, Employee, Unit
from knowledge.intake.calendar_format import add_months

CONTRIBUTION, CHURN, DEPOSITS, GOLDEN = "branch_contribution", "churn_rate", "branch_deposits", "golden_share"
MANAGER_CHURN = "manager_churn_rate"
UNIT_METRICS = (CONTRIBUTION, CHURN, DEPOSITS, GOLDEN)
CONTRIBUTES = "profit_contribution"
MANAGERS_SHOWN = 10


@dataclass(frozen=True)
class BranchLine:
    """One branch. `direction` compares its contribution with that of a year before: up, down, same or unknown;
    `churn` is the share of customers lost, in twelve months or in the period asked for."""

    name: Figure
    contribution: Figure | None
    direction: str
    per_customer: Figure | None
    customers: Figure | None
    deposits: Figure | None
    churn: Figure | None
    golden: Figure | None


@dataclass(frozen=True)
class ManagerLine:
    name: Figure
    churn: Figure


@dataclass(frozen=True)
class UnitResults:
    """`per_customer` is the bank's average contribution. `start` and `end` are set where a period was asked for, in
    which the customers who closed are counted. `managers` are those who lose most, `others` how many more there are.
    `as_of` is None where no measures have been computed."""

    as_of: Figure | None
    start: Figure | None
    end: Figure | None
    branches: list[BranchLine]
    per_customer: Average
    managers: list[ManagerLine]
    others: Figure | None
    privacy: Privacy


Lost = Mapping[str, tuple[int, int]]
"""By branch or manager, customers there at the start of a period, and those of them lost in it."""


@dataclass(frozen=True)
class _Found:
    measures: Measures
    units: Mapping[str, Unit]
    employees: Mapping[str, Employee]
    results: Mapping[tuple[str, str], InsightResult]
    earlier: Mapping[tuple[str, str], InsightResult]
    averages: Mapping[str, InsightAverage]
    bank: Yardsticks
    lost: Lost
    manager_lost: Lost
    managers: int


async def unit_results(desk: Desk, period: Period | None = None) -> UnitResults:
    """How each branch in view is doing: contribution, contribution per customer against the bank, customers,
    deposits, share of golden customers, and the churn rate of branches and managers (default: of twelve months)."""
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, period))
    if found is None:
        return UnitResults(None, None, None, [], Average(None, False), [], None, PLAIN)
    figures, ledger = MeasureFigures(desk.ledger, found.measures.run), desk.ledger
    units = sorted(found.units, key=lambda id: (-_value(found.results.get((id, CONTRIBUTION))), id))
    rates = {id: rate for id in found.employees if (rate := _manager_churn(figures, found, id, period))}
    losing = sorted(rates, key=lambda id: (-Decimal(str(rates[id].value)), found.employees[id].name, id))
    more = found.managers - min(len(losing), MANAGERS_SHOWN)
    return UnitResults(
        as_of=figures.as_of(),
        start=ledger.day("period", "from", period.start, "period") if period else None,
        end=ledger.day("period", "to", min(period.end, desk.today), "period") if period else None,
        branches=[_branch(desk, figures, found, found.units[id], period) for id in units],
        per_customer=found.bank.average(figures, CONTRIBUTES, Grouping.BANK, "money"),
        managers=[ManagerLine(ledger.employee(found.employees[id]), rates[id]) for id in losing[:MANAGERS_SHOWN]],
        others=ledger.number(
            "managers", "more", more, "count", f"insight_result?metric={MANAGER_CHURN}", figures.run.as_of
        )
        if more > 0
        else None,
        privacy=found.bank.privacy,
    )


def _read(lookups: Lookups, desk: Desk, period: Period | None) -> _Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    rows, earlier_on = measures.results("unit", UNIT_METRICS), add_months(measures.run.as_of, -12)
    by_branch, by_manager = _lost(lookups, period, desk.today) if period else ({}, {})
    managed = [] if period else measures.largest_results("employee", MANAGER_CHURN, MANAGERS_SHOWN)
    units = lookups.scalars(select(Unit).where(Unit.id.in_({row.subject_id for row in rows})))
    named = _most_lost(by_manager) if period else [row.subject_id for row in managed]
    employees = lookups.scalars(select(Employee).where(Employee.id.in_(named)))
    return _Found(
        measures,
        {unit.id: unit for unit in units},
        {employee.id: employee for employee in employees},
        {(row.subject_id, row.metric): row for row in (*rows, *managed)},
        {(row.subject_id, row.metric): row for row in measures.results("unit", UNIT_METRICS, earlier_on)},
        measures.averages_of_branches(CONTRIBUTES, [unit.id for unit in units]),
        Yardsticks.of(measures, [CONTRIBUTES], Groups(None, None)),
        by_branch,
        by_manager,
        len(by_manager) if period else measures.count_results("employee", MANAGER_CHURN),
    )


def _most_lost(lost: Lost) -> list[str]:
    return sorted(lost, key=lambda id: (-Decimal(lost[id][1]) / lost[id][0], id))[:MANAGERS_SHOWN]


def _lost(lookups: Lookups, period: Period, today: date) -> tuple[Lost, Lost]:
    """Customers in view that were there at the start of the period, and those of them closed in it, by branch and by
    manager."""
    end = min(period.end, today)
    closed = case((Customer.closed_on <= end, 1), else_=0)
    rows = lookups.rows(
        select(Customer.branch_id, Customer.manager_id, func.count(), func.sum(closed))
        .where(
            or_(Customer.customer_since.is_(None), Customer.customer_since < period.start),
            or_(Customer.closed_on.is_(None), Customer.closed_on >= period.start),
        )
        .group_by(Customer.branch_id, Customer.manager_id)
    )
    branches, managers = dict[str, tuple[int, int]](), dict[str, tuple[int, int]]()
    for branch, manager, number, lost in rows:
        for id, found in ((branch, branches), (manager, managers)):
            if id is not None:
                before, gone = found.get(id, (0, 0))
                found[id] = before + number, gone + (lost or 0)
    return branches, managers


def _branch(desk: Desk, figures: MeasureFigures, found: _Found, unit: Unit, period: Period | None) -> BranchLine:
    contribution = found.results.get((unit.id, CONTRIBUTION))
    return BranchLine(
        name=desk.ledger.unit(unit),
        contribution=figures.result(contribution),
        direction=_direction(contribution, found.earlier.get((unit.id, CONTRIBUTION))),
        per_customer=figures.average(found.averages[unit.id], "money") if unit.id in found.averages else None,
        customers=figures.result_customers(contribution),
        deposits=figures.result(found.results.get((unit.id, DEPOSITS))),
        churn=_rate(figures, unit.id, "branch", found.lost, period)
        if period
        else figures.result(found.results.get((unit.id, CHURN))),
        golden=figures.result(found.results.get((unit.id, GOLDEN))),
    )


def _manager_churn(figures: MeasureFigures, found: _Found, id: str, period: Period | None) -> Figure | None:
    if period:
        return _rate(figures, id, "manager", found.manager_lost, period)
    return figures.result(found.results.get((id, MANAGER_CHURN)))


def _rate(figures: MeasureFigures, id: str, of: str, lost: Lost, period: Period) -> Figure | None:
    number, closed = lost.get(id, (0, 0))
    if not number:
        return None
    source = f"customer?{of}={id}&closed={period.start}..{period.end}"
    return figures.total(id, "churn_rate", Decimal(closed) / number * 100, "percent", source)


def _value(row: InsightResult | None) -> Decimal:
    return row.value or Decimal(0) if row else Decimal(0)


def _direction(now: InsightResult | None, before: InsightResult | None) -> str:
    if now is None or before is None:
        return "unknown"
    change = _value(now) - _value(before)
    return "up" if change > 0 else "down" if change < 0 else "same"
