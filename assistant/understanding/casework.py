"""What a message says of a case in the queue: what becomes of it, what was done, what was paid, which one is meant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from assistant.understanding.case_numbers import CaseNumber, case_numbers
from assistant.understanding.numerals import HAN_DIGITS, decimal_of, han_number
from prompts import LANGUAGES, note_words

_AMOUNT = re.compile(r"(?:[¥€$£]\s?)?(\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)")
_HAN = re.compile(rf"[{HAN_DIGITS}十百千万亿]+")
_END = re.compile(r"[;。；]|\.\s")
NEAR = 40
"""Characters after a word for paying in which the amount stands."""
_ORDER = re.compile(r"^[^:：]{0,100}[:：]")


class Outcome(StrEnum):
    """What becomes of a case, in the order in which the words are looked for; their patterns are called `case_...`."""

    REOPENED = "reopened"
    WAITING = "waiting"
    COMPLEX = "complex"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Paid:
    """What the customer was paid. `currency` is None where none is named."""

    amount: Decimal
    currency: str | None


def outcome_of(told: str) -> Outcome:
    """What becomes of the case; what was done says nothing of that where it stands behind a colon."""
    order = _ORDER.match(told)
    found = (_outcome(words) for words in ([order[0]] if order else []) + [told])
    return next((outcome for outcome in found if outcome), Outcome.CLOSED)


def tells_outcome(told: str) -> bool:
    """Whether it says in so many words what becomes of a case, or what was paid."""
    return _outcome(told) is not None or paid_in(told) is not None


def is_settled(told: str) -> bool:
    """Whether it says that a case is settled, and behind a colon how."""
    return any((m := p.search(told)) and m[0].endswith((":", "：")) for p in _patterns("settle_lead"))


def is_of_complaint(told: str) -> bool:
    """Whether it speaks of a complaint, and not of a case of any kind."""
    return any(pattern.search(told) for pattern in _patterns("case_of_complaint"))


def resolution_of(told: str) -> str | None:
    """What was done, as it is told; None where that is not told."""
    begin = max((m.end() for p in _patterns("settle_lead") if (m := p.search(told))), default=0)
    rest = told[begin:]
    end = min((m.start() for p in _patterns("settle_tail") if (m := p.search(rest))), default=len(rest))
    return rest[:end].strip(" ,.;:，。；：、\"'“”") or None


def paid_in(told: str) -> Paid | None:
    """The amount that was refunded, and its currency."""
    for pattern in _patterns("refunded"):
        for match in pattern.finditer(told):
            near = _END.split(told[match.end() : match.end() + NEAR])[0]
            digits, han = _AMOUNT.search(near), _HAN.search(near)
            found = digits or han
            amount = decimal_of(digits[1]) if digits else han_number(han[0]) if han else None
            if found and amount:
                return Paid(Decimal(amount), _currency(near[max(0, found.start() - 4) : found.end() + 12]))
    return None


def numbers_in(told: str) -> list[CaseNumber]:
    """What may be the numbers of the cases that the order is about. What was done, behind a colon, may name others."""
    numbers = case_numbers(told)
    order = _ORDER.match(told)
    if order is None or _outcome(order[0]) is None:
        return numbers
    begin = order.end() + len(told[order.end() :]) - len(told[order.end() :].lstrip())
    return [number for number in numbers if number.start <= begin]


def _outcome(words: str) -> Outcome | None:
    return next((one for one in Outcome if any(p.search(words) for p in _patterns(f"case_{one}"))), None)


def _currency(near: str) -> str | None:
    for code, patterns in _currencies():
        if any(pattern.search(near) for pattern in patterns):
            return code
    return None


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]


@cache
def _currencies() -> Sequence[tuple[str, Sequence[re.Pattern[str]]]]:
    words = [note_words(language)["currency_words"] for language in LANGUAGES]
    return [(code, [re.compile(text, re.IGNORECASE) for each in words for text in each[code]]) for code in words[0]]
