"""Whether a product suits a customer, and why or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from assistant.errors import UnknownProduct
from assistant.grounding.ledger import Figure, Quotation
from assistant.grounding.said import Said
from assistant.recommend.circumstances import offered_of
from assistant.recommend.gate import Assessed
from assistant.recommend.rule_pack import Code, RulePack, Verdict
from assistant.recommend.suitability import is_invested
from assistant.recommend.tolerance import next_assessment
from assistant.tools.desk import CustomerId, Desk, ProductId, Risk
from knowledge.crm.codes import ProductKind
from knowledge.crm.money import Money
from knowledge.crm.tables import Product

ALTERNATIVES = 3
REASSESS = (Code.NOT_ASSESSED, Code.ASSESSMENT_EXPIRED)


@dataclass(frozen=True)
class ProductVerdict:
    """One product: `verdict` as people say it, why, and the clauses of the bank's standard behind it."""

    product: Figure
    verdict: str
    reasons: list[Said]
    clauses: list[Quotation]


@dataclass(frozen=True)
class Suitability:
    """`assessable_on` is set where a new risk assessment is what it takes. `alternatives` suit in place of what does
    not."""

    name: Figure
    verdicts: list[ProductVerdict]
    assessable_on: Figure | None
    alternatives: list[Figure]
    rules: Figure


async def suitability(
    desk: Desk,
    customer: CustomerId,
    product: ProductId | None = None,
    kind: ProductKind | None = None,
    risk: Risk | None = None,
    amount: Decimal | None = None,
) -> Suitability:
    """Whether a product may be offered to a customer and why or why not: risk against the assessed tolerance, horizon,
    reserve, amount, age, kind of customer, sale period, concentration. Without a product, each one on sale of a kind
    or risk class. `amount` is what the customer would invest, in the product's currency."""
    row = (await desk.file(customer)).customer
    catalogue = await desk.reader.scalars(select(Product).order_by(Product.kind, Product.risk, Product.id))
    asked = [one for one in catalogue if one.id == product]
    if product is not None and not asked:
        raise UnknownProduct(product=product)
    if kind is not None and asked and asked[0].kind != kind:
        product, asked = None, []  # spoken of before; this is about another kind
    asked = asked or [one for one in catalogue if _asked_for(desk, one, kind, risk)]
    money = Money(amount, asked[0].currency) if amount is not None and product is not None else None
    found = await desk.gate.assessed(row.id, asked, money)
    verdicts = [await _verdict(desk, one, alone=product is not None) for one in found]
    refused = [one for one in found if one.recommendable is None]
    return Suitability(
        name=desk.ledger.customer(row),
        verdicts=verdicts,
        assessable_on=_assessable_on(desk, refused),
        alternatives=await _alternatives(desk, row.id, refused, catalogue) if product is not None else [],
        rules=desk.ledger.words("rules", "version", desk.rules.version, desk.rules.source),
    )


def _asked_for(desk: Desk, product: Product, kind: ProductKind | None, risk: Risk | None) -> bool:
    on_sale = (product.on_sale_from is None or product.on_sale_from <= desk.today) and (
        product.on_sale_until is None or product.on_sale_until >= desk.today
    )
    fits = (kind is None or product.kind == kind) and (risk is None or product.risk == risk)
    return on_sale and fits and (bool(kind or risk) or is_invested(offered_of(product), desk.rules))


async def _verdict(desk: Desk, assessed: Assessed, *, alone: bool) -> ProductVerdict:
    """Of a product asked for alone all reasons; in a list the first of those that decide."""
    verdict = assessed.assessment.verdict
    reasons = desk.gate.sentences(assessed, only=None if alone else verdict)
    shown = reasons if alone else reasons[:1]
    figure = desk.ledger.product(assessed.product)
    desk.ledger.judge(assessed.product.id, verdict.value, [reason.text for reason in shown])
    clauses = await _clauses(desk, assessed) if alone else []
    return ProductVerdict(figure, desk.ledger.label(verdict.value, "suitability_verdict"), shown, clauses)


async def _clauses(desk: Desk, assessed: Assessed) -> list[Quotation]:
    """The clauses behind what decides, as they are in force today."""
    rules: RulePack = desk.rules
    if rules.standard is None:
        return []
    decisive = [one for one in assessed.assessment.reasons if rules.verdicts[one.code] is assessed.assessment.verdict]
    numbers = dict.fromkeys(rules.clauses[one.code] for one in decisive if one.code in rules.clauses)
    cited = []
    for number in numbers:
        passage = await desk.library.passage(f"{rules.standard}.{desk.language}/{number}")
        if passage and (passage.valid_until is None or passage.valid_until >= desk.today):
            cited.append(desk.ledger.cite(passage))
    return cited


def _assessable_on(desk: Desk, refused: Sequence[Assessed]) -> Figure | None:
    """From when a new assessment counts, where there is none that holds."""
    lacking = next((one for one in refused for r in one.assessment.reasons if r.code in REASSESS), None)
    if lacking is None:
        return None
    customer, made = lacking.circumstances.customer.id, lacking.circumstances.suitable.assessments
    day = next_assessment(made, desk.rules.assessment, desk.today)
    return desk.ledger.day(customer, "assessable_on", day, f"risk_assessment?customer={customer}")


async def _alternatives(
    desk: Desk, customer: str, refused: Sequence[Assessed], catalogue: Sequence[Product]
) -> list[Figure]:
    """Products of the same kind that suit; those without a warning first."""
    if not refused:
        return []
    like = [one for one in catalogue if one.kind == refused[0].product.kind and one.id != refused[0].product.id]
    found = [one for one in await desk.gate.assessed(customer, like) if one.recommendable]
    found.sort(key=lambda one: one.assessment.verdict is not Verdict.ALLOWED)
    return [desk.ledger.product(one.product) for one in found[:ALTERNATIVES]]
