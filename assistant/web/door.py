"""The door: every path needs a bearer token, but the few that are named here."""

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import NotSignedIn
from assistant.web.tokens import Tokens

OPEN_PATHS = frozenset({"/", "/widget.js", "/healthz", "/readyz", "/demo/employees", "/demo/token", "/feedback/form"})
OPEN_FOLDER = "/static/"


class Door:
    """ASGI middleware that reads the token before the body, and leaves the asker's id in the request's state.

    A route that is added later is closed until its path is named here. Raises NotSignedIn.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self.app = app
        self.tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_open(scope["path"]):
            scheme, _, token = Request(scope).headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise NotSignedIn(reason="a bearer token is needed")
            scope.setdefault("state", {})["employee_id"] = self.tokens.employee_id(token.strip())
        await self.app(scope, receive, send)


def is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)
