"""`POST /feedback`: other systems put customers' messages into the queue.

Answers 201 with what became of the message, 200 for one that was given before under the same `Idempotency-Key`, 409 for
a key that another message bears, 413 for a body that is too large, 422 for one that is no message.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.feedback.intake import Message
from assistant.feedback.mail_file import read_attachment
from assistant.feedback.new_case import LONGEST_TEXT, Attached
from assistant.web.answering import Taking
from assistant.web.errors import BadRequest, NotFound
from assistant.web.needs import Assistant, EmployeeId
from knowledge.crm.codes import Channel

router = APIRouter(prefix="/feedback")
MOST_ATTACHMENTS = 10

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class GivenFile(BaseModel):
    """A file that came with the message; `content` is base64."""

    model_config = ConfigDict(extra="forbid")
    name: Line
    content: str
    media_type: Annotated[str, StringConstraints(max_length=200)] | None = None


class Given(BaseModel):
    """A message. `customer` is a number, as any system knows it; a moment without a zone is UTC."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]
    channel: Channel
    received_at: datetime | None = None
    customer: Line | None = None
    email: Line | None = None
    phone: Line | None = None
    sender: Line | None = None
    attachments: list[GivenFile] = Field([], max_length=MOST_ATTACHMENTS)


Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


@router.post("")
async def give(given: Given, employee_id: EmployeeId, assistant: Assistant, key: Key = None) -> JSONResponse:
    """Takes the message in under the signed-in name, within whose scope its customer is looked for."""
    at = given.received_at
    message = Message(
        text=given.text, channel=given.channel,
        received_at=at.astimezone(UTC).replace(tzinfo=None) if at and at.tzinfo else at, number=given.customer,
        email=given.email, phone=given.phone, sender=given.sender, key=f"api:{key}" if key else None,
        attached=tuple(map(_attached, given.attachments)),
    )  # fmt: skip
    receipt = await intake_of(assistant.intake).take_from(employee_id, message)
    body = {
        "case": receipt.case, "kind": receipt.kind, "severity": receipt.severity,
        "due_on": receipt.due_on.isoformat() if receipt.due_on else None, "needs_person": receipt.needs_person,
        "known_customer": receipt.known_customer, "incident": receipt.incident,
    }  # fmt: skip
    return JSONResponse(body, 201 if receipt.is_new else 200)


def intake_of(intake: Taking | None) -> Taking:
    if intake is None:
        raise NotFound(what="feedback")
    return intake


def _attached(given: GivenFile) -> Attached:
    try:
        content = base64.b64decode(given.content, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest(reason=f"attachments: {given.name} is not base64") from None
    return read_attachment(content, given.name, given.media_type)
