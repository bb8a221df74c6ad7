"""`GET /metrics`: what this process has done, for Prometheus. Not public: it takes a token of its own.

Names, numbers and times, never who or what about. Each process tells of itself; scrape each.
"""

import hmac
import time

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.errors import NotFound
from assistant.web.needs import Demo

PATH = "/metrics"
router = APIRouter()
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)


class Metrics:
    """The counts of one process. Their labels are routes, engines and tools, of which there are few."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "rapport_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "rapport_request_seconds", "Until the last byte", ["route"], buckets=SECONDS, registry=self.registry
        )
        self.in_progress = Gauge("rapport_requests_in_progress", "Requests being answered", registry=self.registry)
        self.turns = Counter("rapport_turns", "Turns that ended", ["engine", "outcome"], registry=self.registry)
        self.turn_seconds = Histogram(
            "rapport_turn_seconds", "From question to whole answer", ["engine"], buckets=SECONDS, registry=self.registry
        )
        self.first_words_seconds = Histogram(
            "rapport_first_words_seconds", "From question to first words", buckets=SECONDS, registry=self.registry
        )
        self.tool_seconds = Histogram(
            "rapport_tool_seconds", "Of a tool", ["tool"], buckets=SECONDS, registry=self.registry
        )
        self.model_calls = Counter("rapport_model_calls", "Requests to a language model", registry=self.registry)


class Measured:
    """ASGI middleware that counts and times every request, by the route's pattern."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 499

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._metrics.in_progress.track_inprogress():
            try:
                await self.app(scope, receive, noting)
            finally:
                route = str(getattr(scope.get("route"), "path", "other"))
                method = scope["method"] if scope["method"] in ("GET", "POST", "PUT", "PATCH", "DELETE") else "other"
                self._metrics.requests.labels(method, route, str(status)).inc()
                self._metrics.request_seconds.labels(route).observe(time.perf_counter() - began)


@router.get(PATH, include_in_schema=False)
async def metrics(request: Request, demo: Demo) -> Response:
    """In Prometheus's text format. Not found for who lacks the token; a demo shows it to this machine."""
    token: str = request.app.state.metrics_token
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    is_prometheus = scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())
    if not (token and is_prometheus) and not demo.admits(request):
        raise NotFound(what=PATH)
    counts: Metrics = request.app.state.metrics
    return Response(generate_latest(counts.registry), media_type=CONTENT_TYPE_LATEST)
