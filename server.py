"""The server: assembles the web surfaces around one assistant, and decides nothing."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import uvicorn
from fastapi import FastAPI

from assistant.settings import Settings, read_settings
from assistant.web import (
    agui,
    completions,
    conversations,
    demo,
    health,
    origins,
    overview,
    pages,
    proposals,
    reminders,
    target_lists,
    wealth_plans,
)
from assistant.web.answering import Answering
from assistant.web.boundary import Boundary, refuse_plainly, sentence_of
from assistant.web.demo_door import DemoDoor
from assistant.web.door import Door
from assistant.web.headers import SecurityHeaders
from assistant.web.mcp import McpDoor
from assistant.web.tokens import Tokens
from assistant.wiring import open_assistant
from knowledge.errors import RapportError

PARTS = (
    agui, completions, conversations, demo, health, origins, overview, pages, proposals, reminders, target_lists,
    wealth_plans,
)  # fmt: skip
LARGEST_BODY = 1_000_000
LARGEST_HEAD = 256_000
FIRST_QUESTION = "Who are my top 5 customers by balance?"


def create_app(settings: Settings, assistant: Answering | None = None, host: str = "127.0.0.1") -> FastAPI:
    """The web application; `host` is the address it will listen on. Opens an assistant itself if it gets none.

    Raises SettingsError if the secret is too short, or missing where others than this machine could ask.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opening: AbstractAsyncContextManager[Answering] = (
            nullcontext(assistant) if assistant else open_assistant(settings)
        )
        async with opening as app.state.assistant, mcp.serving(app.state.assistant):
            yield

    mcp = McpDoor()

    app = FastAPI(
        title="Rapport",
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.tokens = tokens = Tokens(settings.auth_secret)
    app.state.demo_door = DemoDoor(host, has_secret=bool(settings.auth_secret))
    for part in PARTS:
        app.include_router(part.router)
    app.router.routes.extend(mcp.routes)
    app.mount("/static", pages.static)
    refuse_plainly(app)
    app.add_middleware(Door, tokens=tokens)
    app.add_middleware(Boundary)
    app.add_middleware(SecurityHeaders)
    return app


async def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8080) -> None:
    """Serves until it is told to stop. Raises a RapportError if the assistant cannot be opened."""
    app = create_app(settings, host=host)
    config = uvicorn.Config(
        app,
        host,
        port,
        lifespan="off",
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_graceful_shutdown=5,
    )
    address = f"[{host}]" if ":" in host else host
    async with app.router.lifespan_context(app):
        print(f"Rapport answers on http://{address}:{port}\nTry: {FIRST_QUESTION}", flush=True)
        if app.state.demo_door.is_on:
            print("Demo identities are on: whoever uses this machine can ask as anyone.", flush=True)
        await uvicorn.Server(config).serve()


def main() -> None:
    """`python server.py [--host HOST] [--port PORT]`; everything else is set in the environment."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8080)
    given = options.parse_args()
    try:
        asyncio.run(serve(read_settings(), given.host, given.port))
    except RapportError as error:
        sys.exit(f"rapport: {sentence_of(error, 'en')}")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
