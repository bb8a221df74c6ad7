"""What becomes of a case, what was done, and what was paid, as people tell it in three languages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.casework import Outcome, Paid, is_settled, numbers_in, outcome_of, paid_in, resolution_of


@pytest.mark.parametrize(
    "told, outcome, done, paid",
    [
        ("close it: we refunded 30", Outcome.CLOSED, "we refunded 30", Paid(Decimal(30), None)),
        ("close the case: we refunded 30 euros", Outcome.CLOSED, "we refunded 30 euros", Paid(Decimal(30), "EUR")),
        ("we refunded 30, close her complaint", Outcome.CLOSED, "we refunded 30", Paid(Decimal(30), None)),
        ("close it: we waited for papers and refunded $12.30", Outcome.CLOSED,
         "we waited for papers and refunded $12.30", Paid(Decimal("12.30"), "USD")),
        ("resolve case F-ABCD2345: we sent a new card", Outcome.RESOLVED, "we sent a new card", None),
        ("the case is solved, we refunded the fee", Outcome.RESOLVED, "we refunded the fee", None),
        ("close it", Outcome.CLOSED, None, None),
        ("reopen the case", Outcome.REOPENED, None, None),
        ("this case is complex: it takes longer", Outcome.COMPLEX, "this case is complex: it takes longer", None),
        ("put the case on hold, we wait for the customer", Outcome.WAITING,
         "put the case on hold, we wait for the customer", None),
        ("start work on the case", Outcome.IN_PROGRESS, None, None),
        ("结案：已退款30元", Outcome.CLOSED, "已退款30元", Paid(Decimal(30), "CNY")),
        ("结案：已退款三十元", Outcome.CLOSED, "已退款三十元", Paid(Decimal(30), "CNY")),
        ("我们退了1,250.50美元，把她的投诉结了", Outcome.CLOSED, "我们退了1,250.50美元",
         Paid(Decimal("1250.50"), "USD")),
        ("投诉已解决：钱已退还", Outcome.RESOLVED, "钱已退还", None),
        ("重新受理这个案件", Outcome.REOPENED, "重新受理这个案件", None),
        ("ciérralo: devolvimos 30", Outcome.CLOSED, "devolvimos 30", Paid(Decimal(30), None)),
        ("el caso está solucionado, devolvimos la comisión", Outcome.RESOLVED, "devolvimos la comisión", None),
        ("pausa el caso hasta que conteste el cliente", Outcome.WAITING, None, None),
    ],
)  # fmt: skip
def test_what_is_told_of_a_case(told: str, outcome: Outcome, done: str | None, paid: Paid | None) -> None:
    assert (outcome_of(told), resolution_of(told), paid_in(told)) == (outcome, done, paid)


@given(amount=st.decimals(Decimal("0.01"), Decimal(999_999), places=2))
def test_an_amount_is_read_as_it_is_written(amount: Decimal) -> None:
    for told in (
        f"close it: we refunded {amount} euros",
        f"结案：退款{amount}欧元",
        f"ciérralo: devolvimos {amount} euros",
    ):
        assert paid_in(told.format(amount)) == Paid(amount, "EUR")


def test_what_was_done_names_no_case_that_is_closed() -> None:
    for told, numbers in (
        ("close case F00026: it is the same matter as F00027", ["F00026"]),
        ("close it: it is the same matter as F00027", []),
        ("close this one: F00026, we refunded 30", ["F00026"]),
        ("结案：与F00027是同一件事", []),
        ("draft a reply: case F00026", ["F00026"]),
        ("we refunded 30, close case INC-7", ["INC-7"]),
    ):
        assert [number.written for number in numbers_in(told)] == numbers


def test_who_says_how_a_case_was_settled_asks_nothing() -> None:
    for told in ("the complaint is resolved: the money is back", "她的投诉解决了：贷款批下来了",
                 "su queja está resuelta: llegó la transferencia"):  # fmt: skip
        assert is_settled(told)
    for told in (
        "which complaints are closed",
        "哪些投诉已办结",
        "su queja está resuelta",
        "close friends, and others",
    ):
        assert not is_settled(told)
