"""Numbers of cases in what is asked: in the form of our own, or in whatever form the store has them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from knowledge.crm.store import Reader
from knowledge.crm.tables import Feedback
from prompts import LANGUAGES, note_words

_OWN = re.compile(r"(?<![a-z0-9-])F-?[0-9A-Z]{5,8}(?![a-z0-9-])", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z._/-]*\d)[A-Za-z0-9]+(?:[._/-][A-Za-z0-9]+)*(?![A-Za-z0-9])")
_PLAIN = re.compile(r"[\d.,]+")
_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_WHOLE = "F-########"
"""The length of a number that this queue gives; a shorter one may be a word."""
MOST, LONGEST = 20, 64
"""Numbers in one question that are looked up, and the characters of one."""


@dataclass(frozen=True)
class CaseNumber:
    """What may be the number of a case, and where it stands. `certain`: it is said to be one, or has the form of one,
    so that without such a case none is meant."""

    start: int
    end: int
    written: str
    certain: bool

    @property
    def forms(self) -> set[str]:
        """How the store may write it."""
        return {self.written, self.written.upper(), self.written.lower()}


def case_numbers(told: str) -> list[CaseNumber]:
    """What may be numbers of cases. Years, amounts and phone numbers are none, unless they are said to be."""
    own = {match.span(): match[0] for match in _OWN.finditer(told)}
    spans = sorted({*own, *(match.span() for match in _TOKEN.finditer(told))})
    found = (_number(told, start, end, (start, end) in own) for start, end in spans if end - start <= LONGEST)
    return [number for number in found if number][:MOST]


async def find_cases(reader: Reader, told: str) -> list[CaseNumber]:
    """The numbers that a question says are those of cases: of such in view, or none if there is no such case."""
    numbers = case_numbers(told)
    forms = {form for number in numbers for form in number.forms}
    known = set(await reader.scalars(select(Feedback.id).where(Feedback.id.in_(forms)))) if forms else set()
    return [number for number in numbers if number.certain or number.forms & known]


def _number(told: str, start: int, end: int, own: bool) -> CaseNumber | None:
    written = told[start:end]
    numbered = _stands(told, start, end, ("case_number", "case_number_after"))
    if _PLAIN.fullmatch(written):
        return CaseNumber(start, end, written, True) if numbered else _if_named(told, start, end)
    named = numbered or _stands(told, start, end, ("case_named",))
    form = own and (len(written) == len(_WHOLE) or any(letter.isdigit() for letter in written))
    return CaseNumber(start, end, written, form or (named and not _DAY.fullmatch(written)))


def _if_named(told: str, start: int, end: int) -> CaseNumber | None:
    """A plain number directly after "case" is one if there is such a case."""
    return CaseNumber(start, end, told[start:end], False) if _stands(told, start, end, ("case_named",)) else None


def _stands(told: str, start: int, end: int, names: Sequence[str]) -> bool:
    """Whether such words stand directly before the number, or after it."""
    before, after = told[max(0, start - 40) : start], told[end : end + 20]
    return any(
        pattern.match(after) if name.endswith("_after") else pattern.search(before)
        for name in names
        for pattern in _patterns(name)
    )


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]
