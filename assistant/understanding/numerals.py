"""Numerals as people write them: digits, "ten", "diez", 二十三."""

from assistant.understanding.cues import Cues


def number_of(text: str, cues: Cues) -> int | None:
    """The whole number that a numeral stands for, or None. Chinese up to 九十九."""
    if text.isdigit():
        return int(text)
    if text in cues.numerals:
        return cues.numerals[text]
    tens, ten, ones = text.partition("十")
    if not ten:
        return None
    high = cues.numerals.get(tens, 1 if not tens else None)
    low = cues.numerals.get(ones, 0 if not ones else None)
    return None if high is None or low is None else high * 10 + low
