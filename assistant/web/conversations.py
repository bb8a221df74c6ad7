"""`/conversations`: what the asker has asked and been told, on every device; and their thumbs on answers."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from assistant.history import MOST_LISTED, ConversationCard, OpenedConversation
from assistant.web.needs import Assistant, EmployeeId
from knowledge.crm.exchange import Thumb, ThumbReason

router = APIRouter(prefix="/conversations")
LONGEST_SEARCH = 200
LONGEST_COMMENT = 2_000


class Renaming(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=200, pattern=r"\S")


class Opinion(BaseModel):
    """A thumb on one answer, with why: codes of `ThumbReason`, and words of the asker's own."""

    model_config = ConfigDict(extra="forbid")
    thumb: Thumb
    reasons: list[ThumbReason] = Field([], max_length=len(ThumbReason))
    comment: str = Field("", max_length=LONGEST_COMMENT)


@router.get("")
async def listed(
    employee_id: EmployeeId,
    assistant: Assistant,
    search: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> Sequence[ConversationCard]:
    """The asker's own conversations, the latest first; with `search` those in which all of its words occur."""
    return await assistant.history.listed(employee_id, search, limit)


@router.get("/{id}")
async def opened(id: str, employee_id: EmployeeId, assistant: Assistant) -> OpenedConversation:
    """All that was said in it. 404 for one that is not the asker's."""
    return await assistant.history.opened(employee_id, id)


@router.patch("/{id}")
async def rename(id: str, wanted: Renaming, employee_id: EmployeeId, assistant: Assistant) -> ConversationCard:
    """Gives it another title. 404 for one that is not the asker's."""
    return await assistant.history.rename(employee_id, id, wanted.title)


@router.delete("/{id}", status_code=204)
async def delete(id: str, employee_id: EmployeeId, assistant: Assistant) -> Response:
    """Takes it out for good; the journal stays. 404 for one that is not the asker's."""
    await assistant.history.delete(employee_id, id)
    return Response(status_code=204)


@router.put("/{id}/turns/{turn}/rating", status_code=204)
async def rate(id: str, turn: str, opinion: Opinion, employee_id: EmployeeId, assistant: Assistant) -> Response:
    """Keeps the asker's thumb on that answer; a later one takes its place. 404 for an answer that is not theirs."""
    await assistant.ratings.rate(employee_id, id, turn, opinion.thumb, opinion.reasons, opinion.comment)
    return Response(status_code=204)
