"""`/overview`: today's brief, open feedback, customers and results beside the chat, as far as the asker's role goes."""

import secrets
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from assistant.answer import Answer
from assistant.calling import ToolCall
from assistant.events import Turn, TurnFinished
from assistant.web.errors import NotFound
from assistant.web.needs import Assistant, EmployeeId, Language

router = APIRouter(prefix="/overview")


@router.get("")
async def views(employee_id: EmployeeId, assistant: Assistant) -> Sequence[str]:
    """The names of the asker's views, in the order in which to show them."""
    return await assistant.overview.views(employee_id)


@router.get("/{name}")
async def view(
    name: str,
    employee_id: EmployeeId,
    assistant: Assistant,
    language: Language,
    wanted: Annotated[Literal["en", "zh", "es"] | None, Query(alias="language")] = None,
) -> Answer:
    """One view: a turn like any other, in the journal with its facts. 404 for one that the asker's role has not."""
    if name not in await assistant.overview.views(employee_id):
        raise NotFound(what="a view of that name")
    id = f"view-{secrets.token_hex(12)}"
    call = ToolCall(name, {}, wanted or language)
    turn = Turn(id, employee_id, call.written(), id, is_first=True, call=call)
    finished = [event async for event in assistant.answer(turn) if isinstance(event, TurnFinished)]
    return finished[-1].answer
