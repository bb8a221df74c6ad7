"""Messages to customers that ask how they rate us or how a case was handled: over which channel, in which words."""

from assistant.care.message_drafts import Draft, language_for, salutation_of
from knowledge.crm.codes import Consent, SurveyKind
from knowledge.crm.tables import Customer
from prompts import message_words

OCCASION = "satisfaction"
OCCASIONS = {SurveyKind.SATISFACTION: "rating", SurveyKind.RECOMMENDATION: "recommendation"}
"""What a message is called that asks about the bank as a whole."""
USUAL = (Consent.EMAIL, Consent.SMS, Consent.PHONE)


def channel_of_consents(customer: Customer) -> Consent | None:
    """The first of the usual channels that the customer agreed to."""
    return next((one for one in USUAL if one in customer.consents), None)


def rating_draft(customer: Customer, channel: Consent, kind: SurveyKind, language: str, manager: str) -> Draft:
    """How they rate the bank as a whole, or whether they would recommend it."""
    values = {"salutation": salutation_of(customer, language), "manager": manager}
    parts = message_words(OCCASIONS[kind], channel, language, values)
    return Draft(parts.get("subject"), parts["text"])


def satisfaction_draft(customer: Customer, channel: Consent, case: str, manager: str) -> Draft:
    """How satisfied they are with how a case was handled, asked in their language."""
    language = language_for(customer, None)
    values = {"salutation": salutation_of(customer, language), "case": case, "manager": manager}
    parts = message_words(OCCASION, channel, language, values)
    return Draft(parts.get("subject"), parts["text"])
