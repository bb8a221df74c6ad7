"""Numbers of cases in any form, and what looks like one and is none."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.case_numbers import case_numbers

CERTAIN = {
    "起草对F00026号案件的答复": ["F00026"],
    "close case F00026 and f-abcd2345, not WF00026": ["F00026", "f-abcd2345"],
    "reply to F-ABCDEFGH": ["F-ABCDEFGH"],
    "close case 2026-00123: done": ["2026-00123"],
    "draft a reply to complaint KF-88/2026.": ["KF-88/2026"],
    "what about ticket INC0012345?": ["INC0012345"],
    "close case number 12345: done": ["12345"],
    "case no. 77, what is its state": ["77"],
    "办结投诉编号2026-00123": ["2026-00123"],
    "12345号投诉办到哪了": ["12345"],
    "投诉编号：12345": ["12345"],
    "cierra el caso KF-88/2026: listo": ["KF-88/2026"],
    "¿en qué está la reclamación n.º 4711?": ["4711"],
    "el número de caso es 4711": ["4711"],
}
TRIED = {
    "close INC0012345: we refunded 30": ["INC0012345"],
    "close case 12345": ["12345"],
    "close her complaint 2026-11-20: done": ["2026-11-20"],
    "the P-TD12 of C000004": ["P-TD12", "C000004"],
    "llame al 600-111-222": ["600-111-222"],
}


@pytest.mark.parametrize("told, numbers", CERTAIN.items())
def test_what_is_said_to_be_the_number_of_a_case(told: str, numbers: list[str]) -> None:
    assert [number.written for number in case_numbers(told) if number.certain] == numbers


@pytest.mark.parametrize("told, numbers", TRIED.items())
def test_what_is_one_only_if_there_is_such_a_case(told: str, numbers: list[str]) -> None:
    found = case_numbers(told)
    assert [number.written for number in found] == numbers
    assert not any(number.certain for number in found)
    assert [told[number.start : number.end] for number in found] == numbers


@given(
    st.sampled_from(["close it: we refunded {} euros", "complaints of {}", "we paid her {}, 结案", "投诉{}年有多少",
                     "llame al {} y ciérralo", "why did complaints rise by {}%", "call {} about it", "closed in {}"]),
    st.one_of(
        st.integers(1, 10**11).map(str),
        st.decimals(Decimal("0.01"), Decimal(999_999), places=2).map(lambda amount: f"{amount:,}"),
        st.dates(date(1990, 1, 1), date(2030, 1, 1)).map(lambda day: str(day.year)),
    ),
)  # fmt: skip
def test_years_amounts_and_phone_numbers_are_none(told: str, number: str) -> None:
    assert not any(found.certain for found in case_numbers(told.format(number)))
    if not told.startswith("投诉"):
        assert case_numbers(told.format(number)) == []
