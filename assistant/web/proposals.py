"""`/proposals`: what waits for a person's yes, and their yes or no.

A decision answers with how the proposal stands: 200 where it stands as was decided, also when that was pressed
twice; 409, in the same shape, where it had come to stand otherwise (rejected, expired, or failed when executed).
"""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import ShownProposal
from assistant.web.needs import Assistant, EmployeeId, Language
from knowledge.crm.codes import ProposalState

router = APIRouter(prefix="/proposals")
MOST_CHANGES = 50
LONGEST_CHANGE = 10_000


class Confirmation(BaseModel):
    """A yes, with new values for editable fields as they were written; null or nothing empties a field."""

    model_config = ConfigDict(extra="forbid")
    changes: dict[str, Annotated[str, Field(max_length=LONGEST_CHANGE)] | None] = Field({}, max_length=MOST_CHANGES)


@router.get("")
async def waiting(
    employee_id: EmployeeId,
    assistant: Assistant,
    language: Language,
    state: Annotated[ProposalState | None, Query()] = None,
) -> list[ShownProposal]:
    """The asker's own proposals, newest first; of one state or of all."""
    return list(await assistant.proposals.listed(employee_id, state, language))


@router.post("/{id}/confirm")
async def confirm(
    id: str,
    employee_id: EmployeeId,
    assistant: Assistant,
    language: Language,
    wanted: Annotated[Confirmation | None, Body()] = None,
) -> JSONResponse:
    """Executes it as shown, or as changed, once. 404 for one that was not put to the asker; 422 for a bad change."""
    changes = wanted.changes if wanted else {}
    shown = await assistant.proposals.confirm(id, employee_id, changes, language)
    return _standing(shown, ProposalState.CONFIRMED)


@router.post("/{id}/reject")
async def reject(id: str, employee_id: EmployeeId, assistant: Assistant, language: Language) -> JSONResponse:
    """Lays it aside for good. 404 for one that was not put to the asker."""
    return _standing(await assistant.proposals.reject(id, employee_id, language), ProposalState.REJECTED)


def _standing(shown: ShownProposal, wanted: ProposalState) -> JSONResponse:
    return JSONResponse(shown.model_dump(mode="json"), 200 if shown.state == wanted else 409)
