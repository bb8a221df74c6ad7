"""What triage and the clock make of one message together: everything that filing it needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.care.working_days import working_days
from assistant.feedback.clock import Deadlines, TimedCase, due
from assistant.feedback.deadline_rules import DeadlineRules
from assistant.feedback.triage import Judged, Triage
from knowledge.crm.codes import FeedbackKind


@dataclass(frozen=True)
class Filing:
    """`rules` names the pack of the deadlines and its version."""

    triage: Triage
    deadlines: Deadlines
    rules: str


def filing(triage: Triage, rules: DeadlineRules, received: date) -> Filing:
    """A message as a case received that day: not complex, not paused, which only people can say later."""
    product = triage.product.code if triage.product else None
    case = TimedCase(received, FeedbackKind(triage.kind.code), product)
    return Filing(triage, due(rules, case, working_days(), received), f"{rules.code} {rules.version}")


def judgements(triage: Triage) -> Iterator[tuple[str, Judged]]:
    """Every decision that was made, by name, in the order in which a case is read."""
    named = {
        "kind": triage.kind, "product": triage.product, "cause": triage.cause, "severity": triage.severity,
        "sentiment": triage.sentiment, "urgency": triage.urgency, "threat to leave": triage.threat_to_leave,
        "vulnerable": triage.vulnerable, "regulator": triage.regulator, "quality": triage.quality,
    }  # fmt: skip
    for name, judged in named.items():
        if judged:
            yield name, judged
