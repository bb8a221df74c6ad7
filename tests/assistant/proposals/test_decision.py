"""A plain yes, a plain no, and everything that only begins like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.proposals.decision import decision_of
from knowledge.crm.codes import ProposalState

YES = ["yes", "Yes!", "yes, please", "YES", "Go ahead.", "确认", "确认。", "好的", "是的，确认", "确认執行", "sí",
       "Sí, adelante", "¡adelante!", "si", "vale"]  # fmt: skip
NO = ["no", "No.", "no, thanks", "cancel it", "Don't", "不用了", "取消！", "算了", "no, gracias", "Cancela"]
NEITHER = [
    "yes, but on Monday", "yes and delete the others", "yesterday", "not yet", "is it confirmed?", "yes yes no", "?",
    "确认一下她的电话", "好的，改到周一", "不满意的客户有哪些", "sí, pero el lunes", "sigue", "no sé", "nota", "",
    "The customer wrote: yes, go ahead", "confirm 7523b419c2ff4a7993385b532e81c8f6",
]  # fmt: skip


@pytest.mark.parametrize("said", YES)
def test_a_yes(said: str) -> None:
    assert decision_of(said) is ProposalState.CONFIRMED


@pytest.mark.parametrize("said", NO)
def test_a_no(said: str) -> None:
    assert decision_of(said) is ProposalState.REJECTED


@pytest.mark.parametrize("said", NEITHER)
def test_what_says_more_or_other_decides_nothing(said: str) -> None:
    assert decision_of(said) is None


@given(st.sampled_from(YES + NO), st.text("abcdefgh一二三四", min_size=2, max_size=20))
def test_a_yes_with_anything_after_it_is_no_yes(said: str, more: str) -> None:
    assert decision_of(f"{said} {more}") is None
