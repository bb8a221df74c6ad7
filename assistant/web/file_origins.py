"""`/customers/{id}/origins`: which source systems say what a customer's file says."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from assistant.origins import Origin
from assistant.web.needs import Assistant, EmployeeId, Language

router = APIRouter()


@router.get("/customers/{id}/origins")
async def origins(
    id: str,
    employee_id: EmployeeId,
    assistant: Assistant,
    language: Language,
    field: Annotated[str | None, Query(max_length=64)] = None,
) -> Sequence[Origin]:
    """The systems behind one field of the file, or behind all of it. 404 for a customer out of the asker's scope."""
    return await assistant.origins.of(employee_id, id, field, language)
