"""Days, months, quarters and years as they are written: 27 October, 10月27日, el mes que viene, next Wednesday."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.grounding.written.lexicon import HAN_DIGITS, Lexicon
from assistant.understanding.periods import relative
from assistant.understanding.text import PlainText

_ISO = re.compile(r"(?<![\w.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\w-]|/\d{1,2}(?!\d)|\.\d)", re.ASCII)
_SLASHED = re.compile(r"(?<![\w/.-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\w/-]|\.\d)", re.ASCII)
_YEAR = re.compile(r"(?<![\w.,/'-])(?P<year>(?:19|20)\d{2})(?![\w/%]|[.,]\d|-\d|\s?(?:%|€|\$))", re.ASCII)
NEAR = 300
"""Days round today among which a day without a year is looked for."""


@dataclass(frozen=True)
class Day:
    """A day, or a span of days, and its place. What is not written is None; a weekday counts from Monday, 0."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    span: tuple[date, date] | None = None
    weekday: int | None = None

    def fits(self, when: date, today: date) -> bool:
        """Whether that day is meant, or lies in the span that is meant."""
        if self.span:
            return self.span[0] <= when <= self.span[1]
        if self.weekday is not None:
            return when.weekday() == self.weekday and abs((when - today).days) <= 14
        near = self.year is not None or abs((when - today).days) <= NEAR
        return near and all(
            said is None or said == part
            for said, part in ((self.year, when.year), (self.month, when.month), (self.day, when.day))
        )

    @property
    def is_one_day(self) -> bool:
        return self.day is not None or bool(self.span and self.span[0] == self.span[1])


def find_days(text: PlainText, words: Lexicon, today: date) -> list[tuple[Day, ...]]:
    """The days of a text in its order, each as the ways in which it may be read, the longest match first."""
    found = [ways for ways in _all(text, words, today) if ways]
    found.sort(key=lambda ways: (ways[0].start - ways[0].end, ways[0].start))
    kept: list[tuple[Day, ...]] = []
    for ways in found:
        if all(ways[0].end <= other[0].start or ways[0].start >= other[0].end for other in kept):
            kept.append(ways)
    return sorted(kept, key=lambda ways: ways[0].start)


def _all(text: PlainText, words: Lexicon, today: date) -> Iterator[tuple[Day, ...]]:
    plain = text.plain
    for match in _ISO.finditer(plain):
        yield _valid((Day(match.start(), match.end(), int(match[1]), int(match[3]), int(match[4])),))
    for match in _SLASHED.finditer(plain):
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        first, second = int(match[1]), int(match[3])
        both = (first, second), (second, first)
        yield _valid(tuple(Day(match.start(), match.end(), year, month, day) for day, month in both))
    for pattern in words.days:
        for match in pattern.finditer(plain):
            if _is_month_word(text, match, words):
                continue
            day = _written(match, words, today)
            yield _valid((day,)) if day else ()
    for pattern, kind in words.relative:
        for match in pattern.finditer(plain):
            yield (Day(match.start(), match.end(), span=_relative(kind, today)),)
    yield from _weekdays(plain, words)
    for match in _YEAR.finditer(plain):
        yield (Day(match.start(), match.end(), int(match["year"])),)


def _valid(ways: Sequence[Day]) -> tuple[Day, ...]:
    return tuple(way for way in ways if _exists(way))


def _exists(day: Day) -> bool:
    try:
        date(day.year or 2024, day.month or 1, day.day or 1)
    except ValueError:
        return False
    return True


def _is_month_word(text: PlainText, match: re.Match[str], words: Lexicon) -> bool:
    """Whether a month's name alone is another word: "may", "march"; English writes months with a capital."""
    named = {name for name, value in match.groupdict().items() if value}
    if named != {"month"} or not words.spaced:
        return False
    at = match.start("month")
    if words.language == "en" and not text.original[at].isupper():
        return True
    word = match["month"].rstrip(".")
    return word in words.month_words and not (words.month_needs and words.month_needs.search(text.plain[:at]))


def _written(match: re.Match[str], words: Lexicon, today: date) -> Day | None:
    named = match.groupdict()
    year = _year(named, today)
    if named.get("quarter"):
        number = words.quarters.get(named["quarter"]) or int(named["quarter"])
        return Day(match.start(), match.end(), span=_quarter(year or today.year, number))
    month = words.months.get(named["month"].rstrip(".")) if named.get("month") else None
    if named.get("moved"):
        span = relative(_moved(named["moved"]), today)
        year, month = span.start.year, span.start.month
    if named.get("month") and month is None:
        return None
    return Day(match.start(), match.end(), year, month, _number(named.get("day")))


def _moved(written: str) -> str:
    return {"上": "last_month", "下": "next_month"}.get(written[0], "this_month")


def _year(named: dict[str, str | None], today: date) -> int | None:
    written, said = named.get("year"), named.get("rel")
    if said:
        return today.year + {"今年": 0, "去年": -1, "明年": 1, "前年": -2}[said]
    if not written:
        return None
    digits = "".join("0012234567899"[HAN_DIGITS.index(c)] if c in HAN_DIGITS else c for c in written)
    return int(digits)


def _number(written: str | None) -> int | None:
    """A day of the month in digits or in words."""
    if not written:
        return None
    if written.isdigit():
        return int(written)
    if written == "primero":
        return 1
    tens, ten, ones = written.partition("十")
    digits = {character: value for value, character in enumerate("零一二三四五六七八九")}
    return (digits.get(tens, 1) * 10 + digits.get(ones, 0)) if ten else digits.get(written)


def _quarter(year: int, number: int) -> tuple[date, date]:
    first = date(year, 3 * number - 2, 1)
    following = date(year + (number == 4), 3 * number % 12 + 1, 1)
    return first, following - timedelta(days=1)


def _relative(kind: str, today: date) -> tuple[date, date]:
    if kind in ("in_two_days", "two_days_ago"):
        day = today + timedelta(days=2 if kind == "in_two_days" else -2)
        return day, day
    period = relative(kind, today)
    return period.start, period.end


def _weekdays(plain: str, words: Lexicon) -> Iterator[tuple[Day, ...]]:
    for name, number in words.weekdays.items():
        pattern = (
            rf"(?<!\w){name}s?(?!\w)"
            if words.spaced
            else rf"(?:下个?|上个?|本|这个?)?{name}(?![一二三四五六七八九十\d个])"
        )
        for match in re.finditer(pattern, plain):
            yield (Day(match.start(), match.end(), weekday=number),)
