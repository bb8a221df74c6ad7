"""`/customers/{id}/wealth-plan.html` and `.pdf`: a customer's wealth plan for reference, to print and to hand on."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from assistant.printing.html import html_of, policy
from assistant.web.needs import Assistant, EmployeeId, Language

router = APIRouter(prefix="/customers/{id}")
Wanted = Annotated[Literal["en", "zh", "es"] | None, Query(alias="language")]


@router.get("/wealth-plan.html")
async def page(
    id: str, employee_id: EmployeeId, assistant: Assistant, language: Language, wanted: Wanted = None
) -> Response:
    """The plan as a page. 404 for a customer out of the asker's scope."""
    plan = await assistant.wealth_plans.printed(employee_id, id, wanted or language)
    return Response(html_of(plan), media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy()})


@router.get("/wealth-plan.pdf")
async def document(
    id: str, employee_id: EmployeeId, assistant: Assistant, language: Language, wanted: Wanted = None
) -> Response:
    """The same as a PDF."""
    from assistant.printing.pdf import pdf_of  # takes a moment to load, and few ask for it

    plan = await assistant.wealth_plans.printed(employee_id, id, wanted or language)
    headers = {"Content-Disposition": 'attachment; filename="wealth-plan.pdf"'}
    return Response(await asyncio.to_thread(pdf_of, plan), media_type="application/pdf", headers=headers)
