"""What is read of campaigns in the three languages."""

from decimal import Decimal

import pytest

from assistant.understanding.campaigning import (
    amount_of,
    campaign_state_of,
    find_themes,
    frequency_of,
    held_out_of,
    method_of,
    quoted_in,
)
from assistant.understanding.text import PlainText


@pytest.mark.parametrize(
    "told, method, share",
    [
        ("20 customers, by phone, hold out a fifth", "call", Decimal(20)),
        ("an e-mail campaign, control group of 25%", "email", Decimal(25)),
        ("a salon, hold back 10 percent", "salon", Decimal(10)),
        ("电话联系，留出五分之一", "call", Decimal(20)),
        ("短信方式，其中五分之一留作对照", "sms", Decimal(20)),
        ("办讲座，留两成做对照", "lecture", Decimal(20)),
        ("por teléfono, reserva una quinta parte", "call", Decimal(20)),
        ("por correo, con un grupo de control del 20 %", "email", Decimal(20)),
        ("20 customers for the deposit", None, None),
    ],
)
def test_method_and_control(told: str, method: str | None, share: Decimal | None) -> None:
    assert (method_of(told), held_out_of(told)) == (method, share)


@pytest.mark.parametrize(
    "told, state",
    [
        ("start the campaign", "running"),
        ("结束活动", "closed"),
        ("cierra la campaña", "closed"),
        ("it cost 5,000", None),
    ],
)
def test_what_becomes_of_it(told: str, state: str | None) -> None:
    assert campaign_state_of(told) == state


def test_names_sums_and_how_often() -> None:
    assert quoted_in("a campaign called “Gold week” with 20 customers") == "Gold week"
    assert quoted_in("做一个《金秋》活动") == "金秋"
    assert quoted_in("a campaign") is None
    assert amount_of("20 customers, budget 3,000") == 3000
    assert (frequency_of("every month"), frequency_of("每周一次"), frequency_of("once")) == ("monthly", "weekly", None)


def test_themes_are_found_by_each_of_their_names() -> None:
    themes = ["Salón de inversión / Investment salon", "定期到期关怀", "M-GOLD", "Tea"]
    for question, found in (
        ("review of the investment salon", ["investment salon"]),
        ("el salon de inversion, ¿cómo va?", ["salon de inversion"]),
        ("定期到期关怀复盘", ["定期到期关怀"]),
        ("how is m-gold doing over tea?", ["m-gold"]),
    ):
        text = PlainText.of(question)
        assert [text.plain[start:end] for start, end in find_themes(text, themes)] == found
