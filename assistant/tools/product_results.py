"""Which products earn and which lose."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.tools.desk import Desk
from knowledge.crm.codes import DEPOSIT_KINDS
from knowledge.crm.insights import InsightResult
from knowledge.crm.measures import Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Product
from knowledge.intake.calendar_format import add_months

METRIC = "product_contribution"
DRAWN = 10


@dataclass(frozen=True)
class ProductLine:
    """What a product earned in the last twelve full months before the cost of serving, over the branches in view.

    `direction` compares with a year before: up, down, same or unknown. `reason` says why it loses.
    """

    name: Figure
    kind: Figure
    contribution: Figure
    direction: str
    customers: Figure
    per_customer: Figure | None
    reason: Figure | None


@dataclass(frozen=True)
class ProductResults:
    """`as_of` is None where no measures have been computed. `per_customer` is the average over all these products;
    `drawn` are those to be looked at, the largest and all that lose."""

    as_of: Figure | None
    earning: list[ProductLine]
    losing: list[ProductLine]
    drawn: list[ProductLine]
    per_customer: Figure | None


@dataclass(frozen=True)
class _Result:
    value: Decimal
    customers: int


async def product_results(desk: Desk) -> ProductResults:
    """What each product contributed in the branches in view over the last twelve full months, and over how many
    customers: which earn, largest first, and which lose, with the reason."""
    found = await desk.reader.together(lambda lookups: _read(lookups, desk))
    if found is None:
        return ProductResults(None, [], [], [], None)
    measures, rows, earlier, products = found
    figures = MeasureFigures(desk.ledger, measures.run)
    now, before = _summed(rows), _summed(earlier)
    lines = [
        _line(desk, figures, products[id], result, before.get(id))
        for id, result in sorted(now.items(), key=lambda pair: (-pair[1].value, pair[0]))
        if id in products
    ]
    holders = sum(result.customers for result in now.values())
    total = sum((result.value for result in now.values()), Decimal(0))
    earning = [line for line in lines if Decimal(str(line.contribution.value)) >= 0]
    losing = lines[len(earning) :]
    return ProductResults(
        as_of=figures.as_of(),
        earning=earning,
        losing=losing[::-1],
        drawn=[*earning[:DRAWN], *losing],
        per_customer=figures.total(
            "products", "contribution_per_customer", total / holders, "money", f"insight_result?metric={METRIC}"
        )
        if holders
        else None,
    )


Found = tuple[Measures, Sequence[InsightResult], Sequence[InsightResult], dict[str, Product]]


def _read(lookups: Lookups, desk: Desk) -> Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    rows = measures.results("product", [METRIC])
    earlier = measures.results("product", [METRIC], add_months(measures.run.as_of, -12))
    ids = {row.subject_id for row in rows}
    products = {p.id: p for p in lookups.scalars(select(Product).where(Product.id.in_(ids)))}
    return measures, rows, earlier, products


def _summed(rows: Sequence[InsightResult]) -> dict[str, _Result]:
    values: dict[str, Decimal] = defaultdict(Decimal)
    customers: dict[str, int] = defaultdict(int)
    for row in rows:
        values[row.subject_id] += row.value or Decimal(0)
        customers[row.subject_id] += row.customers or 0
    return {id: _Result(value, customers[id]) for id, value in values.items()}


def _line(
    desk: Desk, figures: MeasureFigures, product: Product, result: _Result, before: _Result | None
) -> ProductLine:
    ledger, source = desk.ledger, f"insight_result?product={product.id}&metric={METRIC}"
    direction = "unknown"
    if before is not None:
        change = result.value - before.value
        direction = "up" if change > 0 else "down" if change < 0 else "same"
    reason = "deposit_rate_above_price" if product.kind in DEPOSIT_KINDS else "loan_rate_below_price"
    return ProductLine(
        name=ledger.product(product),
        kind=ledger.code(product.id, "kind", "product_kind", product.kind, f"product/{product.id}"),
        contribution=figures.total(product.id, METRIC, result.value, "money", source),
        direction=direction,
        customers=ledger.number(product.id, "customers", result.customers, "count", source, figures.run.as_of),
        per_customer=figures.total(
            product.id, "contribution_per_customer", result.value / result.customers, "money", source
        )
        if result.customers
        else None,
        reason=ledger.code(product.id, "reason", "reason", reason, source) if result.value < 0 else None,
    )
