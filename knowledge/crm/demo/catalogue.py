"""The product catalogue of the demo bank, and how the market moved its funds."""

from decimal import Decimal
from functools import cache
from random import Random

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import CustomerKind, InvestorClass, ProductKind
from knowledge.crm.demo.period import Period
from knowledge.crm.demo.sheets import Sheets
from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.tables import Product

_MONTHLY_SWING = {"R1": 0.0002, "R2": 0.0015, "R3": 0.012, "R4": 0.035, "R5": 0.055}


@dataclass(frozen=True, config=STRICT)
class ProductWords:
    """One product as the catalogue file tells it; `start` and `until` are days relative to the as-of date."""

    id: str
    kind: ProductKind
    names: dict[str, str]
    descriptions: dict[str, str]
    rate: Decimal | None = None
    term: int | None = None
    risk: str | None = None
    issuer_risk: str | None = None
    investors: InvestorClass | None = None
    issuer: str | None = None
    currency: str = "CNY"
    minimum: Decimal | None = None
    fee: Decimal | None = None
    kinds: tuple[CustomerKind, ...] = tuple(CustomerKind)
    start: int = -2200
    until: int | None = None


@cache
def catalogue() -> dict[str, ProductWords]:
    return {product.id: product for product in read_words("products.yaml", list[ProductWords])}


def write_products(sheets: Sheets, period: Period) -> None:
    for product in catalogue().values():
        sheets.add(
            Product, id=product.id, kind=product.kind.value, name=product.names["zh"], names=product.names,
            risk=product.risk, issuer_risk=product.issuer_risk, investor_class=product.investors, issuer=product.issuer,
            currency=product.currency, rate=product.rate,
            term_months=product.term, minimum=product.minimum, fee=product.fee,
            customer_kinds=[kind.value for kind in product.kinds], on_sale_from=period.ahead(product.start),
            on_sale_until=None if product.until is None else period.ahead(product.until),
            descriptions=product.descriptions,
        )  # fmt: skip


def market_moves(product_id: str, seed: int, period: Period) -> list[float]:
    """The factor by which a holding of the product changed in each month of the period, the same for everyone."""
    product = catalogue()[product_id]
    rng = Random(f"{seed}/market/{product_id}")
    drift = float(product.rate or 0) / 1200
    swing = _MONTHLY_SWING.get(product.risk or "", 0.0)
    return [1 + drift + rng.gauss(0, swing) for _ in period.month_ends]
