"""Numerals as people write them, each read back from how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.cues import all_cues
from assistant.understanding.numerals import han_number, number_of, spelled

ENGLISH, CHINESE, SPANISH = all_cues()
EN_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
EN_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ES_ONES = [
    "cero",
    "un",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiun",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
ES_TENS = ["_", "_", "_", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
ES_HUNDREDS = [
    "_",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]
HAN = "零一二三四五六七八九"


def english(number: int) -> str:
    if number < 20:
        return EN_ONES[number]
    if number < 100:
        return EN_TENS[number // 10] + (f"-{EN_ONES[number % 10]}" if number % 10 else "")
    for scale, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            head, rest = divmod(number, scale)
            joint = " and " if rest and rest < 100 else " "
            return f"{english(head)} {name}" + (joint + english(rest) if rest else "")
    raise AssertionError


def spanish(number: int) -> str:
    if number < 30:
        return ES_ONES[number]
    if number < 100:
        return ES_TENS[number // 10] + (f" y {ES_ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        return "cien" if number == 100 else ES_HUNDREDS[number // 100] + _rest(number % 100)
    if number < 10**6:
        return ("" if number < 2000 else spanish(number // 1000) + " ") + "mil" + _rest(number % 1000)
    head = "un millon" if number < 2 * 10**6 else f"{spanish(number // 10**6)} millones"
    return head + _rest(number % 10**6)


def _rest(number: int) -> str:
    return f" {spanish(number)}" if number else ""


def chinese(number: int) -> str:
    for scale, name in ((10**8, "亿"), (10**4, "万")):
        if number >= scale:
            head, rest = divmod(number, scale)
            gap = "零" if rest and rest < scale // 10 else ""
            return chinese(head) + name + gap + (chinese(rest) if rest else "")
    said, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            said += ("零" if gap and said else "") + HAN[digit] + name
        gap = digit == 0
    return said


@given(st.integers(1, 999_999_999_999))
def test_english_numerals_are_read_back(number: int) -> None:
    assert number_of(english(number), ENGLISH) == number


@given(st.integers(1, 999_999_999))
def test_spanish_numerals_are_read_back(number: int) -> None:
    assert number_of(spanish(number), SPANISH) == number


@given(st.integers(1, 999_999_999_999))
def test_chinese_numerals_are_read_back(number: int) -> None:
    assert han_number(chinese(number)) == number


@pytest.mark.parametrize(
    "written, number",
    [
        ("一千五", 1500), ("三万五", 35_000), ("两百三", 230), ("两百三十万", 2_300_000), ("一亿二", 120_000_000),
        ("十五", 15), ("二十", 20), ("〇", 0), ("二〇二六", 2026), ("壹佰", 100), ("三万零五", 30_005),
    ],
)  # fmt: skip
def test_chinese_numerals_as_they_are_said(written: str, number: int) -> None:
    assert han_number(written) == number


@pytest.mark.parametrize("written", ["万一", "千万", "百", "万", "二三十", "十百", "", "三千两万千", "万亿"])
def test_what_is_no_chinese_numeral_is_none(written: str) -> None:
    assert han_number(written) is None


@pytest.mark.parametrize(
    "written, number",
    [
        ("half a million", 500_000), ("a million and a half", 1_500_000), ("two and a half million", 2_500_000),
        ("a couple of hundred thousand", 200_000), ("fifty five hundred", 5500), ("a dozen", 12),
    ],
)  # fmt: skip
def test_english_numerals_as_they_are_said(written: str, number: int) -> None:
    assert spelled(written.split(), ENGLISH) == number


@pytest.mark.parametrize(
    "written, number",
    [
        ("medio millon", 500_000), ("dos millones y medio", 2_500_000), ("millon y medio", 1_500_000),
        ("un par de miles", 2_000), ("mil millones", 10**9), ("quince", 15),
    ],
)  # fmt: skip
def test_spanish_numerals_as_they_are_said(written: str, number: int) -> None:
    assert spelled(written.split(), SPANISH) == number


@pytest.mark.parametrize("words", ["and", "twenty thirty", "loans", "ninety ten", "two of", "thousand thousand"])
def test_words_that_spell_no_number_are_none(words: str) -> None:
    assert spelled(words.split(), ENGLISH) is None


@given(st.text(max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    for cues in all_cues():
        number = number_of(text, cues)
        assert number is None or number >= 0
