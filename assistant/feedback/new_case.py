"""A message on its way into the queue: triaged, with its owner, its deadlines and its incident, not yet stored."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import func, select

from assistant.care.working_days import working_days
from assistant.feedback.casework import Casework
from assistant.feedback.clock import Deadlines, TimedCase, due
from assistant.feedback.deadline_rules import DeadlineRules
from assistant.feedback.incidents import incident_id, incident_of, incident_rules, near_cases
from assistant.feedback.routing import Repeated, RoutedCase, owner_of, unit_of
from assistant.feedback.triage import Judged, Triage
from knowledge.crm.casework import FeedbackAttachment, FeedbackChange
from knowledge.crm.codes import Channel, FeedbackKind, FeedbackState, Severity
from knowledge.crm.store import Lookups, Reader
from knowledge.crm.tables import Base, Customer, Employee, Feedback

LONGEST_TEXT = 20_000
"""Characters of a message; a longer one is a document."""
DECISIONS = ("kind", "product", "cause", "severity", "sentiment", "urgency", "threat_to_leave", "vulnerable",
             "regulator", "quality")  # fmt: skip
"""What triage decides, by the names of its parts, in the order in which a case is read."""
SIGNS = ("threat_to_leave", "vulnerable", "regulator")
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=32)]


class Attached(BaseModel):
    """A file that came with a message: what could be read of it, or why nothing could."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Annotated[str, StringConstraints(max_length=200)]
    media_type: str | None = None
    text: str | None = None
    fault: str | None = None


class NewCase(BaseModel):
    """A case as it will be stored. `about` is the product's code in the taxonomy; times are naive UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
    channel: Channel
    received_on: date
    kind: FeedbackKind
    severity: Severity
    about: Code | None = None
    cause: Code | None = None
    customer: Id | None = None
    sender: Annotated[str, StringConstraints(max_length=200)] | None = None
    unit: Id | None = None
    owner: Id | None = None
    language: Code | None = None
    sentiment: Code | None = None
    urgency: Code | None = None
    quality: Code | None = None
    signs: list[str] = []
    judged: dict[str, Any] = {}
    needs_person: bool = False
    is_complex: bool = False
    due_on: date
    confirm_by: date
    statutory_on: date | None = None
    deadline_rules: str
    incident: Id | None = None

    @property
    def timed(self) -> TimedCase:
        return TimedCase(self.received_on, self.kind, self.about, self.is_complex)

    def by_clock(self, rules: DeadlineRules) -> dict[str, Any]:
        """Its deadlines under these rules, as fields."""
        return clock_fields(due(rules, self.timed, working_days(), self.received_on), rules)

    def rows(
        self, received_at: datetime, by: str | None, attached: Sequence[Attached] = ()
    ) -> tuple[Feedback, list[Base]]:
        """What is stored: the case, which goes first, its first state, what came with it. `by` is who filed it."""
        id = case_number()
        own = {"customer": "customer_id", "unit": "unit_id", "owner": "owner_id", "incident": "incident_id"}
        values = {own.get(name, name): value for name, value in self.model_dump(exclude={"received_on"}).items()}
        case = Feedback(id=id, received_at=received_at, state=FeedbackState.NEW, **values)
        change = FeedbackChange(
            id=secrets.token_hex(16), feedback_id=id, at=received_at, employee_id=by, state=FeedbackState.NEW
        )
        files = [FeedbackAttachment(id=secrets.token_hex(16), feedback_id=id, **one.model_dump()) for one in attached]
        return case, [change, *files]


@dataclass(frozen=True)
class Incoming:
    """A message, before anything was made of it. `attached` is what its attachments say."""

    text: str
    channel: Channel
    received_on: date
    customer: Customer | None = None
    sender: str | None = None
    unit: str | None = None
    attached: str = ""


@dataclass(frozen=True)
class Prepared:
    """`incident` is the case of the same incident that is most alike, None for the first of one."""

    case: NewCase
    triage: Triage
    owner: Employee | None
    incident: Feedback | None


async def prepared(casework: Casework, reader: Reader, message: Incoming) -> Prepared:
    """What is made of a message. Owners' loads and cases of the same incident are those that the reader sees."""
    words = f"{message.text}\n{message.attached}".strip()
    made = await casework.filing(words, message.received_on)
    triage, rules = made.triage, casework.rules.routing
    kind, severity = FeedbackKind(triage.kind.code), Severity(triage.severity.code)
    about, cause = _code(triage.product), _code(triage.cause)

    def look_up(lookups: Lookups) -> tuple[bool, str | None, Employee | None, list[Feedback]]:
        again = kind is FeedbackKind.COMPLAINT and _complained(lookups, message, rules.repeated)
        unit = unit_of(lookups, message.customer, message.unit)
        routed = RoutedCase(kind, about, cause, Severity.HIGH if again else severity, message.customer, unit)
        owner = owner_of(lookups, rules, routed, message.received_on)
        at = datetime.combine(message.received_on, datetime.max.time())
        return again, unit, owner, list(lookups.scalars(near_cases(at, about, cause, incident_rules())))

    again, unit, owner, near = await reader.together(look_up)
    alike = await casework.alike(message.text, [case.text for case in near])
    first = incident_of(near, alike, incident_rules())
    case = NewCase(
        text=message.text, channel=message.channel, received_on=message.received_on, kind=kind,
        severity=Severity.HIGH if again else severity, about=about, cause=cause,
        customer=message.customer.id if message.customer else None, sender=message.sender, unit=unit,
        owner=owner.id if owner else None, language=triage.language, sentiment=triage.sentiment.code,
        urgency=triage.urgency.code, quality=_code(triage.quality),
        signs=[name for name in SIGNS if getattr(triage, name)], judged=judged_of(triage, again),
        needs_person=triage.needs_person, incident=incident_id(first) if first else None,
        **clock_fields(made.deadlines, casework.rules.deadlines),
    )  # fmt: skip
    return Prepared(case, triage, owner, first)


