"""Amounts, shares and counts in a question: "over 500k", 两百三十万, "dos millones y medio", 三成, "top ten"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assistant.understanding.cues import Cues, all_cues
from assistant.understanding.numerals import HAN_DIGITS, decimal_of, han_number, number_of, spelled

__all__ = ["AmountMention", "Bound", "ShareMention", "decimal_of", "find_amounts", "find_limit", "find_shares"]

LEAST = 1000
"""A bare number from here on is an amount."""

_UNITS = {unit: factor for cues in all_cues() for unit, factor in cues.amount_units.items()}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = re.compile(
    r"(?<![a-z0-9])(?<![a-z0-9][.,-])(?P<number>\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)"
    rf"(?:(?P<half> and a half| y medi[oa])?\s?[多余来]?(?P<unit>{_UNIT}))?"
)
_HAN = re.compile(rf"[{HAN_DIGITS}十百千万亿](?:[多余来]?[{HAN_DIGITS}十百千万亿])*")
_HAN_UNIT = re.compile("[十百千万亿]")
_SIGNS = re.compile(r"(?:[¥€$]|\brmb|\bcny)\s?$")
_LETTERS = re.compile(r"[a-z]")
_WORD = re.compile(r"[a-z]+")


class Bound(StrEnum):
    """How an amount was meant: as a lower bound ("over 500k"), as an upper one, or as it stands."""

    LEAST = "least"
    MOST = "most"
    ITSELF = "itself"


@dataclass(frozen=True)
class AmountMention:
    """An amount, where it stands, and which bound it is."""

    start: int
    end: int
    amount: Decimal
    bound: Bound = Bound.ITSELF

    @property
    def at_least(self) -> bool:
        return self.bound is Bound.LEAST


@dataclass(frozen=True)
class ShareMention:
    """A share and where it stands: 三成 is 30 percent."""

    start: int
    end: int
    percent: Decimal


def find_amounts(plain: str) -> list[AmountMention]:
    """Amounts in plain text: those with a unit or a currency, or of at least a thousand."""
    found = [*_in_digits(plain), *_in_han(plain), *_in_words(plain)]
    kept: list[AmountMention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def find_shares(plain: str) -> list[ShareMention]:
    """Shares in plain text: 30 %, thirty percent, 三成, 百分之三十."""
    found: dict[tuple[int, int], ShareMention] = {}
    for cues in all_cues():
        for match in (match for pattern in cues.shares for match in pattern.finditer(plain)):
            percent = _percent(match.groupdict(), cues)
            if percent is not None:
                found[match.span()] = ShareMention(match.start(), match.end(), percent)
    return [found[place] for place in sorted(found)]


def find_limit(plain: str) -> int | None:
    """How many were asked for: "top 5", "前十名", "los 3 mayores"."""
    for cues in all_cues():
        for pattern in cues.limit:
            match = pattern.search(plain)
            number = number_of(match[1], cues) if match else None
            if number:
                return number
    return None


def _in_digits(plain: str) -> Iterator[AmountMention]:
    """Digits with their unit; what follows at once in a smaller unit goes with them: 1亿2000万, 3万5."""
    at = 0
    while match := _NUMBER.search(plain, at):
        at = match.end()
        unit, factor = match["unit"], _UNITS.get(match["unit"] or "", 1)
        after = plain[at : at + 1]
        if unit and _LETTERS.match(unit) and (_LETTERS.match(after) or after.isdigit()):
            continue
        amount = (decimal_of(match["number"]) + (Decimal("0.5") if match["half"] else 0)) * factor
        while factor >= 1000 and (more := _NUMBER.match(plain, at)):
            smaller = _UNITS.get(more["unit"] or "", 0) or (factor // 10 if len(more["number"]) == 1 else 0)
            if not 0 < smaller < factor or not more["number"].isdigit():
                break
            amount, at, factor = amount + Decimal(more["number"]) * smaller, more.end(), smaller if more["unit"] else 0
        half = _half_after(plain, at) if unit else None
        if half:
            amount, at = amount + Decimal(factor) / 2, half
        end = _currency_after(plain, at)
        if unit or amount >= LEAST or end > at or _SIGNS.search(plain[: match.start()]):
            yield AmountMention(match.start(), at, amount, _bound(plain, match.start(), end))


def _in_han(plain: str) -> Iterator[AmountMention]:
    for match in _HAN.finditer(plain):
        amount = han_number(re.sub("[多余来]", "", match[0])) if _HAN_UNIT.search(match[0]) else None
        end = _currency_after(plain, match.end())
        if amount and (amount >= LEAST or end > match.end()):
            yield AmountMention(match.start(), match.end(), Decimal(amount), _bound(plain, match.start(), end))


def _in_words(plain: str) -> Iterator[AmountMention]:
    """Amounts spelled out in English or Spanish: "a quarter of a million" is none, "half a million" is one."""
    for cues in all_cues():
        if not cues.scales:
            continue
        run: list[re.Match[str]] = []
        for word in [*_WORD.finditer(plain), None]:
            if word is not None and _is_numeral(word[0], cues) and (not run or _beside(plain, run[-1], word)):
                run.append(word)
                continue
            yield from _of_run(plain, run, cues)
            run = [word] if word is not None and _is_numeral(word[0], cues) else []


def _of_run(plain: str, run: list[re.Match[str]], cues: Cues) -> Iterator[AmountMention]:
    while run and (run[-1][0] in cues.joiners or cues.numerals.get(run[-1][0]) == 1):
        run = run[:-1]
    while run and run[0][0] in cues.joiners and cues.numerals.get(run[0][0]) is None:
        run = run[1:]
    amount = spelled([word[0] for word in run], cues) if run else None
    if amount is None or amount < LEAST or not any(cues.scales.get(word[0], 0) >= LEAST for word in run):
        return
    start, end = run[0].start(), run[-1].end()
    bound = _bound(plain, start, _currency_after(plain, end))
    if len(run) > 1 or bound is not Bound.ITSELF or _currency_after(plain, end) > end:
        yield AmountMention(start, end, amount, bound)


def _is_numeral(word: str, cues: Cues) -> bool:
    return word in cues.numerals or word in cues.scales or word in cues.joiners or word in cues.halves


def _beside(plain: str, before: re.Match[str], word: re.Match[str]) -> bool:
    return plain[before.end() : word.start()] in (" ", "-")


def _half_after(plain: str, at: int) -> int | None:
    """Where "and a half" or "y medio" ends that stands there."""
    match = re.compile(r"\s(?:and a half|y medi[oa])\b").match(plain, at)
    return match.end() if match else None


def _currency_after(plain: str, at: int) -> int:
    """Where a currency ends that stands there; there itself where none does."""
    return max((match.end() for cues in all_cues() if (match := cues.currencies.match(plain, at))), default=at)


def _bound(plain: str, start: int, end: int) -> Bound:
    before = _SIGNS.sub("", plain[:start])
    if any(cues.at_most.search(before) or cues.at_most_after.search(plain[end:]) for cues in all_cues()):
        return Bound.MOST
    least = any(cues.at_least.search(before) or cues.at_least_after.search(plain[end:]) for cues in all_cues())
    return Bound.LEAST if least else Bound.ITSELF


def _percent(named: dict[str, str | None], cues: Cues) -> Decimal | None:
    if digits := named.get("digits"):
        return decimal_of(digits)
    if words := named.get("words"):
        number = number_of(words, cues)
        return None if number is None else Decimal(number)
    tenths = number_of(named.get("tenths") or "", cues)
    half = named.get("half")
    ones = 5 if half == "半" else number_of(half, cues) if half else 0
    return None if tenths is None else Decimal(tenths * 10 + (ones or 0))
