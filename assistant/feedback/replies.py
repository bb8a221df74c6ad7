"""A personal reply to a case: what it is about, the customer's history, what was done, and what the standard promises.

Put together of sentences in the customer's language (service standard complaint-handling, clause 4.2: no standard
replies); of the ways to open and to end it, those are taken that make it least like the last one that the customer got.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from rapidfuzz import fuzz

from assistant.grounding import figures
from knowledge.crm.codes import FeedbackKind
from knowledge.crm.tables import Feedback
from prompts import reply_words, word

ANSWERED_BY, NOT_SATISFIED = "3.2", "5.3"
"""Clauses of the standard: by when an answer comes, and whom else the customer may turn to."""
STANDARD = "complaint-handling"
QUOTED = 120
"""Characters of the customer's own words that a reply takes up."""


@dataclass(frozen=True)
class Ground:
    """What a reply rests on. `today` is the day it is written, `due` by when it is promised, None where nothing is;
    `before` is the day of the customer's last complaint before this case, `since` the year from which on they are a
    customer; `standard` is the standard's title in the reply's language, None without it."""

    case: Feedback
    today: date
    due: date | None
    salutation: str
    manager: str
    before: date | None
    since: int | None
    standard: str | None


@dataclass(frozen=True)
class Reply:
    subject: str
    text: str


def reply(ground: Ground, language: str, last: str | None, *, quoting: bool = True) -> Reply:
    """The reply in that language; `last` is the text of the last one that the customer got."""
    middle = [line for line in _middle(ground, language, quoting) if line]
    values = _values(ground, language)
    ways = product(reply_words("openings", language), reply_words("ends", language))
    texts = [
        "\n\n".join([_greeting(ground, language), opening.format_map(values), *middle, end.format_map(values)])
        for opening, end in ways
    ]
    text = min(texts, key=lambda one: fuzz.ratio(one, last)) if last else texts[0]
    return Reply(_said("subject", language, values), text)


def _middle(ground: Ground, language: str, quoting: bool) -> Iterator[str]:
    case, values = ground.case, _values(ground, language)
    yield _said("matter" if quoting else "matter_plain", language, values)
    if ground.before and case.kind == FeedbackKind.COMPLAINT:
        yield _said("again", language, values)
    elif ground.since:
        yield _said("since", language, values)
    if case.kind == FeedbackKind.COMPLAINT:
        yield _said("sorry", language, values)
    elif case.kind == FeedbackKind.PRAISE:
        yield _said("glad", language, values)
    if case.resolution:
        yield _said("done", language, values)
        if case.redress is not None and case.redress_currency:
            yield _said("paid", language, values)
    elif case.kind != FeedbackKind.PRAISE and ground.due is None:
        yield _said("undated", language, values)
    elif case.kind != FeedbackKind.PRAISE and ground.due and ground.standard:
        promise = "open" if ground.due >= ground.today else "late"
        yield _said(promise, language, values | {"clause": ANSWERED_BY})
    if case.kind == FeedbackKind.COMPLAINT and ground.standard:
        yield _said("not_satisfied", language, values | {"clause": NOT_SATISFIED})


def _values(ground: Ground, language: str) -> dict[str, str]:
    case = ground.case
    words = " ".join(case.text.split())
    paid = (
        figures.money(case.redress, case.redress_currency, language)
        if case.redress is not None and case.redress_currency
        else ""
    )
    return {
        "case": case.id,
        "kind": word("feedback_kind", case.kind, language),
        "matter": word("feedback_cause", case.cause, language) if case.cause else word(
            "feedback_product", case.about or "unknown", language
        ),
        "words": words if len(words) <= QUOTED else f"{words[:QUOTED].rstrip()}…",
        "received": figures.day(case.received_at.date(), language),
        "before": figures.day(ground.before, language) if ground.before else "",
        "year": str(ground.since or ""),
        "due": figures.day(ground.due, language) if ground.due else "",
        "done": case.resolution or "",
        "amount": paid,
        "standard": ground.standard or "",
        "manager": ground.manager,
    }  # fmt: skip


def _greeting(ground: Ground, language: str) -> str:
    return ground.salutation + {"en": ",", "es": ":", "zh": "："}[language]


def _said(name: str, language: str, values: dict[str, str]) -> str:
    return reply_words(name, language)[0].format_map(values)
