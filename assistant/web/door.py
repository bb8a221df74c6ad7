"""The door: every path needs a bearer token, but the few that are named here, and every asker has to work here."""

from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import NotSignedIn
from assistant.web.issued_tokens import IssuedTokens, is_ours
from assistant.web.tokens import Tokens

OPEN_PATHS = frozenset(
    {"/", "/widget.js", "/healthz", "/readyz", "/metrics", "/demo/employees", "/demo/token", "/feedback/form"}
)
OPEN_FOLDER = "/static/"


@dataclass(frozen=True)
class Identity:
    """Whose token it is: one minted with the shared secret, or one that the identity provider issued."""

    minted: Tokens
    issued: IssuedTokens | None = None

    async def employee_id(self, token: str) -> str:
        """Raises NotSignedIn, and IssuerUnreachable where the provider is needed and away."""
        if self.issued is None or is_ours(token):
            return self.minted.employee_id(token)
        return await self.issued.employee_id(token)


class Door:
    """ASGI middleware that reads the token before the body, and leaves the asker's id in the request's state.

    A route that is added later is closed until its path is named here. Who has left is turned away here, whatever
    they ask for and wherever they are in a conversation. Raises NotSignedIn, IssuerUnreachable, UnknownEmployee.
    """

    def __init__(self, app: ASGIApp, identity: Identity) -> None:
        self.app = app
        self.identity = identity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_open(scope["path"]):
            scheme, _, token = Request(scope).headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise NotSignedIn(reason="a bearer token is needed")
            employee_id = await self.identity.employee_id(token.strip())
            await scope["app"].state.assistant.admit(employee_id)
            scope.setdefault("state", {})["employee_id"] = employee_id
        await self.app(scope, receive, send)


def is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)
