"""Complaints, suggestions, praise, questions and requests from any channel, open and resolved."""

from datetime import date, datetime, time, timedelta
from functools import cache

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import Channel, FeedbackCause, FeedbackKind, FeedbackState, Severity
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.organisation import organisation
from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.tables import Feedback

_COUNT = 280
_ANONYMOUS = 0.08
_CHANNELS = (Channel.APP, Channel.HOTLINE, Channel.WEB, Channel.EMAIL, Channel.BRANCH, Channel.CHAT)
_OPEN_STATES = (FeedbackState.NEW, FeedbackState.IN_PROGRESS, FeedbackState.WAITING)


@dataclass(frozen=True, config=STRICT)
class FeedbackText:
    """What a customer may write, in three languages."""

    cause: FeedbackCause
    kind: FeedbackKind
    severity: list[Severity]
    words: dict[str, str]


@dataclass(frozen=True, config=STRICT)
class FeedbackWords:
    texts: list[FeedbackText]
    resolutions: dict[str, list[str]]
    response_days: dict[FeedbackKind, int]


@cache
def feedback_words() -> FeedbackWords:
    return read_words("feedback.yaml", FeedbackWords)


def make_feedback(making: Making) -> None:
    """Feedback of the last fourteen months; what is older than a month is nearly all resolved."""
    rng, words = making.rng("feedback"), feedback_words()
    active = [client for client in making.clients if not client.closed_on and not client.planted]
    for _ in range(_COUNT):
        client, text = rng.choice(active), rng.choice(words.texts)
        days_ago = int(rng.triangular(1, 420, 1))
        open_still = rng.random() < (0.8 if days_ago < 20 else 0.35 if days_ago < 50 else 0.03)
        settled_in = min(days_ago, rng.randint(0, 2 * words.response_days[text.kind]))
        write_feedback(
            making, client, text, text.words[client.language],
            making.period.ago(days_ago), rng.choice(_CHANNELS),
            rng.choice(_OPEN_STATES) if open_still else FeedbackState.RESOLVED,
            resolved_on=None if open_still else making.period.ago(days_ago - settled_in),
            resolution=None if open_still else rng.choice(words.resolutions[client.language]),
            named=rng.random() > _ANONYMOUS,
        )  # fmt: skip


def write_feedback(
    making: Making, client: Client, about: FeedbackText, text: str, received_on: date, channel: Channel,
    state: FeedbackState, *, resolved_on: date | None = None, resolution: str | None = None,
    product_id: str | None = None, named: bool = True,
) -> None:  # fmt: skip
    """One piece of feedback, with the customer unless it came without a name."""
    rng = client.rng
    desk = organisation().service_desk(client.branch_id)
    unrouted = state is FeedbackState.NEW and rng.random() < 0.5
    making.sheets.add(
        Feedback, id=making.sheets.number("F", 5), customer_id=client.id if named else None, unit_id=client.branch_id,
        owner_id=None if unrouted else rng.choice((client.manager_id or desk, desk)) if named else desk,
        product_id=product_id, received_at=datetime.combine(received_on, time(rng.randint(0, 9), rng.randrange(60))),
        channel=channel.value, kind=about.kind.value, cause=about.cause.value,
        severity=rng.choice(about.severity).value, text=text, language=client.language, state=state.value,
        due_on=received_on + timedelta(days=feedback_words().response_days[about.kind]), resolution=resolution,
        resolved_on=resolved_on,
    )  # fmt: skip
