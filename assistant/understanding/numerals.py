"""Numbers as people write them: 25, 1.234,50, "ten", "two hundred and fifty thousand", 二十三, 两百三十万, 一千五."""

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.understanding.cues import Cues

HAN_DIGITS = "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
_DIGIT = dict(zip(HAN_DIGITS, (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, *range(1, 10)), strict=True))
_SCALE = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
HAN_NUMBER = re.compile(f"[{HAN_DIGITS}十百千拾佰仟万亿]+")


def number_of(text: str, cues: Cues) -> int | None:
    """The whole number that a numeral stands for, in digits or in the words of that language; None for another word."""
    if text.isdecimal():
        return int(text)
    if cues.language == "zh":
        return han_number(text)
    value = spelled(re.split(r"[\s-]+", text), cues)
    return int(value) if value is not None and value == int(value) else None


def decimal_of(written: str) -> Decimal:
    """A written number: the last separator is decimal unless three digits follow it."""
    last = max(written.rfind("."), written.rfind(","))
    digits = re.sub(r"[.,]", "", written)
    if last < 0 or len(written) - last - 1 == 3:
        return Decimal(digits)
    places = len(written) - last - 1
    return Decimal(digits) / (Decimal(10) ** places)


def han_number(text: str) -> int | None:
    """A Chinese numeral: 二十三, 一百零五, 两百三十万, 一亿二千万; what is left out at its end too: 一千五, 三万五.
    Digits alone stand for themselves, as in a year: 二〇二六."""
    if not text or not HAN_NUMBER.fullmatch(text):
        return None
    if len(text) > 1 and all(character in _DIGIT for character in text):
        return int("".join(str(_DIGIT[character]) for character in text))
    total, below, last = 0, 0, 0
    for part in re.findall(r"[^万亿]+|[万亿]", text):
        if part in _MYRIADS:
            if not below and not total:
                return None
            total = (total + below) * _MYRIADS[part] if below == 0 or part == "亿" else total + below * _MYRIADS[part]
            below, last = 0, _MYRIADS[part]
        else:
            value = _below_myriad(part, last)
            if value is None:
                return None
            below = value
    return total + below


def _below_myriad(text: str, before: int) -> int | None:
    """Below ten thousand. `before` is the unit that went before: a digit alone then counts tenths of it (三万五)."""
    total, digit, unit = 0, None, before
    for place, character in enumerate(text):
        if character in _DIGIT:
            if digit:
                return None
            digit, unit = _DIGIT[character], 1 if _DIGIT[character] == 0 else unit
        else:
            scale = _SCALE[character]
            if digit is None and scale != 10:
                return None
            if scale >= unit > 1 and place:
                return None
            total, digit, unit = total + (1 if digit is None else digit) * scale, None, scale
    return total + (digit or 0) * (unit // 10 if unit > 10 else 1)


def spelled(words: Sequence[str], cues: Cues) -> Decimal | None:
    """The number that these words, all of them, spell in English or Spanish: "two hundred and fifty thousand",
    "medio millón", "dos millones y medio"."""
    total, current, last_scale, half, seen = Decimal(0), Decimal(0), 1, False, False
    for place, word in enumerate(words):
        value, scale = cues.numerals.get(word), cues.scales.get(word)
        if word in cues.halves:
            half, seen = True, True
        elif _counts_nothing(words, place, cues):
            continue
        elif scale is not None:
            if half and current == 0:
                current, half = Decimal("0.5"), False
            elif half:
                current, half = current + Decimal("0.5"), False
            if scale == 100:
                current = max(current, Decimal(1)) * 100
            elif total and scale == last_scale:
                return None
            elif total and scale > last_scale:
                total, current, last_scale = (total + (current or 0)) * scale, Decimal(0), scale
            else:
                total, current, last_scale = total + (current or Decimal(1)) * scale, Decimal(0), scale
            seen = True
        elif value is not None and _goes_on(current, value, seen):
            current, seen = current + value, True
        else:
            return None
    if not seen:
        return None
    return total + current + (Decimal(last_scale) / 2 if half else 0)


def _counts_nothing(words: Sequence[str], place: int, cues: Cues) -> bool:
    """Whether a word only joins others ("and"), or is an article before a numeral: "a dozen", "un par"."""
    if 0 < place < len(words) - 1 and words[place] in cues.joiners:
        return True
    return place == 0 < len(words) - 1 and cues.numerals.get(words[0]) == 1 and cues.numerals.get(words[1], 0) > 1


def _goes_on(current: Decimal, value: int, seen: bool) -> bool:
    """Whether a numeral goes on with that word: "twenty" takes "four", "two hundred" anything below a hundred."""
    if current == 0:
        return True
    return seen and ((value < 10 and current % 10 == 0 and current % 100 >= 20) or (current % 100 == 0 and value < 100))
