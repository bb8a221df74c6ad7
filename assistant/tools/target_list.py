"""Whom to address about a product: only customers whom it suits, each with the reason."""

from dataclasses import dataclass
from urllib.parse import quote

from assistant.errors import UnknownProduct
from assistant.grounding.ledger import Figure, Ledger
from assistant.grounding.said import Said
from assistant.recommend.gate import Gate
from assistant.recommend.need_figures import NeedFigures
from assistant.recommend.rule_pack import Verdict
from assistant.recommend.target_list import Screened, Target, screened, target_rules
from assistant.tools.desk import Desk, ProductId, Topic
from assistant.understanding.how_many import how_many
from knowledge.crm.store import Reader
from knowledge.crm.tables import Product
from knowledge.insight.parameters import read_parameters


@dataclass(frozen=True)
class TargetLine:
    """One customer, why they are on the list, and of what they have to be reminded."""

    rank: Figure
    name: Figure
    number: Figure
    tier: Figure | None
    deposits: Figure
    acceptance: Figure | None
    reasons: list[Said]
    warnings: list[Said]


@dataclass(frozen=True)
class Counted:
    """How many customers are not on the list for a reason. One customer may have several reasons."""

    reason: str
    count: Figure


@dataclass(frozen=True)
class TargetList:
    """`bad_number` says that none or more than `most` were asked for; then nobody is listed. `refused` counts whom the
    product does not suit, `left_out` whom it suits and who are not addressed now. `file` is where the server gives the
    list out, its form left open."""

    product: Figure
    bad_number: bool
    most: Figure
    in_view: Figure | None
    examined: Figure | None
    suiting: Figure | None
    lines: list[TargetLine]
    unsuitable: Figure | None
    refused: list[Counted]
    left_out: list[Counted]
    rules: Figure | None
    file: str | None = None


async def target_list(desk: Desk, product: ProductId, asked: Topic) -> TargetList:
    """Customers to address about a product: only those whom it suits, the likeliest and most valuable first, each with
    the reason; how many are not on the list, and why."""
    return await listed(desk.reader, desk.ledger, desk.gate, product, how_many(asked))


async def listed(reader: Reader, ledger: Ledger, gate: Gate, product: str, number: int | None) -> TargetList:
    """The list with its Facts; without a number as many as usual. Raises UnknownProduct."""
    row, rules = await reader.get(Product, product), target_rules()
    if row is None:
        raise UnknownProduct(product=product)
    wanted = rules.default if number is None else number
    most = ledger.number("target_list", "most", rules.most, "count", f"target_list/rules/{rules.version}")
    if not 0 < wanted <= rules.most:
        return TargetList(ledger.product(row), True, most, None, None, None, [], None, [], [], None)
    found = await screened(reader, gate, row, wanted, ledger.today)
    source = f"customer?targets_of={product}"
    return TargetList(
        product=ledger.product(row),
        bad_number=False,
        most=most,
        in_view=ledger.number(product, "in_view", found.in_view, "count", "customer?view"),
        examined=ledger.number(product, "examined", found.examined, "count", source),
        suiting=ledger.number(product, "suiting", found.suiting, "count", source),
        lines=[_line(ledger, gate, place, one) for place, one in enumerate(found.targets, 1)],
        unsuitable=ledger.number(product, "unsuitable", found.unsuitable, "count", source),
        refused=_refused(ledger, product, found, source),
        left_out=[
            Counted(
                ledger.label(why, "left_out"),
                ledger.number(product, f"left_out_{why}", count, "count", f"{source}&{why}"),
            )
            for why, count in found.left_out.most_common()
        ],
        rules=ledger.words("rules", "version", gate.rules.version, gate.rules.source),
        file=f"target-lists/{quote(product, safe='')}.{{form}}?number={wanted}" if found.targets else None,
    )


def _refused(ledger: Ledger, product: str, found: Screened, source: str) -> list[Counted]:
    return [
        Counted(
            ledger.label(code.value, "refusal"),
            ledger.number(product, f"refused_{code.value}", count, "count", f"{source}&{code.value}"),
        )
        for code, count in found.refused.most_common()
    ]


def _line(ledger: Ledger, gate: Gate, place: int, one: Target) -> TargetLine:
    customer, ranked = one.customer, one.ranked
    figures, source = NeedFigures(ledger, customer), f"customer/{customer.id}"
    reasons = [figures.need(ranked.need)] if ranked.need else []
    reasons += figures.likeness(ranked, {})
    likely = ranked.likeness.acceptance if ranked.likeness else None
    ranking = f"customer?targets_of={ranked.recommendable.product.id}&customer={customer.id}"
    return TargetLine(
        rank=ledger.number(customer.id, "place", place, "count", ranking),
        name=ledger.customer(customer),
        number=ledger.words(customer.id, "number", customer.id, source),
        tier=ledger.code(customer.id, "tier", "tier", customer.tier, source) if customer.tier else None,
        deposits=ledger.money(
            customer.id, "deposits", one.deposits, read_parameters().currency, f"balance?customer={customer.id}"
        ),
        acceptance=ledger.probability(
            customer.id, "acceptance", likely, f"product_score/{customer.id}/{ranked.recommendable.product.id}"
        )
        if likely is not None
        else None,
        reasons=reasons + gate.sentences(one.assessed, only=Verdict.ALLOWED),
        warnings=gate.sentences(one.assessed, only=Verdict.WARNING),
    )
