"""Amounts and counts in a question: "over 500k", "50万", "1.2m", "1.000.000", "top ten"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.understanding.cues import all_cues
from assistant.understanding.numerals import number_of

_UNITS = {unit: factor for cues in all_cues() for unit, factor in cues.amount_units.items()}
_NUMBER = re.compile(
    r"(?<![a-z0-9])(?<![a-z0-9][.,-])(?P<number>\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)\s?(?P<unit>"
    + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
    + r")?(?![\d])"
)
_CHINESE = re.compile(r"(?P<number>[一二两三四五六七八九十百千]{1,7})(?P<unit>百万|千万|万|亿)")
_LETTERS = re.compile(r"[a-z]")


@dataclass(frozen=True)
class AmountMention:
    """An amount, where it stands, and whether it is a lower bound ("over 500k")."""

    start: int
    end: int
    amount: Decimal
    at_least: bool


def find_amounts(plain: str) -> list[AmountMention]:
    """Amounts in plain text: those with a unit, or of at least a thousand."""
    found = []
    for match in _NUMBER.finditer(plain):
        unit, after = match["unit"], plain[match.end() : match.end() + 1]
        if unit and _LETTERS.match(unit) and _LETTERS.match(after or " "):
            continue
        amount = decimal_of(match["number"]) * _UNITS.get(unit or "", 1)
        if unit or amount >= 1000:
            found.append(AmountMention(match.start(), match.end(), amount, _is_bound(plain, match.start())))
    for match in _CHINESE.finditer(plain):
        number = _chinese(match["number"])
        if number:
            amount = Decimal(number * _UNITS[match["unit"]])
            found.append(AmountMention(match.start(), match.end(), amount, _is_bound(plain, match.start())))
    return found


def find_limit(plain: str) -> int | None:
    """How many were asked for: "top 5", "前十名", "los 3 mayores"."""
    for cues in all_cues():
        for pattern in cues.limit:
            match = pattern.search(plain)
            number = number_of(match[1], cues) if match else None
            if number:
                return number
    return None


def decimal_of(written: str) -> Decimal:
    """A written number: the last separator is decimal unless three digits follow it."""
    last = max(written.rfind("."), written.rfind(","))
    digits = re.sub(r"[.,]", "", written)
    if last < 0 or len(written) - last - 1 == 3:
        return Decimal(digits)
    places = len(written) - last - 1
    return Decimal(digits) / (Decimal(10) ** places)


def _is_bound(plain: str, at: int) -> bool:
    return any(cues.at_least.search(plain[:at]) for cues in all_cues())


def _chinese(text: str) -> int:
    """Chinese numerals below ten thousand: 三百五十, 两千."""
    digits = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
    scales = {"十": 10, "百": 100, "千": 1000}
    total, current = 0, 0
    for character in text:
        if character in digits:
            current = digits[character]
        else:
            total += (current or 1) * scales[character]
            current = 0
    return total + current
