"""Numbers as they are written: 1,234.50, 1.234,50, 1.2 million, 120万, twenty-four, dos millones, 三成."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.grounding.written.lexicon import HAN_DIGITS, Lexicon

DIGITS = re.compile(
    r"(?<![\w.,'’])(?:\d{1,3}(?:[.,'’\s]\d{3})+(?:[.,]\d+)?(?![\d])|\d+(?:[.,]\d+)?)(?![\d])(?!\s?[.,]\d)"
)
_HAN_PIECE = re.compile(
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|[{HAN_DIGITS}十百千]+)(?P<some>[多余几])?(?P<scale>[十百千]?[万亿]|[千百kw](?![a-z]))?(?P<more>[多余几])?"
)
_WORD = re.compile(r"[^\W\d_]+")
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "k": 1000, "w": 10_000}


@dataclass(frozen=True)
class Reading:
    """What a written number may stand for: its value, and the place of the last digit that is written."""

    value: Decimal
    step: Decimal


@dataclass(frozen=True)
class Numeral:
    """A number and its place. `scaled` is one with a word like million, which says that it may be rounded; `in_words`
    has no digit; `open_by` is by how much it may be exceeded where it says so (一百多万)."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    scaled: bool = False
    in_words: bool = False
    open_by: Decimal | None = None


def find_numerals(plain: str, words: Lexicon) -> list[Numeral]:
    """The numbers of plain text, in its order."""
    if not words.spaced:
        return list(_han_numerals(plain))
    found = [*_digits(plain, words), *_in_words(plain, words)]
    kept: list[Numeral] = []
    for numeral in sorted(found, key=lambda n: (n.start, n.start - n.end)):
        if not kept or numeral.start >= kept[-1].end:
            kept.append(numeral)
    return kept


def _digits(plain: str, words: Lexicon) -> Iterator[Numeral]:
    for match in DIGITS.finditer(plain):
        end, factor = _scale_after(plain, match.end(), words)
        half = words.half.match(plain, end) if factor > 1 else None
        readings = tuple(
            Reading((value + (Decimal("0.5") if half else 0)) * factor, step * factor)
            for value, step in readings_of(match[0], words.language)
        )
        if readings:
            yield Numeral(match.start(), half.end() if half else end, readings, factor > 1)


def readings_of(written: str, language: str) -> list[tuple[Decimal, Decimal]]:
    """The values that digits may stand for, with the place of the last one. Spanish is written with either mark."""
    bare = re.sub(r"['’\s]", "", written)
    if re.match(r"0\d", bare):
        return []
    marks = [c for c in bare if c in ".,"]
    if not marks:
        return [(Decimal(bare), Decimal(1))]
    last = bare.rfind(marks[-1])
    places = len(bare) - last - 1
    whole = (Decimal(re.sub(r"[.,]", "", bare)), Decimal(1))
    broken = (whole[0].scaleb(-places), Decimal(1).scaleb(-places))
    if len(set(marks)) == 2:
        return [broken]
    if len(marks) > 1:
        return [whole]
    if places != 3 or last > 3 or bare[0] == "0":
        return [broken]
    if language == "es":
        return [whole, broken] if marks[0] == "." else [broken, whole]
    return [whole] if marks[0] == "," else [broken]


def _scale_after(plain: str, at: int, words: Lexicon) -> tuple[int, int]:
    """Where the words of scale after a number end, and what they multiply it by."""
    factor = 1
    for scale in sorted(words.scales, key=len, reverse=True):
        match = re.compile(rf"[\s-]?{scale}(?![^\W_])").match(plain, at)
        if match and words.scales[scale] >= 1000:
            at, factor = match.end(), factor * words.scales[scale]
            break
    return at, factor


def _in_words(plain: str, words: Lexicon) -> Iterator[Numeral]:
    """Numerals in words. A lone "one" or "un" is an article as well, and none."""
    tokens = list(_WORD.finditer(plain))
    index = 0
    while index < len(tokens):
        run = _run(plain, tokens, index, words)
        if run is None:
            index += 1
            continue
        value, last, scale = run
        start, end = tokens[index].start(), tokens[last].end()
        half = words.half.match(plain, end)
        if value != 1 or scale > 1:
            amount = Decimal(value) + (Decimal(scale) / 2 if half else 0)
            end, factor = _scale_after(plain, half.end(), words) if half else (end, 1)
            step = Decimal(scale if scale >= 1000 else 1) * factor
            yield Numeral(start, end, (Reading(amount * factor, step),), step >= 1000, in_words=True)
        index = last + 1


