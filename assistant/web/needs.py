"""What routes ask for, as typed parameters: the assistant, the asker's id, the language of error sentences."""

from typing import Annotated

from fastapi import Depends, Request

from assistant.web.answering import Answering
from assistant.web.boundary import language_of
from assistant.web.demo_door import DemoDoor


def _assistant(request: Request) -> Answering:
    assistant: Answering = request.app.state.assistant
    return assistant


def _employee_id(request: Request) -> str:
    employee_id: str = request.state.employee_id
    return employee_id


def _demo_door(request: Request) -> DemoDoor:
    door: DemoDoor = request.app.state.demo_door
    return door


Assistant = Annotated[Answering, Depends(_assistant)]
EmployeeId = Annotated[str, Depends(_employee_id)]
Language = Annotated[str, Depends(language_of)]
Demo = Annotated[DemoDoor, Depends(_demo_door)]