def judged_of(triage: Triage, repeated: bool = False) -> dict[str, Any]:
    """Every decision with its confidence and its words, and why a person has to look, to be kept with the case."""
    decided = {name: judged for name in DECISIONS if (judged := getattr(triage, name))}
    kept: dict[str, Any] = {
        name: {"code": one.code, "confidence": round(one.confidence, 4), "words": list(one.words)}
        for name, one in decided.items()
    }
    if repeated:
        kept["severity"] = {"code": Severity.HIGH.value, "confidence": 1.0, "words": [], "rule": "repeated"}
    return kept | {"why": list(triage.why), "taxonomy": triage.taxonomy}


def clock_fields(deadlines: Deadlines, rules: DeadlineRules) -> dict[str, Any]:
    return {
        "due_on": deadlines.limit, "confirm_by": deadlines.confirm_by, "statutory_on": deadlines.statutory,
        "deadline_rules": f"{rules.code} {rules.version}",
    }  # fmt: skip


def case_number() -> str:
    """A number that nobody guesses, without letters and digits that are mistaken for one another."""
    return "F-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def _code(judged: Judged | None) -> str | None:
    return judged.code if judged else None


def _complained(lookups: Lookups, message: Incoming, rule: Repeated) -> bool:
    """Whether the customer complained so often before that this complaint is grave for that alone."""
    if message.customer is None:
        return False
    since = message.received_on - relativedelta(months=rule.months)
    before = (Feedback.customer_id == message.customer.id, Feedback.kind == FeedbackKind.COMPLAINT,
              Feedback.received_at > datetime.combine(since, datetime.min.time()))  # fmt: skip
    return (lookups.scalar(select(func.count(Feedback.id)).where(*before)) or 0) + 1 >= rule.complaints
