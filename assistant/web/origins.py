"""Which pages may ask: where the bank has listed origins, a page of any other gets nothing.

Without a list CORS is closed and the browser keeps other pages away from answers. A request without an `Origin` comes
from no page, and one whose origin is the host it asks is of our own page: both are for the token to judge.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from fastapi import Request
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import ForeignOrigin
from assistant.web.boundary import failure_of, language_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADERS = ("Authorization", "Content-Type", "Accept-Language")


class Origins:
    """ASGI middleware around everything that answers, so that the listed pages can read errors too."""

    def __init__(self, app: ASGIApp, listed: Collection[str]) -> None:
        self._listed = listed
        self._closed = app
        self._open = CORSMiddleware(app, listed, METHODS, HEADERS, expose_headers=("Retry-After",))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._listed:
            await self._closed(scope, receive, send)
            return
        request = Request(scope)
        origin = request.headers.get("origin")
        if origin is None or origin in self._listed or _host_of(origin) == request.headers.get("host"):
            await self._open(scope, receive, send)
            return
        failure = failure_of(ForeignOrigin(), language_of(request))
        await failure.response()(scope, receive, send)


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None for `null` and for what is none."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None
