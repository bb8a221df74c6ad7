"""What the bank sells today."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Risk
from knowledge.crm.codes import ProductKind
from knowledge.crm.tables import Product


@dataclass(frozen=True)
class ProductLine:
    name: Figure
    kind: Figure
    risk: Figure | None
    rate: Figure | None
    term: Figure | None
    minimum: Figure | None


@dataclass(frozen=True)
class ProductList:
    products: list[ProductLine]
    count: Figure


async def product_list(desk: Desk, kind: ProductKind | None = None, risk: Risk | None = None) -> ProductList:
    """The products on sale today, by kind (funds, term deposits, loans ...) or by risk class R1..R5."""
    conditions = [
        or_(Product.on_sale_from.is_(None), Product.on_sale_from <= desk.today),
        or_(Product.on_sale_until.is_(None), Product.on_sale_until >= desk.today),
    ]
    if kind:
        conditions.append(Product.kind == kind)
    if risk:
        conditions.append(Product.risk == risk)
    rows = await desk.reader.scalars(
        select(Product).where(*conditions).order_by(Product.kind, Product.risk, Product.term_months, Product.id)
    )
    source = f"product?on_sale={desk.today}" + (f"&kind={kind}" if kind else "") + (f"&risk={risk}" if risk else "")
    return ProductList(
        products=[_line(desk, row) for row in rows],
        count=desk.ledger.number("products", "count", len(rows), "count", source),
    )


def _line(desk: Desk, row: Product) -> ProductLine:
    ledger, source = desk.ledger, f"product/{row.id}"
    return ProductLine(
        name=ledger.product(row),
        kind=ledger.code(row.id, "kind", "product_kind", row.kind, source),
        risk=ledger.words(row.id, "risk", row.risk, source) if row.risk else None,
        rate=ledger.percent(row.id, "rate", row.rate, source) if row.rate is not None else None,
        term=ledger.number(row.id, "term_months", row.term_months, "months", source) if row.term_months else None,
        minimum=ledger.money(row.id, "minimum", row.minimum, row.currency, source) if row.minimum is not None else None,
    )
