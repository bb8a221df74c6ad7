"""The server: assembles the web surfaces around one assistant, and decides nothing."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import uvicorn
from fastapi import FastAPI
from limits import RateLimitItemPerMinute

from assistant.settings import Settings, read_settings
from assistant.tracing import sending_traces
from assistant.web import (
    agui,
    completions,
    conversations,
    demo,
    feedback,
    feedback_form,
    file_origins,
    health,
    metrics,
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
from assistant.web.door import Door, Identity
from assistant.web.headers import SecurityHeaders
from assistant.web.issued_tokens import IssuedTokens
from assistant.web.mcp import McpDoor
from assistant.web.metrics import Measured, Metrics
from assistant.web.origins import Origins
from assistant.web.rates import RateLimit, by_address, by_user
from assistant.web.signing_keys import SigningKeys
from assistant.web.tokens import Tokens
from assistant.wiring import open_assistant
from knowledge.errors import RapportError

PARTS = (
    agui, completions, conversations, demo, feedback, feedback_form, file_origins, health, metrics, overview, pages,
    proposals, reminders, target_lists, wealth_plans,
)  # fmt: skip
LARGEST_BODY = 1_000_000
LARGEST_HEAD = 256_000
RATE_OF_USER = RateLimitItemPerMinute(120)
RATE_OF_ADDRESS = RateLimitItemPerMinute(1_200)
"""A branch has one address for all its people."""
KEPT_ALIVE_S = 75
"""Idle connections: longer than balancers and clients keep them (60 seconds and less), so that it is they who close one
and none sends a question into a connection that is just being closed."""
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
        with sending_traces(settings.traces):
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
    app.state.form_visits = feedback_form.FormVisits()
    app.state.demo_door = DemoDoor(host, has_secret=not settings.is_demo)
    app.state.metrics = Metrics()
    app.state.metrics_token = settings.metrics_token
    for part in PARTS:
        app.include_router(part.router)
    app.router.routes.extend(mcp.routes)
    app.mount("/static", pages.static)
    refuse_plainly(app)
    _guard(app, settings, Identity(tokens, _issued_tokens(settings)))
    return app


def _guard(app: FastAPI, settings: Settings, identity: Identity) -> None:
    """What a request passes before it is answered, from the inside out."""
    rate_user, rate_address = settings.rate_user, settings.rate_address
    if not settings.is_demo:
        rate_user, rate_address = rate_user or RATE_OF_USER, rate_address or RATE_OF_ADDRESS
    if rate_user:
        app.add_middleware(RateLimit, rate=rate_user, who=by_user)
    app.add_middleware(Door, identity=identity)
    if rate_address:
        app.add_middleware(RateLimit, rate=rate_address, who=by_address)
    app.add_middleware(Boundary)
    app.add_middleware(Origins, listed=settings.origins)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders, demo=settings.is_demo)


def _issued_tokens(settings: Settings) -> IssuedTokens | None:
    if not settings.oidc_issuer:
        return None
    keys = SigningKeys(settings.oidc_issuer, settings.oidc_jwks_url)
    return IssuedTokens(keys, settings.oidc_issuer, settings.oidc_audience, settings.oidc_claim)


def configured(app: FastAPI, settings: Settings, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """How the application is served: who is believed about a client's address, how long a head may be."""
    return uvicorn.Config(
        app,
        host,
        port,
        log_level="warning",
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        server_header=False,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_keep_alive=KEPT_ALIVE_S,
        timeout_graceful_shutdown=5,
    )


async def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8080) -> None:
    """Serves until it is told to stop. Raises a RapportError if the assistant cannot be opened."""
    app = create_app(settings, host=host)
    config = configured(app, settings, host, port)
    config.lifespan = "off"
    address = f"[{host}]" if ":" in host else host
    async with app.router.lifespan_context(app):
        print(f"Rapport answers on http://{address}:{port}\nTry: {FIRST_QUESTION}", flush=True)
        if app.state.demo_door.is_on:
            print("DEMO: identities are given out; whoever uses this machine can ask as anyone.", flush=True)
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
