"""What to say to a customer about a product that suits them: each line rests on a fact, a note or a clause.

A line is made from its evidence alone, so without the evidence there is no line. What breaks a rule of conduct is left
out, quotations included. Takes only what the gate has let through.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.grounding.ledger import Figure, Ledger, Quotation
from assistant.grounding.said import Said, said
from assistant.recommend.circumstances import Circumstances
from assistant.recommend.conduct import breaches
from assistant.recommend.gate import Recommendable
from assistant.recommend.need_figures import NeedFigures
from assistant.recommend.needs import Need
from assistant.recommend.suitability import Offered
from assistant.recommend.tolerance import Answers
from knowledge.crm.codes import DEBT_KINDS, INVESTMENT_KINDS, OfferState, ProductKind
from knowledge.crm.customer_file import CustomerFile
from knowledge.crm.tables import Account, Contact, Offer, Product

Evidence = Mapping[str, Figure | Quotation]
LONGEST_NOTE = 300
"""Characters of a note that can be said in one breath."""


class Part(StrEnum):
    """The parts of a conversation, in their order."""

    OPENING = "opening"
    NEED = "need"
    BENEFIT = "benefit"
    RISK = "risk"
    OBJECTION = "objection"
    NEXT = "next"


SEVERAL = (Part.NEED, Part.RISK)
"""Parts in which everything is said; of the others the first line that may be said is enough."""


@dataclass(frozen=True)
class Line:
    """One line, in the asker's language."""

    part: Part
    line: Said


@dataclass(frozen=True)
class Talk:
    """What a conversation with one customer about one product can rest on."""

    ledger: Ledger
    file: CustomerFile
    circumstances: Circumstances
    recommendable: Recommendable
    offered: Offered
    need: Need | None
    answers: Answers | None
    note: Contact | None
    clause: Quotation | None

    @property
    def product(self) -> Product:
        return self.recommendable.product

    @property
    def source(self) -> str:
        return f"product/{self.product.id}"


def lines(talk: Talk, others: Collection[str]) -> tuple[list[Line], int]:
    """The lines in the order of a conversation, and how many were withheld because conduct forbids them. `others` are
    names of other customers."""
    said_lines, withheld = list[Line](), 0
    for part, make in _PARTS:
        for code, values in make(talk):
            line = said("talking_points", code, talk.ledger.language, values)
            if breaches(line.text, others):
                withheld += 1
                continue
            said_lines.append(Line(part, line))
            if part not in SEVERAL:
                break
    return said_lines, withheld


Made = Iterator[tuple[str, Evidence]]


def _opening(talk: Talk) -> Made:
    ledger, customer = talk.ledger, talk.file.customer
    name = ledger.customer(customer)
    for case in sorted(talk.file.feedback, key=lambda one: (one.received_at, one.id)):
        if case.kind == "complaint":
            day = ledger.day(case.id, "received_on", case.received_at.date(), f"feedback/{case.id}")
            yield "opening_complaint", {"name": name, "day": day}
    for contact, _ in talk.file.contacts[:1]:
        if contact.purpose:
            source = f"contact/{contact.id}"
            day = ledger.day(contact.id, "at", contact.at.date(), source)
            yield "opening_contact", {
                "name": name, "day": day, "purpose": ledger.words(contact.id, "purpose", contact.purpose, source)
            }  # fmt: skip
    if customer.customer_since:
        since = ledger.day(customer.id, "customer_since", customer.customer_since, f"customer/{customer.id}")
        yield "opening_since", {"name": name, "since": since}


def _need(talk: Talk) -> Made:
    note, ledger = talk.note, talk.ledger
    if note is not None and note.content and len(note.content) <= LONGEST_NOTE:
        source = f"contact/{note.id}"
        yield (
            "need_note",
            {
                "day": ledger.day(note.id, "at", note.at.date(), source),
                "note": ledger.words(note.id, "content", note.content, source),
            },
        )
    if talk.need is not None:
        yield f"need_{talk.need.code.value}", NeedFigures(talk.ledger, talk.file.customer).values(talk.need)


