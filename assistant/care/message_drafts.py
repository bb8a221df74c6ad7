"""Drafts of messages to customers: how they are addressed, on which channel, in which words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.care.signals.ground import CALLED
from assistant.understanding.drafting import Occasion
from knowledge.crm.codes import Consent, CustomerKind, Tier
from knowledge.crm.tables import Customer
from prompts import LANGUAGES, message_words, salutation

BRIEF_POINTS = 3
"""Points of a brief script: who calls, what about, the one question."""


@dataclass(frozen=True)
class Draft:
    """What is to be approved. Only e-mails have a subject."""

    subject: str | None
    text: str


def language_for(customer: Customer, wanted: str | None) -> str:
    """The language that was asked for, else the customer's own, else Chinese, in which the bank writes."""
    return next((code for code in (wanted, customer.language) if code in LANGUAGES), "zh")


def channel_for(customer: Customer, occasion: Occasion, wanted: Consent | None) -> Consent | None:
    """The channel that was asked for, if the customer agreed to it; else the first of the usual ones that they did.

    Gold and above are called on their birthday, maturities are calls, private and platinum customers are invited by
    voice (contact limits, clause 5.2; key customer care, clauses 3.4 and 4.2).
    """
    if wanted:
        return wanted if wanted in customer.consents else None
    return next((one for one in _usual(customer, occasion) if one in customer.consents), None)


def compose(
    occasion: Occasion,
    channel: Consent,
    language: str,
    customer: Customer,
    values: Mapping[str, str],
    *,
    brief: bool = False,
) -> Draft:
    """The draft in that language. `values` are what the occasion's words need besides the address. A brief e-mail says
    what a text message says, and a brief script of a call is its first points."""
    said = {**values, "salutation": salutation_of(customer, language)}
    parts = message_words(occasion, channel, language, said)
    if brief and channel == Consent.EMAIL:
        return Draft(parts.get("subject"), message_words(occasion, Consent.SMS, language, said)["text"])
    if brief and channel == Consent.PHONE:
        return Draft(parts.get("subject"), "\n".join(parts["text"].splitlines()[:BRIEF_POINTS]))
    return Draft(parts.get("subject"), parts["text"])


def salutation_of(customer: Customer, language: str) -> str:
    """How the customer is addressed in that language."""
    return salutation(language, _sex(customer), _addressed(customer, language))


def _usual(customer: Customer, occasion: Occasion) -> Sequence[Consent]:
    voice = (Consent.PHONE, Consent.EMAIL, Consent.SMS)
    message = (Consent.SMS, Consent.EMAIL, Consent.PHONE)
    tier = Tier(customer.tier or Tier.STANDARD)
    match occasion:
        case Occasion.BIRTHDAY:
            return voice if tier in CALLED else message
        case Occasion.MATURITY:
            return voice
        case Occasion.INVITATION:
            return voice if tier in (Tier.PLATINUM, Tier.PRIVATE) else (Consent.EMAIL, Consent.SMS, Consent.PHONE)
        case Occasion.HOLIDAY:
            return message


def _addressed(customer: Customer, language: str) -> str:
    """Who is written to: the person, or the company's contact, in a script that the language is read in."""
    if customer.kind != CustomerKind.PERSON:
        return customer.key_contact or customer.name
    return customer.name if language == "zh" else customer.name_latin or customer.name


def _sex(customer: Customer) -> str:
    return customer.sex or "" if customer.kind == CustomerKind.PERSON else ""