def _run(plain: str, tokens: list[re.Match[str]], first: int, words: Lexicon) -> tuple[int, int, int] | None:
    """The value of the longest numeral that begins at that token, its last token, and its last word of scale."""
    total, current, last, scale, index = 0, 0, None, 1, first
    while index < len(tokens):
        word, gap = tokens[index][0], plain[tokens[index - 1].end() : tokens[index].start()] if index > first else ""
        if index > first and gap not in (" ", "-"):
            break
        if word == words.joiner and last == index - 1 and index + 1 < len(tokens):
            if not _joinable(current, total, words.numerals.get(tokens[index + 1][0]), words.language):
                break
            index += 1
            continue
        if word in words.numerals and _fits(current, words.numerals[word]):
            current, scale = current + words.numerals[word], 1
        elif word in words.scales and len(word) > 2 and not current and words.scales[word] > scale > 1:
            total, scale = total * words.scales[word], words.scales[word]
        elif word in words.scales and len(word) > 2 and (current or total == 0):
            scale = words.scales[word]
            if scale == 100:
                current = max(current, 1) * 100
            else:
                total, current = total + max(current, 1) * scale, 0
        else:
            break
        last = index
        index += 1
    return None if last is None else (total + current, last, scale)


def _fits(current: int, value: int) -> bool:
    """Whether a word goes on with a numeral: "twenty" takes "four", "cien" takes anything below a hundred."""
    if current == 0:
        return True
    return (value < 10 and current % 10 == 0 and current % 100 >= 20) or (current % 100 == 0 and value < 100)


def _joinable(current: int, total: int, value: int | None, language: str) -> bool:
    """ "a hundred and ten", "treinta y dos": elsewhere the joining word joins two numerals."""
    if value is None:
        return False
    if language == "es":
        return current % 100 >= 30 and current % 10 == 0 and value < 10
    return (current % 100 == 0 and current > 0) or (current == 0 and total > 0)


def _han_numerals(plain: str) -> Iterator[Numeral]:
    at = 0
    while match := _HAN_PIECE.search(plain, at):
        at = match.end()
        if re.search(r"\d[.,]$", plain[: match.start()]):
            continue
        numeral = _han_numeral(plain, match)
        if numeral:
            at = numeral.end
            yield numeral


def _han_numeral(plain: str, first: re.Match[str]) -> Numeral | None:
    """A number of one or more pieces: 120万, 1亿2000万, 三万五千, 一百多万."""
    value, step, scaled, open_by, below = Decimal(0), Decimal(1), False, None, None
    match: re.Match[str] | None = first
    end = first.start()
    while match and (below is None or match.start() == end):
        number = _han_value(match["number"])
        scale = _scale(match["scale"])
        if number is None or (below is not None and scale >= below):
            break
        amount, place = number
        value, step, end = value + amount * scale, place * scale, match.end()
        scaled = scaled or scale > 1
        if match["some"] or match["more"]:
            open_by = Decimal(scale) if match["more"] else _last_place(amount) * scale
            break
        if scale == 1:
            break
        below = scale
        match = _HAN_PIECE.match(plain, end)
    if end == first.start():
        return None
    in_words = not first["number"][0].isdigit()
    return Numeral(first.start(), end, (Reading(value, step),), scaled, in_words, open_by)


def _scale(written: str | None) -> int:
    factor = 1
    for character in written or "":
        factor *= _HAN_SCALES[character]
    return factor


def _han_value(written: str) -> tuple[Decimal, Decimal] | None:
    """Digits or Chinese numerals below ten thousand, with the place of the last digit."""
    if re.match(r"0\d", written):
        return None
    if written[0].isdigit():
        bare = written.rstrip(",").replace(",", "")
        places = len(bare.partition(".")[2])
        return Decimal(bare), Decimal(1).scaleb(-places)
    total, current, place = 0, 0, 1
    for index, character in enumerate(written):
        if character in HAN_DIGITS:
            if current and written[index - 1] in HAN_DIGITS:
                return None
            current = (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9)[HAN_DIGITS.index(character)]
            place = 1
        else:
            total += (current or (1 if character == "十" else 0)) * _HAN_SCALES[character]
            if not current and character != "十":
                return None
            place, current = _HAN_SCALES[character], 0
    return Decimal(total + current), Decimal(place if not current else 1)


def _last_place(value: Decimal) -> Decimal:
    """The place of the last digit that is not nought: 100 of 1300."""
    normal = value.normalize().as_tuple()
    exponent = normal.exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
