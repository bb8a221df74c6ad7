"""`/feedback/form`: a page on which anybody may write to the bank, without signing in and without a script.

Whoever writes is told a number and nothing else: not whether a customer of that e-mail, phone or number exists. What is
written is data. A field that people do not see catches programmes that fill in every field.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.feedback.intake import Message
from assistant.feedback.new_case import case_number
from assistant.web.boundary import language_of
from assistant.web.feedback import intake_of
from assistant.web.needs import Assistant
from assistant.web.visits import Visits
from knowledge.crm.codes import Channel
from prompts import LANGUAGES, form_words

router = APIRouter(prefix="/feedback")
LARGEST_FORM = 100_000
LONGEST_MESSAGE = 5_000
LONGEST_LINE = 200
FIELDS = ("text", "name", "email", "phone", "customer", "website")
TRAP = "website"
POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)


class FormVisits:
    """Five messages of one address within ten minutes, and 120 of all together within one."""

    def __init__(self) -> None:
        self._of_one, self._of_all = Visits(5, 600), Visits(120, 60)

    def wait_s(self, address: str) -> float:
        """Counts a message and gives 0, or how many seconds to wait."""
        return self._of_one.wait_s(address) or self._of_all.wait_s("")


Asked = Annotated[str | None, Query(alias="lang")]


@router.get("/form", include_in_schema=False)
async def form(request: Request, lang: Asked = None) -> HTMLResponse:
    return _page(_language(request, lang), 200)


@router.post("/form", include_in_schema=False)
async def send(request: Request, assistant: Assistant, lang: Asked = None) -> HTMLResponse:
    """Takes the message in. 400 for a form that is none, 413 for one too large, 422 for one without words, 429 for an
    address that sends too many."""
    language, address = _language(request, lang), request.client.host if request.client else ""
    given, fault = _read(await _body(request), request.headers.get("content-type", ""))
    if fault:
        return _page(language, 413 if fault == "too_large" else 400, fault=fault)
    if not given["text"].strip():
        return _page(language, 422, fault="no_text", given=given)
    if any(len(value) > (LONGEST_MESSAGE if name == "text" else LONGEST_LINE) for name, value in given.items()):
        return _page(language, 422, fault="too_long", given=given)
    if given[TRAP]:
        return _page(language, 200, number=case_number())
    visits: FormVisits = request.app.state.form_visits
    wait = visits.wait_s(address)
    if wait:
        page = _page(language, 429, fault="too_many", given=given)
        page.headers["Retry-After"] = str(int(wait) + 1)
        return page
    message = Message(
        text=given["text"], channel=Channel.WEB, number=given["customer"] or None, email=given["email"] or None,
        phone=given["phone"] or None, sender=given["name"] or None,
    )  # fmt: skip
    receipt = await intake_of(assistant.intake).take(message)
    return _page(language, 200, number=receipt.case)


async def _body(request: Request) -> bytes | None:
    """The body, None where it is too large; no more of it is read then."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            return None
    return body


def _read(body: bytes | None, content_type: str) -> tuple[dict[str, str], str | None]:
    """The fields, and what is wrong with the form."""
    if body is None:
        return {}, "too_large"
    if content_type.split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}, "no_form"
    try:
        read = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        return {}, "no_form"
    return {name: read.get(name, [""])[0].strip() for name in FIELDS}, None


def _language(request: Request, asked: str | None) -> str:
    return asked if asked in LANGUAGES else language_of(request)


def _page(
    language: str, status: int, *, fault: str | None = None, number: str | None = None,
    given: Mapping[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    words = form_words(language)
    values = {name: (given or {}).get(name, "") for name in FIELDS}
    page = _environment().get_template("feedback_form.html").render(
        language=language, languages=LANGUAGES, words=words, fault=words[fault] if fault else None, number=number,
        given=values, trap=TRAP, longest=LONGEST_MESSAGE, line=LONGEST_LINE,
    )  # fmt: skip
    return HTMLResponse(page, status, {"Content-Security-Policy": POLICY})


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