def _benefit(talk: Talk) -> Made:
    ledger, product, source = talk.ledger, talk.product, talk.source
    own, fixed = _own_account(talk), product.kind == ProductKind.TERM_DEPOSIT
    if fixed and product.rate is not None and product.term_months and own and (own.rate or product.rate) < product.rate:
        yield (
            "benefit_rate",
            {
                "product": ledger.product(product),
                "rate": ledger.percent(product.id, "rate", product.rate, source),
                "term_months": ledger.number(product.id, "term_months", product.term_months, "months", source),
                "own_rate": ledger.percent(own.id, "rate", own.rate or product.rate, f"account/{own.id}"),
            },
        )
    answers, customer = talk.answers, talk.file.customer
    if product.term_months and answers and answers.horizon_months:
        yield (
            "benefit_horizon",
            {
                "horizon_months": ledger.number(
                    customer.id, "horizon_months", answers.horizon_months, "months", answers.id
                ),
                "term_months": ledger.number(product.id, "term_months", product.term_months, "months", source),
            },
        )
    if talk.offered.rating and answers:
        yield (
            "benefit_risk",
            {
                "rating": _rating(talk),
                "tolerance": ledger.words(customer.id, "tolerance", answers.tolerance.value, answers.id),
            },
        )
    if product.kind == ProductKind.INSURANCE and talk.circumstances.suitable.age is not None:
        age = ledger.number(customer.id, "age", talk.circumstances.suitable.age, "years", f"customer/{customer.id}")
        yield "benefit_cover", {"product": ledger.product(product), "age": age}


def _risk(talk: Talk) -> Made:
    ledger, product, source = talk.ledger, talk.product, talk.source
    rate = None if product.rate is None else ledger.percent(product.id, "rate", product.rate, source)
    if product.kind in INVESTMENT_KINDS and talk.offered.rating:
        rating: dict[str, Figure | Quotation] = {"rating": _rating(talk)}
        yield ("risk_benchmark", {**rating, "rate": rate}) if rate else ("risk_plain", rating)
        if talk.clause:
            yield "risk_clause", {"clause": talk.clause}
    elif product.kind in DEBT_KINDS and rate:
        yield "risk_debt", {"rate": rate}
    elif product.kind == ProductKind.TERM_DEPOSIT and product.term_months:
        term = ledger.number(product.id, "term_months", product.term_months, "months", source)
        yield "risk_early", {"term_months": term}
    elif product.kind == ProductKind.INSURANCE:
        yield "risk_terms", {"product": ledger.product(product)}


def _objection(talk: Talk) -> Made:
    ledger, product, source = talk.ledger, talk.product, talk.source
    refused = _refused(talk)
    if refused is not None:
        offer, other = refused
        row = f"offer/{offer.id}"
        yield (
            "objection_said",
            {
                "day": ledger.day(offer.id, "offered_on", offer.offered_on, row),
                "offered": ledger.product(other),
                "reason": ledger.words(offer.id, "reason", offer.reason or "", row),
            },
        )
    if product.term_months and product.kind in (ProductKind.TERM_DEPOSIT, ProductKind.WEALTH):
        term = ledger.number(product.id, "term_months", product.term_months, "months", source)
        yield "objection_term", {"term_months": term}
    if product.minimum:
        yield (
            "objection_minimum",
            {"minimum": ledger.money(product.id, "minimum", product.minimum, product.currency, source)},
        )
    yield "objection_time", {"product": ledger.product(product)}


def _next(talk: Talk) -> Made:
    ledger, today = talk.ledger, talk.ledger.today
    for contact, _ in talk.file.contacts[:1]:
        if contact.next_step and contact.next_on and contact.next_on >= today:
            source = f"contact/{contact.id}"
            yield (
                "next_agreed",
                {
                    "next_step": ledger.words(contact.id, "next_step", contact.next_step, source),
                    "next_on": ledger.day(contact.id, "next_on", contact.next_on, source),
                },
            )
    yield "next_sheet", {"product": ledger.product(talk.product)}


_PARTS: tuple[tuple[Part, Callable[[Talk], Made]], ...] = (
    (Part.OPENING, _opening),
    (Part.NEED, _need),
    (Part.BENEFIT, _benefit),
    (Part.RISK, _risk),
    (Part.OBJECTION, _objection),
    (Part.NEXT, _next),
)


def _own_account(talk: Talk) -> Account | None:
    """The largest account on demand: where money lies that is bound nowhere else."""
    on_demand = [one for one in talk.circumstances.held if one.account.kind == ProductKind.DEPOSIT]
    largest = max(on_demand, key=lambda one: (one.value, one.account.id), default=None)
    return largest.account if largest else None


def _refused(talk: Talk) -> tuple[Offer, Product] | None:
    """The newest refusal of something of this kind whose reason is known, with what was refused."""
    for offer, product in talk.file.offers:
        if offer.state == OfferState.REJECTED and offer.reason and product and product.kind == talk.product.kind:
            return offer, product
    return None


def _rating(talk: Talk) -> Figure:
    rating = talk.offered.rating
    assert rating is not None
    measure = "risk" if talk.product.risk == rating.value else "issuer_risk"
    return talk.ledger.words(talk.product.id, measure, rating.value, talk.source)
