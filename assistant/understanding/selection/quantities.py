"""Numbers in a question with what they measure, and the ranges that words of comparison make of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.understanding.amounts import decimal_of
from assistant.understanding.cues import all_cues
from assistant.understanding.numerals import number_of
from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.lexicon import Lexicon

MONEY, COUNT, AGE, PERCENT = "money", "count", "age", "percent"
DURATIONS = ("day", "week", "month", "year")
LEAST_MONEY = 1_000
"""A bare number from here on is an amount."""

_DIGITS = re.compile(r"(?<![a-z0-9.,])(?:\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)")
_HAN_NUMBER = re.compile(r"[一二两三四五六七八九十百千]+")
_HAN_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000}
_WORD = re.compile(r"[a-z]+")
_LARGE = re.compile(r"\s(?:thousand|million|billion|mil|millon|millones)\b")


@dataclass(frozen=True)
class Quantity:
    """A number and its unit: money, count, age, percent or a duration. `currency` where one is named. `article`: a
    word for one, which counts only where something is compared with it."""

    number: Decimal
    unit: str
    currency: str | None = None
    article: bool = False


@dataclass(frozen=True)
class Range:
    """Between two numbers of a unit, or open on one side; whether each end belongs to it. `exact`: that number and no
    other."""

    unit: str
    least: Decimal | None = None
    most: Decimal | None = None
    with_least: bool = True
    with_most: bool = True
    currency: str | None = None
    exact: bool = False


def find_quantities(plain: str, words: Lexicon) -> Iterator[Atom]:
    """The numbers of plain text, each with its unit."""
    for start, end, number in _numbers(plain, words):
        yield _measured(plain, start, end, number, words)


def _numbers(plain: str, words: Lexicon) -> Iterator[tuple[int, int, Decimal]]:
    for match in _DIGITS.finditer(plain):
        yield match.start(), match.end(), decimal_of(match[0])
    if words.language == "zh":
        for match in _HAN_NUMBER.finditer(plain):
            if _han(match[0]):
                yield match.start(), match.end(), Decimal(_han(match[0]))
        return
    cues = next(cues for cues in all_cues() if cues.language == words.language)
    for match in _WORD.finditer(plain):
        number = number_of(match[0], cues)
        large = _LARGE.match(plain, match.end())
        if number is not None and (len(match[0]) > 2 or large):
            yield match.start(), match.end(), Decimal(number)


def _measured(plain: str, start: int, end: int, number: Decimal, words: Lexicon) -> Atom:
    """The number with the multiplier, the currency and the unit that stand beside it."""
    scaled = False
    factors = {unit: factor for cues in all_cues() for unit, factor in cues.amount_units.items()}
    for unit, factor in sorted(factors.items(), key=lambda item: -len(item[0])):
        match = re.compile(rf"\s?{unit}(?![a-z])").match(plain, end)
        if match:
            number, end, scaled = number * factor, match.end(), True
            break
    currency = None
    for code, pattern in words.currencies:
        after = re.compile(rf"\s?(?:de )?(?:{pattern.pattern})(?![a-z])").match(plain, end)
        before = re.search(rf"(?:{pattern.pattern})\s?$", plain[:start])
        if after or before:
            currency, start, end = code, before.start() if before else start, after.end() if after else end
            break
    if currency or scaled:
        return Atom(start, end, Piece.QUANTITY, Quantity(number, MONEY, currency))
    for name, pattern in words.units:
        match = re.compile(rf"\s?(?:{pattern.pattern})(?![a-z])").match(plain, end)
        if match:
            return Atom(start, match.end(), Piece.QUANTITY, Quantity(number, name))
    unit = MONEY if number >= LEAST_MONEY else COUNT
    article = number == 1 and not plain[start:end].isdigit()
    return Atom(start, end, Piece.QUANTITY, Quantity(number, unit, article=article))


def with_ranges(atoms: Sequence[Atom]) -> list[Atom]:
    """The atoms with numbers and their words of comparison made into ranges."""
    found: list[Atom] = []
    at = 0
    while at < len(atoms):
        made = _between(atoms, at) or _compared(atoms, at)
        if made is None:
            found.append(atoms[at])
            at += 1
        else:
            taken, atom = made
            found.append(atom)
            at += taken
    return found


def _between(atoms: Sequence[Atom], at: int) -> tuple[int, Atom] | None:
    """ "Between 30 and 40", "from 100k to 200k", 30到40岁."""
    opened = atoms[at].piece in (Piece.BETWEEN, Piece.COMPARE, Piece.STOP)
    numbers = [atom for atom in atoms[at + opened : at + opened + 3] if atom.piece is not Piece.STOP]
    if len(numbers) < 3 or numbers[1].piece not in (Piece.TO, Piece.AND, Piece.BETWEEN):
        return None
    first, second = numbers[0], numbers[2]
    if first.piece is not Piece.QUANTITY or second.piece is not Piece.QUANTITY:
        return None
    if not opened and numbers[1].piece is Piece.AND:
        return None
    low, high = first.value, second.value
    if low.unit not in (COUNT, high.unit) and high.unit != COUNT:
        return None
    number = low.number
    if low.unit == COUNT and high.unit == MONEY and low.number < LEAST_MONEY <= high.number:
        number = _scaled_like(low.number, high.number)
    unit = high.unit if high.unit != COUNT else low.unit
    made = Range(unit, number, high.number, currency=high.currency or low.currency)
    return 3 + opened, Atom(atoms[at].start, second.end, Piece.RANGE, made)


def _scaled_like(low: Decimal, high: Decimal) -> Decimal:
    """ "Between 20 and 50万" means 200,000."""
    for factor in (1_000_000, 10_000, 1_000):
        if high % factor == 0 and low * factor < high:
            return low * factor
    return low


def _compared(atoms: Sequence[Atom], at: int) -> tuple[int, Atom] | None:
    """ "Over 500k", "50万以上", or a number alone."""
    compare = atoms[at].value if atoms[at].piece is Piece.COMPARE else None
    place = at + 1 if compare else at
    if compare and place < len(atoms) and atoms[place].piece is Piece.STOP:
        place += 1
    if place >= len(atoms) or atoms[place].piece is not Piece.QUANTITY:
        return None
    quantity: Quantity = atoms[place].value
    end = place + 1
    while end < len(atoms) and atoms[end].piece is Piece.STOP and end < place + 2:
        end += 1
    after = atoms[end] if end < len(atoms) and atoms[end].piece is Piece.AFTER else None
    if quantity.article and not compare and after is None:
        return None
    made = _range(quantity, compare or (after.value if after else "is"))
    last = after or atoms[place]
    return (end if after else place) - at + 1, Atom(atoms[at].start, last.end, Piece.RANGE, made)


def _range(quantity: Quantity, compare: str) -> Range:
    number, open_range = quantity.number, Range(quantity.unit, currency=quantity.currency)
    if compare in ("older", "younger") and quantity.unit in (COUNT, "year"):
        open_range = replace(open_range, unit=AGE)
    match compare:
        case "more_than" | "older":
            return replace(open_range, least=number, with_least=False)
        case "at_least":
            return replace(open_range, least=number)
        case "less_than" | "younger":
            return replace(open_range, most=number, with_most=False)
        case "at_most":
            return replace(open_range, most=number)
        case "exactly":
            return replace(open_range, least=number, most=number, exact=True)
        case _:
            return replace(open_range, least=number, most=number)


def _han(text: str) -> int:
    total, current = 0, 0
    for character in text:
        if character in _HAN_DIGITS:
            current = _HAN_DIGITS[character]
        else:
            total += (current or 1) * _HAN_SCALES[character]
            current = 0
    return total + current
