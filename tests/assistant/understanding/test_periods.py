"""Days and periods as people say them, in three languages, on any day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.periods import PeriodMention, Tendency, find_periods
from assistant.understanding.text import PlainText

TODAY = date(2026, 11, 20)  # a Friday
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def periods(question: str, today: date = TODAY, tendency: Tendency = Tendency.NEAREST) -> list[PeriodMention]:
    return find_periods(PlainText.of(question).plain, today, tendency)


def said(question: str, today: date = TODAY, tendency: Tendency = Tendency.NEAREST) -> list[str]:
    return [f"{m.period.start}..{m.period.end}" for m in periods(question, today, tendency)]


MIXED = ["last", "next", "past", "in", "3", "days", "weeks", "since", "until", "from", "to", "May", "31", "2024", "年",
         "月", "日", "前", "最近", "两", "desde", "hasta", "el", "de", "mayo", "end of", "before", "and", "Q3", "春节",
         "底", "以来", "Friday", "year", "y", "antes de", "10 June", "15号"]  # fmt: skip
RELATIVE = {
    "2026-11-20..2026-12-25": [
        "between now and Christmas",
        "from now until Christmas",
        "de aquí a Navidad",
        "从现在到圣诞节",
    ],
    "2026-11-20..2026-12-31": [
        "from now to the end of the quarter",
        "de aquí a fin de trimestre",
        "从现在起到年底",
    ],
    "2026-11-20..2026-11-20": ["today", "今天", "今日", "hoy"],
    "2026-11-19..2026-11-19": ["yesterday", "昨天", "ayer"],
    "2026-11-21..2026-11-21": ["tomorrow", "明天", "mañana"],
    "2026-11-16..2026-11-22": ["this week", "本周", "这周", "這週", "這個星期", "这个礼拜", "esta semana"],
    "2026-11-09..2026-11-15": ["last week", "上周", "上週", "上个星期", "la semana pasada", "última semana"],
    "2026-11-23..2026-11-29": ["next week", "下周", "下星期", "la semana que viene", "la próxima semana"],
    "2026-11-01..2026-11-30": ["this month", "本月", "这个月", "這個月", "este mes"],
    "2026-10-01..2026-10-31": ["last month", "上个月", "上個月", "上月", "el mes pasado", "el último mes"],
    "2026-12-01..2026-12-31": [
        "next month",
        "下个月",
        "下個月",
        "el mes que viene",
        "el próximo mes",
        "the end of the year",
        "年底",
        "a finales de año",
    ],
    "2026-10-01..2026-12-31": ["this quarter", "本季度", "这个季度", "este trimestre"],
    "2026-07-01..2026-09-30": ["last quarter", "上季度", "上个季度", "el trimestre pasado"],
    "2027-01-01..2027-03-31": ["next quarter", "下个季度", "el próximo trimestre"],
    "2026-01-01..2026-12-31": ["this year", "今年", "este año"],
    "2025-01-01..2025-12-31": [
        "last year",
        "去年",
        "el año pasado",
        "in 2025",
        "en 2025",
        "2025年",
        "last fiscal year",
        "上财年",
        "上財年",
        "el ejercicio anterior",
        "二〇二五年",
    ],
    "2027-01-01..2027-12-31": ["next year", "明年", "el año que viene"],
    "2026-11-20..2026-12-20": [
        "in the next 30 days",
        "未来30天",
        "未來三十天",
        "30天内",
        "en los próximos treinta días",
    ],
    "2026-11-20..2026-12-04": ["within two weeks", "next two weeks", "未来两周", "en las próximas dos semanas"],
    "2026-11-20..2027-02-20": ["in the next three months", "未来三个月", "接下来三個月", "los próximos tres meses"],
    "2026-05-20..2026-11-20": [
        "in the last six months",
        "最近六个月",
        "過去6個月",
        "últimos seis meses",
        "半年来",
        "近半年",
    ],
    "2026-08-22..2026-11-20": ["over the past 90 days", "过去90天", "los últimos noventa días"],
    "2024-11-20..2026-11-20": ["the last two years", "最近两年", "近兩年", "los últimos dos años"],
    "2026-11-18..2026-11-18": [
        "the day before yesterday",
        "前天",
        "anteayer",
        "two days ago",
        "两天前",
        "hace dos días",
    ],
    "2026-11-22..2026-11-22": ["the day after tomorrow", "后天", "後天", "pasado mañana"],
    "2026-11-23..2026-11-23": ["大后天", "大後天"],
    "2026-11-02..2026-11-08": [
        "the week before last",
        "上上周",
        "上上週",
        "la semana antepasada",
        "two weeks ago",
        "两周前",
        "hace dos semanas",
    ],
    "2026-09-01..2026-09-30": ["the month before last", "上上个月", "上上個月", "hace dos meses", "two months ago"],
    "2026-11-05..2026-11-05": ["fifteen days ago", "十五天前", "hace quince días", "15 days ago"],
    "2026-05-01..2026-05-31": ["half a year ago", "半年前", "hace medio año", "six months ago", "六个月前"],
    "2024-01-01..2024-12-31": ["the year before last", "前年", "el año antepasado", "two years ago"],
    "2026-11-14..2026-11-15": ["last weekend", "上周末", "el fin de semana pasado"],
    "2026-11-21..2026-11-22": ["this weekend", "周末", "este fin de semana"],
    "2026-11-21..2026-11-30": ["the end of the month", "月底", "a finales de mes", "month-end"],
    "2026-01-01..2026-11-20": [
        "year to date",
        "YTD",
        "so far this year",
        "今年以来",
        "年初至今",
        "今年至今",
        "en lo que va de año",
        "since the beginning of the year",
    ],
    "2026-11-01..2026-11-20": ["so far this month", "本月以来", "en lo que va de mes"],
    "2026-01-01..2026-06-30": ["the first half of the year", "H1 2026", "今年上半年", "el primer semestre de este año"],
    "2025-07-01..2025-09-30": [
        "Q3 2025",
        "the third quarter of last year",
        "去年第三季度",
        "2025年三季度",
        "el tercer trimestre de 2025",
    ],
    "2026-08-20..2026-11-20": ["desde hace tres meses", "三个月来"],
    "2026-11-13..2026-11-20": ["since last Friday", "从上周五开始"],
    "2026-11-20..2026-12-11": ["within three weeks", "三周内"],
    "2026-10-01..2026-11-30": ["this month and last month", "上个月和这个月", "el mes pasado y este mes"],
    "2026-10-06..2026-11-20": ["the last forty-five days", "最近四十五天", "los últimos cuarenta y cinco días"],
}


@pytest.mark.parametrize(
    "period, question", [(period, question) for period, questions in RELATIVE.items() for question in questions]
)
def test_relative_periods(period: str, question: str) -> None:
    written = question if any("\u4e00" <= c <= "\u9fff" for c in question) else f"and {question}?"
    found = [one for one in said(written) if one == period]
    assert found == [period], said(written)


@pytest.mark.parametrize(
    "question, period",
    [
        ("2026-05-01", "2026-05-01..2026-05-01"),
        ("on 2026/5/1", "2026-05-01..2026-05-01"),
        ("5月1日的交易", "2026-05-01..2026-05-01"),
        ("2026年5月1號", "2026-05-01..2026-05-01"),
        ("二月", "2026-02-01..2026-02-28"),
        ("2028年2月", "2028-02-01..2028-02-29"),
        ("去年十二月", "2025-12-01..2025-12-31"),
        ("on May 3rd, 2026", "2026-05-03..2026-05-03"),
        ("on 3 May", "2026-05-03..2026-05-03"),
        ("in September", "2026-09-01..2026-09-30"),
        ("in September 2024", "2024-09-01..2024-09-30"),
        ("in February last year", "2025-02-01..2025-02-28"),
        ("el 3 de mayo de 2026", "2026-05-03..2026-05-03"),
        ("en septiembre", "2026-09-01..2026-09-30"),
        ("en febrero del año pasado", "2025-02-01..2025-02-28"),
        ("since March", "2026-03-01..2026-11-20"),
        ("since 2026-03-15", "2026-03-15..2026-11-20"),
        ("从三月以来", "2026-03-01..2026-11-20"),
        ("desde marzo", "2026-03-01..2026-11-20"),
        ("desde el 15 de marzo", "2026-03-15..2026-11-20"),
        ("from March to May", "2026-03-01..2026-05-31"),
        ("between 3 May and 10 June", "2026-05-03..2026-06-10"),
        ("3月到5月", "2026-03-01..2026-05-31"),
        ("entre marzo y mayo", "2026-03-01..2026-05-31"),
        ("del 3 de mayo al 10 de junio", "2026-05-03..2026-06-10"),
        ("3 to 10 June", "2026-06-03..2026-06-10"),
        ("6月3日到10日", "2026-06-03..2026-06-10"),
        ("del 3 al 10 de junio", "2026-06-03..2026-06-10"),
        ("in May and June", "2026-05-01..2026-06-30"),
        ("5月和6月", "2026-05-01..2026-06-30"),
        ("en mayo y junio", "2026-05-01..2026-06-30"),
        ("end of Q3", "2026-09-01..2026-09-30"),
        ("early May", "2026-05-01..2026-05-10"),
        ("五月中旬", "2026-05-11..2026-05-20"),
        ("a finales de mayo", "2026-05-21..2026-05-31"),
        ("on 20/11/2026", "2026-11-20..2026-11-20"),
        ("15号", "2026-11-15..2026-11-15"),
        ("el día 15", "2026-11-15..2026-11-15"),
        ("on the 15th", "2026-11-15..2026-11-15"),
        ("since Christmas", "2025-12-25..2026-11-20"),
        ("desde Navidad", "2025-12-25..2026-11-20"),
        ("国庆节以来", "2026-10-01..2026-11-20"),
        ("國慶節以來", "2026-10-01..2026-11-20"),
        ("春节以来", "2026-02-17..2026-11-20"),
        ("after Easter", "2026-04-07..2026-11-20"),
        ("last Christmas", "2025-12-25..2025-12-25"),
        ("from last Monday to today", "2026-11-16..2026-11-20"),
        ("since 2024", "2024-01-01..2026-11-20"),
    ],
)
def test_named_days_and_months(question: str, period: str) -> None:
    assert said(question, TODAY, Tendency.PAST) == [period]


@pytest.mark.parametrize(
    "question, period",
    [
        ("春节前", "2026-11-20..2027-02-05"),
        ("before Christmas", "2026-11-20..2026-12-25"),
        ("antes de Navidad", "2026-11-20..2026-12-25"),
        ("by the end of the year", "2026-11-20..2026-12-31"),
        ("年底前", "2026-11-20..2026-12-31"),
        ("antes de fin de mes", "2026-11-20..2026-11-30"),
        ("before May", "2026-11-20..2027-04-30"),
        ("by Friday", "2026-11-20..2026-11-27"),
        ("in two weeks", "2026-11-20..2026-12-04"),
        ("三天后", "2026-11-20..2026-11-23"),
    ],
)
def test_what_lies_ahead(question: str, period: str) -> None:
    assert said(question, TODAY, Tendency.FUTURE) == [period]


@pytest.mark.parametrize("question", ["until 31 December", "12月31日之前", "hasta el 31 de diciembre"])
def test_until_a_day_begins_today_or_long_ago(question: str) -> None:
    assert said(question) == ["2026-11-20..2026-12-31"]
    assert said(question, TODAY, Tendency.PAST) == ["1995-12-31..2025-12-31"]


@pytest.mark.parametrize(
    "tendency, period",
    [
        (Tendency.PAST, "2026-05-01..2026-05-31"),
        (Tendency.FUTURE, "2027-05-01..2027-05-31"),
        (Tendency.NEAREST, "2027-05-01..2027-05-31"),
    ],
)
def test_a_month_without_a_year_lies_where_the_question_looks(tendency: Tendency, period: str) -> None:
    assert said("in May", TODAY, tendency) == [period]
    assert said("5月", TODAY, tendency) == [period]
    assert said("en mayo", TODAY, tendency) == [period]


@pytest.mark.parametrize(
    "question",
    [
        "May I call her?",
        "who may sell this",
        "March on",
        "today's",
        "2026-13-01",
        "2026-02-30",
        "2月30日",
        "30 February",
        "in the next zillion days",
        "the last 99999 years",
        "12月",
    ],
)
def test_what_is_no_day_makes_no_wrong_one(question: str) -> None:
    for mention in periods(question):
        assert mention.period.start <= mention.period.end
        assert mention.period.start.year in range(2024, 2029)


@pytest.mark.parametrize(
    "question", ["May I call her?", "who may sell this", "2026-02-30", "the last zillion days", ""]
)
def test_no_period_is_read_into_other_words(question: str) -> None:
    assert said(question) == []


@given(today=DAYS)
def test_months_end_on_their_last_day_on_any_day(today: date) -> None:
    for question in ("last month", "下个月", "este mes", "in February"):
        for mention in periods(question, today):
            start, end = mention.period.start, mention.period.end
            assert start.day == 1
            assert (end + timedelta(days=1)).day == 1
            assert (start.year, start.month) == (end.year, end.month)


@given(today=DAYS)
def test_the_months_before_and_after_touch_this_one(today: date) -> None:
    (before,), (now,), (after,) = (periods(said, today) for said in ("last month", "this month", "next month"))
    assert before.period.end + timedelta(days=1) == now.period.start <= today <= now.period.end
    assert now.period.end + timedelta(days=1) == after.period.start


@given(today=DAYS)
def test_quarters_are_three_months_and_weeks_seven_days(today: date) -> None:
    for question in ("last quarter", "本季度", "próximo trimestre"):
        (quarter,) = periods(question, today)
        assert quarter.period.start.month in (1, 4, 7, 10)
        assert 90 <= (quarter.period.end - quarter.period.start).days + 1 <= 92
    for question in ("last week", "本周", "próxima semana"):
        (week,) = periods(question, today)
        assert (week.period.start.weekday(), week.period.end.weekday()) == (0, 6)


@given(
    today=DAYS,
    question=st.sampled_from([question for questions in RELATIVE.values() for question in questions]),
    tendency=st.sampled_from(Tendency),
)
def test_a_period_never_ends_before_it_starts(today: date, question: str, tendency: Tendency) -> None:
    for mention in periods(f"and {question}", today, tendency):
        assert mention.period.start <= mention.period.end


@given(today=DAYS, month=st.integers(1, 12), day=st.integers(1, 31), year=st.integers(1990, 2100))
def test_a_written_date_is_that_day_or_none(today: date, month: int, day: int, year: int) -> None:
    try:
        wanted = [date(year, month, day)]
    except ValueError:
        wanted = []
    found = [m.period.start for m in periods(f"on {year}-{month:02d}-{day:02d}", today)]
    assert found == wanted


@given(today=DAYS, day=DAYS, language=st.sampled_from(["en", "es", "zh"]), width=st.sampled_from(["medium", "long"]))
def test_a_date_as_we_print_it_is_read_back(today: date, day: date, language: str, width: str) -> None:
    printed = format_date(day, width, locale=language)  # type: ignore[arg-type]
    assert said(f"{printed}", today) == [f"{day}..{day}"]


@given(today=DAYS, unit=st.sampled_from(["week", "month", "quarter", "year"]))
def test_last_lies_before_this_and_before_last_before_that(today: date, unit: str) -> None:
    names = [f"the {unit} before last", f"last {unit}", f"this {unit}", f"next {unit}", f"the {unit} after next"]
    spans = [periods(name, today)[0].period for name in names]
    for before, after in pairwise(spans):
        assert before.end + timedelta(days=1) == after.start
    assert spans[2].start <= today <= spans[2].end


@given(
    today=st.dates(date(1950, 1, 1), date(2098, 12, 31)),
    holiday=st.sampled_from(["Christmas", "春节", "Navidad", "Easter", "国庆节", "Semana Santa", "中秋节"]),
    tendency=st.sampled_from(Tendency),
)
def test_a_holiday_is_the_one_behind_or_ahead(today: date, holiday: str, tendency: Tendency) -> None:
    (mention,) = periods(holiday, today, tendency)
    if tendency is Tendency.PAST:
        assert mention.period.start <= today
    if tendency is Tendency.FUTURE:
        assert mention.period.end >= today
    assert abs((mention.period.start - today).days) <= 400


@given(text=st.text(max_size=200), today=DAYS)
def test_no_text_is_too_strange(text: str, today: date) -> None:
    for mention in periods(text, today):
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.period.start <= mention.period.end


@given(
    words=st.lists(
        st.sampled_from(MIXED),
        max_size=12,
    ),
    today=DAYS,
)
def test_no_mixture_of_words_breaks_it(words: list[str], today: date) -> None:
    for mention in periods(" ".join(words), today):
        assert mention.period.start <= mention.period.end


@pytest.mark.parametrize(
    "question, days",
    [
        ("compare complaints in September and October", [("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31")]),
        ("这个月和上个月对比", [("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")]),
        ("este mes y el mes pasado", [("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")]),
    ],
)
def test_periods_that_are_compared_are_not_one(question: str, days: list[tuple[str, str]]) -> None:
    found = find_periods(PlainText.of(question).plain, date(2026, 11, 20), compared=True)
    assert [(str(one.period.start), str(one.period.end)) for one in found] == days
