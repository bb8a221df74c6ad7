"""Drafts of messages: read from the words, held to consents, in the customer's language, complete in all of them."""

import re
from datetime import date
from itertools import product

import pytest

from assistant.care.message_drafts import channel_for, compose, language_for
from assistant.care.working_days import working_days
from assistant.understanding.drafting import Occasion, channel_wanted, event_of, language_wanted, occasion_of
from knowledge.crm.codes import Consent
from knowledge.crm.tables import Customer
from prompts import LANGUAGES, word

PHONE, SMS, EMAIL = Consent.PHONE, Consent.SMS, Consent.EMAIL


def somebody(**fields: object) -> Customer:
    given = {"kind": "person", "name": "张丽", "name_latin": "Zhang Li", "sex": "F", "language": "zh", "tier": "gold",
             "consents": ["phone", "sms", "email"], **fields}  # fmt: skip
    return Customer(id="C1", **given)


@pytest.mark.parametrize(
    "told, occasion, channel, language",
    [
        ("draft a birthday text for {customer}", Occasion.BIRTHDAY, SMS, None),
        ("write her an e-mail inviting her to the salon, in Spanish", Occasion.INVITATION, EMAIL, "es"),
        ("phone script: his deposit ends in August", Occasion.MATURITY, PHONE, None),
        ("Christmas greetings for James", Occasion.HOLIDAY, None, None),
        ("给张丽起草一条生日短信", Occasion.BIRTHDAY, SMS, None),
        ("用英文写邮件邀请她参加沙龙", Occasion.INVITATION, EMAIL, "en"),
        ("存款到期的电话话术", Occasion.MATURITY, PHONE, None),
        ("给他写个春节祝福", Occasion.HOLIDAY, None, None),
        ("redacta un correo de cumpleaños en inglés", Occasion.BIRTHDAY, EMAIL, "en"),
        ("un SMS: vence su depósito", Occasion.MATURITY, SMS, None),
        ("invítala a la exposición", Occasion.INVITATION, None, None),
        ("write something", None, None, None),
    ],
)
def test_what_is_wanted_is_read_from_the_words(
    told: str, occasion: Occasion | None, channel: Consent | None, language: str | None
) -> None:
    assert (occasion_of(told), channel_wanted(told), language_wanted(told)) == (occasion, channel, language)


def test_congratulations_for_a_feast_are_no_birthday() -> None:
    assert occasion_of("felicitación de Navidad para Ana") is Occasion.HOLIDAY
    assert occasion_of("felicita a Ana por su cumpleaños") is Occasion.BIRTHDAY


@pytest.mark.parametrize(
    "told, event",
    [
        ("invite her to the precious metals exhibition, by e-mail", "the precious metals exhibition"),
        ("邀请张丽参加贵金属展示会的短信", "贵金属展示会"),
        ("invítala a la exposición de metales", "la exposición de metales"),
        ("invite her to the wine tasting on Saturday, by e-mail", "the wine tasting"),
        ("draft an invitation", None),
    ],
)
def test_the_event_is_named_as_the_asker_named_it(told: str, event: str | None) -> None:
    assert event_of(told, date(2026, 11, 20)) == event


@pytest.mark.parametrize("occasion", Occasion)
def test_no_channel_without_consent(occasion: Occasion) -> None:
    for consents in ([], ["email"], ["sms"], ["phone"], ["sms", "email"]):
        customer = somebody(consents=consents)
        for wanted in (None, *Consent):
            channel = channel_for(customer, occasion, wanted)
            assert channel is None or channel in consents
            assert wanted is None or channel in (wanted, None)


def test_the_usual_channel_follows_tier_and_occasion() -> None:
    assert channel_for(somebody(), Occasion.BIRTHDAY, None) is PHONE
    assert channel_for(somebody(tier="silver"), Occasion.BIRTHDAY, None) is SMS
    assert channel_for(somebody(tier=None), Occasion.MATURITY, None) is PHONE
    assert channel_for(somebody(tier="private"), Occasion.INVITATION, None) is PHONE
    assert channel_for(somebody(), Occasion.INVITATION, None) is EMAIL


def test_the_language_is_the_customers_unless_another_is_asked_for() -> None:
    assert [language_for(somebody(language=own), None) for own in ("es", "fr", None)] == ["es", "zh", "zh"]
    assert language_for(somebody(), "en") == "en"


VALUES = {"manager": "Ana", "product": "PRODUCT", "day": "DAY", "amount": "AMOUNT", "holiday": "HOLIDAY",
          "event": "EVENT", "when": ""}  # fmt: skip


@pytest.mark.parametrize("occasion, channel, language", [*product(Occasion, Consent, LANGUAGES)])
def test_every_draft_is_written_in_every_language(occasion: Occasion, channel: Consent, language: str) -> None:
    draft = compose(occasion, channel, language, somebody(), VALUES)
    assert "Ana" in draft.text
    assert ("张丽" if language == "zh" else "Zhang Li") in draft.text
    assert (draft.subject is not None) == (channel is EMAIL)
    assert not re.search(r"[{}]|R\d|%", draft.text)
    # A text message may be read by others than the customer: no amount.
    assert ("AMOUNT" in draft.text) == (occasion is Occasion.MATURITY and channel is PHONE)
    offers = ("PRODUCT" in draft.text, occasion is Occasion.MATURITY)
    assert offers[0] == offers[1]


def test_nobody_is_addressed_by_a_sex_that_is_not_known() -> None:
    text = compose(Occasion.BIRTHDAY, EMAIL, "en", somebody(sex=None), VALUES).text
    assert text.startswith("Dear Zhang Li")
    company = somebody(kind="company", name="Acme", name_latin=None, key_contact="Bo Li", sex=None)
    assert compose(Occasion.HOLIDAY, EMAIL, "en", company, VALUES).text.startswith("Dear Bo Li")


def test_every_holiday_that_is_greeted_has_its_name() -> None:
    for name, holiday in working_days().holidays.items():
        if holiday.greet:
            assert all(word("holiday", name, language) != name.replace("_", " ") for language in LANGUAGES)
