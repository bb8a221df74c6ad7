"""The one place where errors become HTTP: a status, a code and a sentence, never a traceback.

Every error body of every route has one shape, which is also OpenAI's:
`{"error": {"message": ..., "type": ..., "param": null, "code": ...}}`.
"""

import logging
import secrets
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.errors import BadRequest, TooManyRequests
from knowledge.errors import RapportError
from prompts import catalogue

log = logging.getLogger("rapport.web")

_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


@dataclass(frozen=True)
class Failure:
    """What the client is told."""

    status: int
    code: str
    message: str
    retry_after_s: int | None = None

    def body(self) -> dict[str, dict[str, str | None]]:
        kind = _TYPES.get(self.status, "invalid_request_error" if self.status < 500 else "server_error")
        return {"error": {"message": self.message, "type": kind, "param": None, "code": self.code}}

    def response(self) -> JSONResponse:
        headers = {"WWW-Authenticate": 'Bearer realm="rapport"'} if self.status == 401 else {}
        if self.retry_after_s is not None:
            headers["Retry-After"] = str(self.retry_after_s)
        return JSONResponse(self.body(), self.status, headers)


def failure_of(error: Exception, language: str) -> Failure:
    """The failure that an error is. One we have no name for is logged under an id, and the client gets the id."""
    if isinstance(error, RapportError):
        if error.status >= 500:
            log.error("%s", error)
        retry_after_s = int(error.values["seconds"]) if isinstance(error, TooManyRequests) else None
        return Failure(error.status, error.code, sentence_of(error, language), retry_after_s)
    incident = secrets.token_hex(4)
    log.error("incident %s", incident, exc_info=error)
    return Failure(500, "internal", sentence_of(RapportError(incident=incident), language))


def sentence_of(error: RapportError, language: str) -> str:
    """The error in the asker's words, or as its one English line where nobody wrote a sentence for it."""
    try:
        return catalogue.sentence(error.code, language, error.values)
    except KeyError:
        return str(error)


def language_of(request: Request) -> str:
    """The language of error sentences: the first of `Accept-Language` that we write, else English."""
    for choice in request.headers.get("accept-language", "").split(","):
        language = choice.strip().split("-")[0].split(";")[0].lower()
        if language in catalogue.LANGUAGES:
            return language
    return "en"


class Boundary:
    """ASGI middleware: what nothing inside has answered becomes a Failure here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except ClientDisconnect:
            return
        except Exception as error:
            if started:
                raise
            failure = failure_of(error, language_of(Request(scope)))
            await failure.response()(scope, receive, send)


def refuse_plainly(app: FastAPI) -> None:
    """Gives what the framework itself refuses (routes, methods, bodies) the same shape of error."""

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        names = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
        failure = Failure(error.status_code, names.get(error.status_code, "http"), str(error.detail))
        response = failure.response()
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def on_body(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "body")
        reason = f"{place}: {first['msg']}" if place else str(first["msg"])
        return failure_of(BadRequest(reason=reason[:300]), language_of(request)).response()
