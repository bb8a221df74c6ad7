"""What to offer a customer: what suits, ordered by what they need, what people like them take, and what is accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.grounding.said import Said
from assistant.recommend.circumstances import Circumstances
from assistant.recommend.gate import Assessed
from assistant.recommend.need_figures import NeedFigures
from assistant.recommend.needs import EVENTS, Need, needs_of
from assistant.recommend.ranking import HeldBack, Ranked, held_back, rank
from assistant.recommend.ranking_rules import RankingRules, ranking_rules
from assistant.recommend.rule_pack import Code, Verdict
from assistant.recommend.tolerance import next_assessment
from assistant.tools.desk import CustomerId, Desk
from knowledge.crm.codes import INVESTMENT_KINDS, FeedbackKind, ProductKind, TransactionKind
from knowledge.crm.insights import InsightEvent
from knowledge.crm.product_score import ProductScore
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Product, Transaction

MONEY_IN = (TransactionKind.TRANSFER_IN, TransactionKind.CASH_IN)
REASSESS = (Code.NOT_ASSESSED, Code.ASSESSMENT_EXPIRED)


@dataclass(frozen=True)
class Offering:
    """One product to offer: why, and what the customer has to be reminded of."""

    product: Figure
    verdict: str
    rate: Figure | None
    is_benchmark: bool
    reasons: list[Said]
    warnings: list[Said]


@dataclass(frozen=True)
class Recommendation:
    """`complaint_of` is the day of an open complaint, which comes first. `assessable_on` is set where investments have
    to wait for a new risk assessment. `waiting` says what is not offered again yet."""

    name: Figure
    complaint_of: Figure | None
    offerings: list[Offering]
    assessable_on: Figure | None
    waiting: list[Said]
    rules: Figure


@dataclass(frozen=True)
class Found:
    """What can be offered to a customer today, before it is put into words."""

    circumstances: Circumstances
    assessed: dict[str, Assessed]
    products: dict[str, Product]
    ranked: list[Ranked]
    needs: list[Need]
    waiting: list[HeldBack]


async def recommendation(desk: Desk, customer: CustomerId, kind: ProductKind | None = None) -> Recommendation:
    """What to offer a customer and why: only products that suit, those that keep their money with the bank first,
    nothing that they refused or were offered lately. `kind` asks for one kind of product."""
    file = await desk.file(customer)
    found = await offers_for(desk, customer, kind)
    figures, ledger = NeedFigures(desk.ledger, file.customer), desk.ledger
    name = ledger.customer(file.customer)
    complaint = min(
        (one for one in file.feedback if one.kind == FeedbackKind.COMPLAINT),
        key=lambda one: (one.received_at, one.id),
        default=None,
    )
    return Recommendation(
        name=name,
        complaint_of=ledger.day(complaint.id, "received_on", complaint.received_at.date(), f"feedback/{complaint.id}")
        if complaint
        else None,
        offerings=[_offering(desk, one, found, figures) for one in found.ranked],
        assessable_on=assessable_on(desk, found),
        waiting=[figures.held_back(one) for one in found.waiting],
        rules=ledger.words("rules", "version", desk.rules.version, desk.rules.source),
    )


async def offers_for(desk: Desk, customer: str, kind: ProductKind | None = None) -> Found:
    """What can be offered to that customer today, best first. Raises UnknownCustomer for one out of scope."""
    file, rules = await desk.file(customer), ranking_rules()
    read = await desk.reader.together(lambda lookups: _read(lookups, desk, customer, rules))
    products, scores, inflows, events = read
    catalogue = {row.id: row for row in products}
    assessed = {one.product.id: one for one in await desk.gate.assessed(customer, products)}
    circumstances = await desk.gate.circumstances(customer)
    suit = [
        one.recommendable
        for one in assessed.values()
        if one.recommendable and (kind is None or one.product.kind == kind)
    ]
    waiting = held_back(suit, [offer for offer, _ in file.offers], rules, desk.today)
    waits = {one.recommendable.product.id for one in waiting}
    needs = needs_of(circumstances, inflows, events, rules, desk.today)
    holds = frozenset(
        name for one in circumstances.held for name in (one.account.kind, one.account.product_id or "") if name
    )
    candidates = [one for one in suit if one.product.id not in waits]
    ranked = rank(candidates, needs, {row.product_id: row for row in scores}, holds, rules)
    return Found(circumstances, assessed, catalogue, ranked, needs, waiting)


Read = tuple[Sequence[Product], Sequence[ProductScore], Sequence[Transaction], Sequence[InsightEvent]]


def _read(lookups: Lookups, desk: Desk, customer: str, rules: RankingRules) -> Read:
    since = desk.today - timedelta(days=rules.recent_days)
    inflows = lookups.scalars(
        select(Transaction)
        .join(Account, Account.id == Transaction.account_id)
        .where(
            Account.customer_id == customer,
            Transaction.booked_on > since,
            Transaction.booked_on <= desk.today,
            Transaction.kind.in_(MONEY_IN),
            Transaction.amount >= rules.inflow,
        )
    )
    events = lookups.scalars(
        select(InsightEvent).where(
            InsightEvent.customer_id == customer,
            InsightEvent.kind.in_(EVENTS),
            InsightEvent.day > since,
            InsightEvent.day <= desk.today,
            InsightEvent.as_of <= desk.today,
        )
    )
    scores = lookups.scalars(
        select(ProductScore).where(ProductScore.customer_id == customer, ProductScore.as_of <= desk.today)
    )
    return lookups.scalars(select(Product).order_by(Product.id)), scores, inflows, events


def _offering(desk: Desk, ranked: Ranked, found: Found, figures: NeedFigures) -> Offering:
    product, gate, ledger = ranked.recommendable.product, desk.gate, desk.ledger
    assessed = found.assessed[product.id]
    figure = ledger.product(product)
    reasons = [figures.need(ranked.need)] if ranked.need else []
    reasons += figures.likeness(ranked, found.products)
    reasons += gate.sentences(assessed, only=Verdict.ALLOWED)
    warnings = gate.sentences(assessed, only=Verdict.WARNING)
    verdict = assessed.assessment.verdict
    ledger.judge(product.id, verdict.value, [one.text for one in (*reasons, *warnings)])
    rate = product.rate
    return Offering(
        product=figure,
        verdict=ledger.label(verdict.value, "suitability_verdict"),
        rate=ledger.percent(product.id, "rate", rate, f"product/{product.id}") if rate is not None else None,
        is_benchmark=product.kind in INVESTMENT_KINDS,
        reasons=reasons,
        warnings=warnings,
    )


def assessable_on(desk: Desk, found: Found) -> Figure | None:
    """From when a new assessment counts, where investments wait for one."""
    lacking = any(reason.code in REASSESS for one in found.assessed.values() for reason in one.assessment.reasons)
    if not lacking:
        return None
    customer, made = found.circumstances.customer.id, found.circumstances.suitable.assessments
    day = next_assessment(made, desk.rules.assessment, desk.today)
    return desk.ledger.day(customer, "assessable_on", day, f"risk_assessment?customer={customer}")
