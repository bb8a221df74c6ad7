"""Surveys of the last fourteen months: after a case was settled, and once in a while on the bank as a whole."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random

from pydantic.dataclasses import dataclass

from knowledge.crm.casework import Survey
from knowledge.crm.codes import Consent, SurveyKind
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.tables import Feedback

_DAYS = 420
_BETWEEN = timedelta(days=90)
"""At least so long between two invitations of a customer."""
_AFTER_CASE = timedelta(days=7)
_INVITED, _ANSWERS, _SAYS_WHY = 0.7, 0.45, 0.4
_LOWEST = {SurveyKind.SATISFACTION: 1, SurveyKind.RECOMMENDATION: 0}
_LOW, _MIDDLING = 0.5, 0.75
"""Up to so much of the scale a score is low, or middling."""
_CHANNELS = (Consent.EMAIL, Consent.SMS, Consent.PHONE)


@dataclass(frozen=True, config=STRICT)
class Said:
    low: list[str]
    middling: list[str]
    good: list[str]


@dataclass(frozen=True, config=STRICT)
class SurveyWords:
    weights: dict[SurveyKind, list[int]]
    words: dict[str, Said]


@cache
def _survey_words() -> SurveyWords:
    return read_words("surveys.yaml", SurveyWords)


def make_surveys(making: Making) -> None:
    """Invitations and the answers to nearly half of them. Nobody is asked over a channel that they did not agree to."""
    rng = making.rng("surveys")
    cases: dict[object, list[tuple[date, object]]] = {}
    for row in making.sheets.sheet(Feedback):
        if isinstance(settled := row["resolved_on"], date):
            cases.setdefault(row["customer_id"], []).append((settled + _AFTER_CASE, row["id"]))
    for client in making.clients:
        channel = next((one for one in _CHANNELS if one in client.consents), None)
        if client.planted or client.closed_on or channel is None:
            continue
        last: date | None = None
        for kind, on, case in sorted(_occasions(making, client, rng, cases.get(client.id, [])), key=lambda one: one[1]):
            if on <= making.period.as_of and (last is None or on - last >= _BETWEEN):
                _write(making, client, rng, kind, on, case, channel)
                last = on


def _occasions(
    making: Making, client: Client, rng: Random, cases: list[tuple[date, object]]
) -> Iterator[tuple[SurveyKind, date, object]]:
    for on, case in cases:
        if rng.random() < _INVITED:
            yield SurveyKind.SATISFACTION, on, case
    yield rng.choice(tuple(SurveyKind)), max(making.period.ago(rng.randint(1, _DAYS)), client.since), None


def _write(
    making: Making, client: Client, rng: Random, kind: SurveyKind, on: date, case: object, channel: Consent
) -> None:
    words = _survey_words()
    answered = on + timedelta(days=rng.randint(0, 12))
    score, comment = None, None
    if rng.random() < _ANSWERS and answered <= making.period.as_of:
        weights = words.weights[kind]
        step = rng.choices(range(len(weights)), weights)[0]
        score = _LOWEST[kind] + step
        part, said = step / (len(weights) - 1), words.words[client.language]
        texts = said.low if part <= _LOW else said.middling if part <= _MIDDLING else said.good
        comment = rng.choice(texts) if rng.random() < _SAYS_WHY else None
    making.sheets.add(
        Survey, id=making.sheets.number("V", 5), customer_id=client.id, feedback_id=case, employee_id=client.manager_id,
        kind=kind.value, invited_on=on, answered_on=answered if score is not None else None, score=score,
        comment=comment, channel=channel.value,
    )  # fmt: skip
