"""Which industries the loans are in, and how they are paid back."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.tools.desk import Desk
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.crm.whole_view import WholeView

READ = ("loans", "overdue", "risk")
LISTED = {"loans": "industry_loans", "overdue": "industry_overdue", "risk": "industry_risk"}


@dataclass(frozen=True)
class IndustryLine:
    """`share` is the part of the loans that is overdue, in percent; `risk` the mean risk of the customers in view."""

    industry: Figure
    borrowers: Figure
    loans: Figure
    overdue: Figure
    share: Figure | None
    risk: Figure | None


@dataclass(frozen=True)
class CreditByIndustry:
    """`as_of` is None where no measures have been computed. `overall` is the share that is overdue in all of them."""

    as_of: Figure | None
    lines: list[IndustryLine]
    overall: Figure | None


Sums = dict[str, tuple[int, Decimal]]


async def credit_by_industry(desk: Desk) -> CreditByIndustry:
    """Loans of the companies in view by industry: how many borrow, how much, what is overdue, and how risky they are;
    those with the largest overdue share first."""
    found = await desk.reader.together(lambda lookups: _read(lookups, desk))
    if found is None:
        return CreditByIndustry(None, [], None)
    measures, industries = found
    figures = MeasureFigures(desk.ledger, measures.run)
    lent = {industry: sums for industry, sums in industries.items() if _sum(sums, "loans") > 0}
    total, late = (sum((_sum(sums, metric) for sums in lent.values()), Decimal(0)) for metric in ("loans", "overdue"))
    ordered = sorted(lent.items(), key=lambda pair: (-_sum(pair[1], "overdue") / _sum(pair[1], "loans"), pair[0]))
    return CreditByIndustry(
        as_of=figures.as_of(),
        lines=[_line(desk, figures, industry, sums) for industry, sums in ordered],
        overall=figures.total("industries", "overdue_share", late / total * 100, "percent", "insight?metric=overdue")
        if total
        else None,
    )


def _read(lookups: Lookups, desk: Desk) -> tuple[Measures, dict[str, Sums]] | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    whole = WholeView.of(measures, *LISTED.values())
    if whole:
        return measures, _of_whole(whole)
    rows = lookups.rows(
        select(Customer.industry, Insight.metric, func.count(), func.sum(Insight.value))
        .join(Insight, Insight.customer_id == Customer.id)
        .where(Customer.industry.is_not(None), Insight.metric.in_(READ), measures.holding_of_each())
        .group_by(Customer.industry, Insight.metric)
    )
    industries: dict[str, Sums] = defaultdict(dict)
    for industry, metric, number, value in rows:
        if industry is not None:
            industries[industry][metric] = (number, value or Decimal(0))
    return measures, industries


def _of_whole(whole: WholeView) -> dict[str, Sums]:
    """The same from what the run found; a mean risk becomes the sum again."""
    found, industries = whole.groups(*LISTED.values()), dict[str, Sums]()
    for metric, name in LISTED.items():
        for (_, industry), row in ((key, row) for key, row in found.items() if key[0] == name):
            number, value = row.customers or 0, row.value or Decimal(0)
            industries.setdefault(industry, {})[metric] = (number, value * number if metric == "risk" else value)
    return industries


def _sum(sums: Sums, metric: str) -> Decimal:
    return sums.get(metric, (0, Decimal(0)))[1]


def _line(desk: Desk, figures: MeasureFigures, industry: str, sums: Sums) -> IndustryLine:
    def source(metric: str) -> str:
        return f"insight?metric={metric}&industry={industry}"

    loans, overdue = _sum(sums, "loans"), _sum(sums, "overdue")
    number, risks = sums.get("risk", (0, Decimal(0)))
    return IndustryLine(
        industry=desk.ledger.code(industry, "industry", "industry", industry, source("loans")),
        borrowers=desk.ledger.number(
            industry, "borrowers", sums["loans"][0], "count", source("loans"), figures.run.as_of
        ),
        loans=figures.total(industry, "loans", loans, "money", source("loans")),
        overdue=figures.total(industry, "overdue", overdue, "money", source("overdue")),
        share=figures.total(
            industry, "overdue_share", overdue / loans * 100, "percent", f"{source('overdue')}&of=loans"
        ),
        risk=figures.total(industry, "risk_average", risks / number, "score", source("risk")) if number else None,
    )
