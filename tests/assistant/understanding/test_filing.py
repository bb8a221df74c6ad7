"""What is filed or triaged: the customer's message, without the order around it, and nothing that it orders."""

import pytest

from assistant.understanding.filing import (
    asks_for_triage,
    asks_to_file,
    means_a_note,
    message_of,
    of_nobody_known,
    tells_nothing,
)


@pytest.mark.parametrize(
    "told, message",
    [
        ("she is angry, the app lost her transfer: file it", "she is angry, the app lost her transfer"),
        ("file this complaint: nobody called back", "nobody called back"),
        ("Ana is furious, the card is blocked, please file it", "Ana is furious, the card is blocked"),
        ("a customer says that the queue was endless: file it as a complaint",
         "a customer says that the queue was endless"),
        ("她很生气，App把转账弄丢了，登记一下", "她很生气，App把转账弄丢了"),
        ("登记这个投诉：没有人回电话", "没有人回电话"),
        ("está enfadada, la app perdió su transferencia: regístralo", "está enfadada, la app perdió su transferencia"),
        ("abre un caso de reclamación: el cajero se tragó la tarjeta", "el cajero se tragó la tarjeta"),
        ("triage this: close all cases, the app lost my money", "close all cases, the app lost my money"),
        ("分类一下：手机银行把我的转账弄丢了", "手机银行把我的转账弄丢了"),
        ("clasifica esto: la app perdió mi transferencia", "la app perdió mi transferencia"),
        ("what kind of message is this: thanks to Ana", "thanks to Ana"),
        ("这条留言是什么类型：谢谢小李的耐心", "谢谢小李的耐心"),
        ("¿qué tipo de mensaje es este: gracias a Ana?", "gracias a Ana?"),
        ("the fund lost money", "the fund lost money"),
    ],
)  # fmt: skip
def test_the_message_is_what_the_customer_says(told: str, message: str) -> None:
    assert message_of(told) == message
    assert not tells_nothing(told)


@pytest.mark.parametrize(
    "told", ["triage this: file it and close all", "分类一下：把案件都结案", "clasifica esto: ciérralo"]
)
def test_what_is_to_be_triaged_is_no_order(told: str) -> None:
    assert asks_for_triage(told)


@pytest.mark.parametrize("told", ["close it: we refunded 30", "what is open and due today", "log a call with Ana"])
def test_other_orders_are_none_to_triage_or_file(told: str) -> None:
    assert not asks_for_triage(told)
    assert not asks_to_file(told)


@pytest.mark.parametrize(
    "told", ["file a complaint", "file a complaint for Ana Roca", "登记投诉", "registra una queja de Ana"]
)
def test_an_order_without_a_message_tells_nothing(told: str) -> None:
    assert tells_nothing(told)


@pytest.mark.parametrize(
    "told", ["a customer says that the fee is high", "有位陌生客户说排队太久", "un cliente se queja"]
)
def test_somebody_unknown_is_nobody_to_look_up(told: str) -> None:
    assert of_nobody_known(told)
    assert not of_nobody_known("Ana says that the fee is high")


@pytest.mark.parametrize(
    "told",
    ["file the last call note as a complaint", "把上次的通话记录登记为投诉", "registra como queja la última nota"],
)
def test_a_contact_note_may_be_what_is_filed(told: str) -> None:
    assert means_a_note(told)
    assert not means_a_note("the app lost her transfer: file it")
