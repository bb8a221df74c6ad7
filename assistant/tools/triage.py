"""What a message is, how serious and how urgent, and by when it has to be answered. Nothing is stored."""

from dataclasses import dataclass
from decimal import Decimal

from assistant.feedback.clock import Deadlines
from assistant.feedback.new_case import DECISIONS, SIGNS
from assistant.feedback.triage import Judged, Triage
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Told
from assistant.understanding.filing import message_of

VOCABULARIES = {
    "kind": "feedback_kind", "product": "feedback_product", "cause": "feedback_cause", "severity": "severity",
    "sentiment": "mood", "urgency": "urgency", "quality": "quality", **dict.fromkeys(SIGNS, "sign"),
}  # fmt: skip
"""By decision, the words of its codes."""
SUBJECT = "message"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class DecisionLine:
    """One decision, how sure it is, and the words of the message that decided it."""

    label: str
    value: Figure
    confidence: Figure
    words: Figure | None


@dataclass(frozen=True)
class Dues:
    """By when it is confirmed and answered. `statutory` is None where no law sets a day; `rules` names the pack."""

    confirm_by: Figure
    due_on: Figure
    statutory: Figure | None
    rules: Figure


@dataclass(frozen=True)
class Triaged:
    """`why` is why a person has to look, none where nobody has to."""

    message: Figure
    decisions: list[DecisionLine]
    why: list[str]
    dues: Dues


async def triage(desk: Desk, told: Told) -> Triaged:
    """Triages a message that the asker quotes: kind, product, cause, severity, mood, urgency, each with its confidence
    and the words that decided it, and the days by which it would have to be answered. Stores nothing."""
    message = message_of(told)
    made = await desk.cases.filing(message, desk.today)
    return Triaged(
        message=desk.ledger.words(SUBJECT, "text", message, "asked"),
        decisions=decision_lines(desk, made.triage),
        why=why_lines(desk, made.triage),
        dues=dues_of(desk, made.deadlines),
    )


def decision_lines(desk: Desk, found: Triage) -> list[DecisionLine]:
    decided = [(name, judged) for name in DECISIONS if (judged := getattr(found, name))]
    return [_line(desk, name, judged, f"taxonomy/{found.taxonomy}") for name, judged in decided]


def why_lines(desk: Desk, found: Triage) -> list[str]:
    return [desk.ledger.label(why, "triage_why") for why in found.why]


def dues_of(desk: Desk, deadlines: Deadlines) -> Dues:
    rules, ledger = desk.cases.rules.deadlines, desk.ledger
    source = f"deadlines/{rules.code}/{rules.version}"
    statutory = deadlines.statutory
    return Dues(
        confirm_by=ledger.day(SUBJECT, "confirm_by", deadlines.confirm_by, source),
        due_on=ledger.day(SUBJECT, "due_on", deadlines.limit, source),
        statutory=ledger.day(SUBJECT, "statutory_on", statutory, source) if statutory else None,
        rules=ledger.words(SUBJECT, "deadline_rules", f"{rules.code} {rules.version}", source),
    )


def because(lines: list[DecisionLine]) -> str:
    """The decisions as lines of plain text, for a card."""
    return "\n".join(
        f"{one.label}: {one.value.text} ({one.confidence.text}){f' – {one.words.text}' if one.words else ''}"
        for one in lines
    )


def _line(desk: Desk, name: str, judged: Judged, source: str) -> DecisionLine:
    ledger, sure = desk.ledger, Decimal(str(round(judged.confidence, 4))) * HUNDRED
    return DecisionLine(
        label=ledger.label(name, "triage"),
        value=ledger.code(SUBJECT, name, VOCABULARIES[name], judged.code, source),
        confidence=ledger.probability(SUBJECT, f"{name}_confidence", sure, source),
        words=ledger.words(SUBJECT, f"{name}_words", ", ".join(judged.words), source) if judged.words else None,
    )
