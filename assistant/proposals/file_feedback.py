"""A customer's message, put into the queue of feedback as triage sees it and as the person who confirms corrects it."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import BadChange
from assistant.feedback.case_rules import CaseRules
from assistant.feedback.new_case import Code, Id, NewCase
from assistant.feedback.routing import RoutedCase, owner_of, unit_of
from assistant.feedback.taxonomy import read_taxonomy
from assistant.grounding import figures
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.codes import Channel, FeedbackKind, Severity
from knowledge.crm.store import Lookups, Reader
from knowledge.crm.tables import Customer
from prompts import proposal_words, word

NOON = time(12)
"""The time of a message of which only the day is told."""


ROUTED_BY = ("customer", "kind", "about", "cause", "severity")
"""What the owner depends on."""


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class FileFeedback(Write):
    """`case` is what is not shown and not changed; the fields beside it take its place. `because` says how sure each
    decision is and by which words, `owner_name` and `same_incident` tell what the case holds as ids."""

    kind: ClassVar[str] = "file_feedback"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("text", "text", editable=True),
        Field("customer", "line", editable=True),
        Field("sender", "line", editable=True),
        Field("feedback_kind", "code", editable=True, vocabulary="feedback_kind", codes=tuple(FeedbackKind)),
        Field("about", "code", editable=True, vocabulary="feedback_product", codes=tuple(read_taxonomy().products)),
        Field("cause", "code", editable=True, vocabulary="feedback_cause", codes=tuple(read_taxonomy().causes)),
        Field("severity", "code", editable=True, vocabulary="severity", codes=tuple(Severity)),
        Field("channel", "code", editable=True, vocabulary="channel", codes=tuple(Channel)),
        Field("received_on", "day", editable=True),
        Field("is_complex", "code", editable=True, vocabulary="yes_no", codes=tuple(YesNo)),
        Field("owner_name", "line"),
        Field("confirm_by", "day"),
        Field("due_on", "day"),
        Field("statutory_on", "day"),
        Field("same_incident", "line"),
        Field("because", "text"),
    )

    case: NewCase
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    customer: Id | None = None
    sender: Annotated[str, StringConstraints(max_length=200)] | None = None
    feedback_kind: FeedbackKind
    about: Code | None = None
    cause: Code | None = None
    severity: Severity
    channel: Channel
    received_on: date
    is_complex: YesNo = YesNo.NO
    owner_name: str | None = None
    confirm_by: date
    due_on: date
    statutory_on: date | None = None
    same_incident: str | None = None
    because: str | None = None

    @classmethod
    def of(cls, case: NewCase, owner_name: str | None, because: str, incident: str | None) -> Self:
        shown = {name: getattr(case, name) for name in ("text", "customer", "sender", "about", "cause", "severity",
                 "channel", "received_on", "confirm_by", "due_on", "statutory_on")}  # fmt: skip
        return cls(case=case, feedback_kind=case.kind, owner_name=owner_name, because=because, same_incident=incident,
                   **shown)  # fmt: skip

    def adjusted(self, rules: CaseRules) -> Self:
        """With the deadlines of what it was changed to."""
        due = self._as_filed().by_clock(rules.deadlines)
        return self.model_copy(update={name: due[name] for name in ("confirm_by", "due_on", "statutory_on")})

    async def describe(self, reader: Reader, language: str) -> str:
        """Complaint of Ana Roca (e-banking, severity high), for Li Wei to answer by Dec 5, 2026."""
        row = await reader.get(Customer, self.customer) if self.customer else None
        name = row.name if row else self.sender or proposal_words(self.kind, "unknown", language)
        values = {
            "name": name, "kind": word("feedback_kind", self.feedback_kind, language),
            "about": word("feedback_product", self.about or "unknown", language),
            "severity": word("severity", self.severity, language),
            "owner": self.owner_name or proposal_words(self.kind, "nobody", language),
            "day": figures.day(self.due_on, language),
        }  # fmt: skip
        part = "summary_doubtful" if self.case.needs_person else "summary"
        return proposal_words(self.kind, part, language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, and BadChange for a day that has not come."""
        if self.customer:
            await context.customer(session, self.customer)
        if self.received_on > context.today:
            raise BadChange(field="received_on", reason=f"{self.received_on} has not come yet")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        case = self._as_filed()
        case = case.model_copy(update=case.by_clock(context.case_rules.deadlines))
        if any(getattr(case, name) != getattr(self.case, name) for name in ROUTED_BY):
            case = await session.run_sync(lambda own: _routed_anew(Lookups(own), case, context))
        at = context.now if self.received_on == context.today else datetime.combine(self.received_on, NOON)
        filed, with_it = case.rows(at, context.employee_id)
        session.add(filed)
        await session.flush()
        session.add_all(with_it)
        return {"feedback": filed.id}

    def _as_filed(self) -> NewCase:
        """The case with what the person made of it, and a note of what they corrected."""
        decided = {"kind": self.feedback_kind, "product": self.about, "cause": self.cause, "severity": self.severity}
        judged: dict[str, Any] = dict(self.case.judged)
        for name, code in decided.items():
            before = judged.get(name)
            if (before or {}).get("code") != code:
                judged[name] = {**(before or {}), "corrected": code}
        corrected = any("corrected" in one for one in judged.values() if isinstance(one, dict))
        return self.case.model_copy(
            update={
                "text": self.text, "customer": self.customer, "sender": self.sender, "kind": self.feedback_kind,
                "about": self.about, "cause": self.cause, "severity": self.severity, "channel": self.channel,
                "received_on": self.received_on, "is_complex": self.is_complex is YesNo.YES, "judged": judged,
                "needs_person": self.case.needs_person and not corrected,
            }
        )  # fmt: skip


def _routed_anew(lookups: Lookups, case: NewCase, context: Context) -> NewCase:
    """With the unit and the owner of what it was changed to."""
    customer = lookups.get(Customer, case.customer) if case.customer else None
    unit = unit_of(lookups, customer, case.unit)
    routed = RoutedCase(case.kind, case.about, case.cause, case.severity, customer, unit)
    owner = owner_of(lookups, context.case_rules.routing, routed, context.today)
    return case.model_copy(update={"unit": unit, "owner": owner.id if owner else None})
