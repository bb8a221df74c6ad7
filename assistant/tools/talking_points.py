"""How to say it: what the manager can tell a customer about a product that suits them."""

from dataclasses import dataclass
from functools import cache

from assistant.errors import UnknownProduct
from assistant.grounding.ledger import Figure
from assistant.grounding.said import Said
from assistant.recommend.circumstances import offered_of
from assistant.recommend.conduct import possible_names
from assistant.recommend.gate import Assessed, Recommendable
from assistant.recommend.need_figures import NeedFigures
from assistant.recommend.rule_pack import Verdict
from assistant.recommend.talking_points import LONGEST_NOTE, Talk, lines
from assistant.recommend.tolerance import standing
from assistant.tools.desk import CustomerId, Desk, ProductId
from assistant.tools.recommendation import Found, offers_for
from knowledge.crm.codes import ProductKind
from knowledge.crm.customer_file import CustomerFile
from knowledge.crm.directory import customers_by_keys
from knowledge.crm.names import fold
from knowledge.crm.tables import Contact
from prompts import LANGUAGES, cues, word

SHEET = "wealth-and-funds"
FOR_CUSTOMERS = frozenset({"customer"})
"""What is said to a customer rests on documents that a customer may read."""
NO_PROMISE = "1.1"
"""The clause of the product sheet that says that neither return nor capital is guaranteed."""


@dataclass(frozen=True)
class TalkingLine:
    """One line: which part of the conversation it is, and what can be said."""

    label: str
    line: Said


@dataclass(frozen=True)
class TalkingPoints:
    """`product` is None where nothing suits. `refusals` say why a product that was asked for is not to be offered.
    `withheld`: something was left out because conduct forbids saying it."""

    name: Figure
    product: Figure | None
    lines: list[TalkingLine]
    warnings: list[Said]
    refusals: list[Said]
    withheld: bool


async def talking_points(desk: Desk, customer: CustomerId, product: ProductId | None = None) -> TalkingPoints:
    """What to say to a customer about a product, or about the one to offer first: an opening, the need in their own
    words, the benefit for them, the risk, the answer to the likely objection, the next step. Only of what suits."""
    file = await desk.file(customer)
    found = await offers_for(desk, customer)
    name = desk.ledger.customer(file.customer)
    assessed = _chosen(found, product)
    if assessed is None:
        return TalkingPoints(name, None, [], [], [], False)
    figure, verdict = desk.ledger.product(assessed.product), assessed.assessment.verdict.value
    waits = [one for one in found.waiting if one.recommendable.product.id == assessed.product.id]
    if assessed.recommendable is None or waits:
        figures = NeedFigures(desk.ledger, file.customer)
        refusals = desk.gate.sentences(assessed, only=Verdict.NOT_ALLOWED) + [figures.held_back(one) for one in waits]
        desk.ledger.judge(assessed.product.id, verdict, [one.text for one in refusals])
        return TalkingPoints(name, figure, [], [], refusals, False)
    talk = await _talk(desk, file, found, assessed.recommendable)
    said, withheld = lines(talk, await _others(desk, talk))
    warnings = desk.gate.sentences(assessed, only=Verdict.WARNING)
    desk.ledger.judge(assessed.product.id, verdict, [one.text for one in warnings])
    desk.ledger.talk(assessed.product.id, [one.line.text for one in said])
    shown = [TalkingLine(desk.ledger.label(one.part.value, "talking"), one.line) for one in said]
    return TalkingPoints(name, figure, shown, warnings, [], withheld > 0)


def _chosen(found: Found, product: str | None) -> Assessed | None:
    """The product that was asked for, else the first on the list. Raises UnknownProduct."""
    if product is not None:
        if product not in found.assessed:
            raise UnknownProduct(product=product)
        return found.assessed[product]
    return found.assessed[found.ranked[0].recommendable.product.id] if found.ranked else None


async def _talk(desk: Desk, file: CustomerFile, found: Found, recommendable: Recommendable) -> Talk:
    kind, made = recommendable.product.kind, found.circumstances.suitable.assessments
    need = max(found.needs, key=lambda one: one.pull(kind), default=None)
    stands = standing(made, desk.rules.assessment, desk.today)
    clause = None
    if kind in (ProductKind.FUND, ProductKind.WEALTH):
        passage = await desk.library.passage(f"{SHEET}.{desk.language}/{NO_PROMISE}", FOR_CUSTOMERS)
        clause = desk.ledger.cite(passage) if passage else None
    return Talk(
        ledger=desk.ledger,
        file=file,
        circumstances=found.circumstances,
        recommendable=recommendable,
        offered=offered_of(recommendable.product),
        need=need if need and need.pull(kind) else None,
        answers=stands.answers if stands and stands.holds(desk.rules.assessment, desk.today) else None,
        note=_note(file, kind),
        clause=clause,
    )


def _note(file: CustomerFile, kind: str) -> Contact | None:
    """The newest note that speaks of this kind of product."""
    words = _words_of(kind)
    notes = (contact for contact, _ in file.contacts if contact.content and len(contact.content) <= LONGEST_NOTE)
    return next((one for one in notes if any(word in fold(one.content or "") for word in words)), None)


@cache
def _words_of(kind: str) -> tuple[str, ...]:
    """What people call that kind of product, in every language."""
    said = [word("product_kind", kind, language) for language in LANGUAGES]
    for language in LANGUAGES:
        said += cues(language)["codes"].get("product_kind", {}).get(kind, [])
    return tuple(dict.fromkeys(map(fold, said)))


async def _others(desk: Desk, talk: Talk) -> list[str]:
    """Names of other customers of the asker in what is quoted: notes, steps and reasons may name them."""
    quoted = [text for contact, _ in talk.file.contacts[:1] for text in (contact.purpose, contact.next_step) if text]
    quoted += [talk.note.content] if talk.note and talk.note.content else []
    quoted += [offer.reason for offer, _ in talk.file.offers if offer.reason]
    keys = {key for text in quoted for key in possible_names(text)}
    found = await customers_by_keys(desk.reader, keys) if keys else {}
    own = talk.file.customer.id
    return [key for key, match in found.items() if match.full and own not in match.full]
