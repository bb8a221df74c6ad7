"""`/reminders`: what the asker has to be reminded of; `/reminders.ics` is the same for their calendar."""

from fastapi import APIRouter
from starlette.responses import Response

from assistant.care.reminders import Reminder
from assistant.web.needs import Assistant, EmployeeId

router = APIRouter()


@router.get("/reminders")
async def due(employee_id: EmployeeId, assistant: Assistant) -> list[Reminder]:
    """The asker's own tasks that are due today or were before, the newest first."""
    return list(await assistant.reminders.due(employee_id))


@router.get("/reminders.ics")
async def calendar(employee_id: EmployeeId, assistant: Assistant) -> Response:
    """All of the asker's reminders as iCalendar."""
    file = await assistant.reminders.calendar(employee_id)
    headers = {"Content-Disposition": 'attachment; filename="reminders.ics"', "Cache-Control": "no-store"}
    return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)
