"""What is promised for a day to come, and that a deposit ends, in three languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.promises import LONGEST_PROMISE, day_told, promise_of, tells_of_maturity
from assistant.understanding.telling import Step

TODAY = date(2026, 11, 20)  # a Friday
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "told, promise",
    [
        ("I called her, she will bring 2 million on Monday", Step("she will bring 2 million on Monday", MONDAY)),
        ("Called him; he'll send 1.5 million on Monday.", Step("he'll send 1.5 million on Monday", MONDAY)),
        ("they want 2,000,000, they are going to sign on Monday", Step("they are going to sign on Monday", MONDAY)),
        ("我给她打了电话，她下周一会带200万过来", Step("她下周一会带200万过来", MONDAY)),
        ("刚通完电话，她很满意。下周一转入50万", Step("下周一转入50万", MONDAY)),
        ("la llamé, traerá 2 millones el lunes", Step("traerá 2 millones el lunes", MONDAY)),
        ("hablé con él y va a transferir 1.5 millones el lunes", Step("va a transferir 1.5 millones el lunes", MONDAY)),
        ("I called her on Monday, she is pleased", None),
        ("she will think about it", None),
        ("I called her yesterday, she will decide", None),
        ("昨天给她打了电话，她会考虑", None),
        ("la llamé ayer, lo pensará", None),
    ],
)  # fmt: skip
def test_a_promise_has_a_day_to_come(told: str, promise: Step | None) -> None:
    assert promise_of(told, TODAY) == promise


def test_the_day_of_the_contact_is_not_the_day_of_the_promise() -> None:
    told = "I called her, she will bring 2 million on Monday"
    assert day_told(told, promise_of(told, TODAY), TODAY) == TODAY
    told = "I called her on Wednesday, she will bring 2 million on Monday"
    assert day_told(told, promise_of(told, TODAY), TODAY) == date(2026, 11, 18)


@given(st.text(max_size=300))
def test_any_words_are_read(told: str) -> None:
    promise = promise_of(told, TODAY)
    assert promise is None or (promise.on is not None and promise.on > TODAY and len(promise.words) <= LONGEST_PROMISE)
    assert day_told(told, promise, TODAY) <= TODAY


@pytest.mark.parametrize(
    "told, ends",
    [
        ("remind me that his deposit ends in August", True),
        ("remind me when the term deposit of Ana matures", True),
        ("remind me to call her about the fund before the month ends", False),
        ("remind me to call her about her deposit", False),
        ("提醒我他的存款八月到期", True),
        ("她有一笔30万元定期下个月到期，提醒我", True),
        ("提醒我周五给她打电话谈存款", False),
        ("recuérdame que su depósito vence en agosto", True),
        ("recuérdame llamarla por el depósito", False),
    ],
)
def test_that_a_deposit_ends(told: str, ends: bool) -> None:
    assert tells_of_maturity(told) is ends
