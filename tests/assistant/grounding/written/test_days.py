"""Days, months, quarters and years as three languages write them."""

from datetime import date

import pytest

from assistant.grounding.written.days import Day, find_days
from assistant.grounding.written.lexicon import lexicon
from assistant.understanding.text import PlainText

TODAY = date(2026, 11, 20)


def found(text: str, language: str) -> list[Day]:
    return [ways[0] for ways in find_days(PlainText.of(text), lexicon(language), TODAY)]


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "27 October 2026"),
        ("en", "October 27, 2026"),
        ("en", "the 27th of October"),
        ("en", "Oct 27"),
        ("en", "Oct. 27, 2026"),
        ("en", "2026-10-27"),
        ("en", "27/10/2026"),
        ("en", "10/27/2026"),
        ("es", "27 de octubre de 2026"),
        ("es", "el 27 de octubre"),
        ("es", "27 oct 2026"),
        ("es", "27/10/2026"),
        ("zh", "2026年10月27日"),
        ("zh", "10月27日"),
        ("zh", "今年10月27日"),
        ("zh", "二〇二六年十月二十七日"),
        ("zh", "上个月27日"),
        ("zh", "10月27号"),
    ],
)
def test_a_day_in_all_its_forms(language: str, text: str) -> None:
    (ways,) = find_days(PlainText.of(text), lexicon(language), TODAY)
    fits = {
        day
        for day in (date(2026, 10, 26), date(2026, 10, 27), date(2026, 11, 27), date(2025, 10, 27))
        if any(way.fits(day, TODAY) for way in ways)
    }
    assert fits == {date(2026, 10, 27)}


@pytest.mark.parametrize(
    "language, text, first, last",
    [
        ("en", "yesterday", "2026-11-19", "2026-11-19"),
        ("es", "mañana", "2026-11-21", "2026-11-21"),
        ("zh", "后天", "2026-11-22", "2026-11-22"),
        ("en", "next month", "2026-12-01", "2026-12-31"),
        ("es", "la semana que viene", "2026-11-23", "2026-11-29"),
        ("zh", "去年", "2025-01-01", "2025-12-31"),
        ("en", "Q3 2026", "2026-07-01", "2026-09-30"),
        ("es", "el tercer trimestre", "2026-07-01", "2026-09-30"),
        ("zh", "第三季度", "2026-07-01", "2026-09-30"),
        ("zh", "2025年第四季度", "2025-10-01", "2025-12-31"),
    ],
)
def test_relative_days_and_quarters(language: str, text: str, first: str, last: str) -> None:
    (day,) = found(text, language)
    assert day.span == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "language, text, month, year",
    [
        ("en", "in December 2027", 12, 2027),
        ("en", "mid-September", 9, None),
        ("es", "diciembre de 2027", 12, 2027),
        ("zh", "2027年12月", 12, 2027),
        ("zh", "11月底", 11, None),
        ("en", "in May", 5, None),
    ],
)
def test_months(language: str, text: str, month: int, year: int | None) -> None:
    (day,) = found(text, language)
    assert (day.month, day.year, day.day) == (month, year, None)


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "She may call"),
        ("en", "They march on"),
        ("es", "por la mañana"),
        ("zh", "6个月"),
        ("zh", "一年前"),
        ("en", "31 June 2026"),
        ("en", "2026 yuan"[5:]),
    ],
)
def test_what_is_no_day(language: str, text: str) -> None:
    assert [day for day in found(text, language) if day.day] == []


@pytest.mark.parametrize(
    "language, text", [("en", "next Wednesday"), ("es", "el miércoles"), ("zh", "下周三"), ("zh", "星期三")]
)
def test_weekdays(language: str, text: str) -> None:
    assert found(text, language)[-1].weekday == 2


def test_both_ends_of_a_short_span_are_days() -> None:
    assert [(day.day, day.month) for day in found("from 17 to 20 November", "en")] == [(17, 11), (20, 11)]
