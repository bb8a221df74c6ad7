"""A product and its terms."""

from dataclasses import dataclass

from assistant.errors import UnknownProduct
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, ProductId
from assistant.tools.portrait import Trait
from knowledge.crm.codes import INVESTMENT_KINDS
from knowledge.crm.tables import Product as ProductRow


@dataclass(frozen=True)
class Product:
    name: Figure
    description: Figure | None
    terms: list[Trait]
    on_sale: bool
    benchmark_only: bool


async def product(desk: Desk, product: ProductId) -> Product:
    """A product's terms: kind, risk, rate, term, minimum, fee, who may buy it and when it is on sale."""
    row = await desk.reader.get(ProductRow, product)
    if row is None:
        raise UnknownProduct(product=product)
    description = row.descriptions.get(desk.language)
    return Product(
        name=desk.ledger.product(row),
        description=desk.ledger.words(row.id, "description", description, f"product/{row.id}") if description else None,
        terms=_terms(desk, row),
        on_sale=(row.on_sale_from is None or row.on_sale_from <= desk.today)
        and (row.on_sale_until is None or row.on_sale_until >= desk.today),
        benchmark_only=row.rate is not None and row.kind in INVESTMENT_KINDS,
    )


def _terms(desk: Desk, row: ProductRow) -> list[Trait]:
    ledger, source = desk.ledger, f"product/{row.id}"
    values: dict[str, Figure | None] = {
        "number": ledger.words(row.id, "number", row.id, source),
        "product_kind": ledger.code(row.id, "kind", "product_kind", row.kind, source),
        "risk": ledger.code(row.id, "risk", "risk", row.risk, source) if row.risk else None,
        "issuer_risk": ledger.code(row.id, "issuer_risk", "risk", row.issuer_risk, source)
        if row.issuer_risk and row.issuer_risk != row.risk
        else None,
        "investor_class": ledger.code(row.id, "investor_class", "investor_class", row.investor_class, source)
        if row.investor_class
        else None,
        "rate": ledger.percent(row.id, "rate", row.rate, source) if row.rate is not None else None,
        "term_months": ledger.number(row.id, "term_months", row.term_months, "months", source)
        if row.term_months
        else None,
        "minimum": ledger.money(row.id, "minimum", row.minimum, row.currency, source)
        if row.minimum is not None
        else None,
        "fee": ledger.percent(row.id, "fee", row.fee, source) if row.fee is not None else None,
        "issuer": ledger.words(row.id, "issuer", row.issuer, source) if row.issuer else None,
        "on_sale_from": ledger.day(row.id, "on_sale_from", row.on_sale_from, source) if row.on_sale_from else None,
        "on_sale_until": ledger.day(row.id, "on_sale_until", row.on_sale_until, source) if row.on_sale_until else None,
    }
    return [Trait(ledger.label(field), value) for field, value in values.items() if value is not None]
