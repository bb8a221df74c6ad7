"""A proposal as it is shown: what will be done, the fields, how it stands."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from assistant.answer import Choice, ProposalField, ShownProposal
from assistant.grounding import figures
from assistant.proposals.write import Field, Write
from knowledge.crm.codes import ProposalState
from knowledge.crm.tables import Proposal
from prompts import proposal_words, sentence, word

EXPIRES_AFTER = timedelta(hours=24)
"""How long a yes is waited for. A day: whoever is asked in the evening can decide the next morning, and what
is older was decided on figures and a conversation that no longer hold."""


def shown(row: Proposal, write: type[Write], language: str) -> ShownProposal:
    """The stored proposal in that language; its summary is as it was put to the person."""
    state = ProposalState(row.state)
    return ShownProposal(
        id=row.id,
        kind=row.kind,
        title=proposal_words(row.kind, "title", language),
        summary=row.summary,
        fields=[_field(field, row.arguments, language, state is ProposalState.OPEN) for field in write.fields],
        state=state.value,
        message=_message(row, state, language),
        customer=row.customer_id,
        created_at=row.created_at,
        expires_at=row.created_at + EXPIRES_AFTER,
        decided_at=row.decided_at,
        result=row.result,
    )


def is_stale(row: Proposal, now: datetime) -> bool:
    """Whether a proposal that still waits has waited too long."""
    return row.state == ProposalState.OPEN and row.created_at + EXPIRES_AFTER <= now


def _field(field: Field, arguments: Mapping[str, Any], language: str, is_open: bool) -> ProposalField:
    value = arguments.get(field.name)
    return ProposalField(
        name=field.name,
        label=word("field", field.name, language),
        value=None if value is None else str(value),
        text=_text(field, value, language),
        input=field.input,
        editable=field.editable and is_open,
        choices=[Choice(value=code, label=word(field.vocabulary, code, language)) for code in field.codes],
    )


def _text(field: Field, value: object, language: str) -> str:
    if value is None:
        return ""
    match field.input:
        case "day":
            return figures.day(date.fromisoformat(str(value)), language)
        case "code":
            return word(field.vocabulary, str(value), language)
        case _:
            return str(value)


def _message(row: Proposal, state: ProposalState, language: str) -> str:
    """How it stands, in a sentence."""
    match state:
        case ProposalState.CONFIRMED:
            return proposal_words(row.kind, "done", language, row.result or {})
        case ProposalState.FAILED:
            reason = row.result or {}
            try:
                why = sentence(str(reason.get("code")), language, reason.get("values", {}))
            except KeyError:
                why = str(reason.get("code"))
            return proposal_words("any", "failed", language, {"reason": why})
        case _:
            return proposal_words("any", state.value, language)
