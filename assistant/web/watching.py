"""Turns under observation: counted for Prometheus and traced for OpenTelemetry, from the events they emit."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from fastapi import Request
from opentelemetry.trace import Span, SpanKind, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.trace.status import StatusCode

from assistant.events import Event, TextDelta, ToolFinished, ToolStarted, TurnFinished
from assistant.tracing import SERVICE, Tracing
from assistant.web.metrics import Metrics
from knowledge.errors import RapportError


async def watched(request: Request, events: AsyncIterator[Event]) -> AsyncGenerator[Event]:
    """The same events. The trace goes on from the one whose `traceparent` the request brings."""
    metrics: Metrics = request.app.state.metrics
    parent = TraceContextTextMapPropagator().extract(_traceparent(request.headers))
    began = time.perf_counter()
    with Tracing.tracer.start_as_current_span(
        f"invoke_agent {SERVICE}",
        parent,
        kind=SpanKind.INTERNAL,
        attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": SERVICE},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        turn = WatchedTurn(metrics, span, began)
        try:
            async for event in events:
                turn.note(event)
                yield event
        except Exception as error:
            turn.failed(error)
            raise
        finally:
            turn.end()
            if isinstance(events, AsyncGenerator):
                await events.aclose()


def _traceparent(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}


class WatchedTurn:
    """What is noted of one turn, while it runs."""

    def __init__(self, metrics: Metrics, span: Span, began: float) -> None:
        self._metrics = metrics
        self._span = span
        self._began = began
        self._tools: dict[str, tuple[Span, str, float]] = {}
        self._engine, self._outcome, self._speaks = "none", "stopped", False

    def note(self, event: Event) -> None:
        match event:
            case TextDelta(text=text) if text and not self._speaks:
                self._speaks = True
                self._metrics.first_words_seconds.observe(time.perf_counter() - self._began)
            case ToolStarted():
                self._begin(event)
            case ToolFinished():
                self._finish(event)
            case TurnFinished(answer=answer):
                self._engine = answer.engine
                self._outcome = "refused" if answer.refused else "answered"
                self._metrics.model_calls.inc(answer.model_calls)
                self._metrics.turn_seconds.labels(answer.engine).observe(time.perf_counter() - self._began)
                self._span.set_attribute("rapport.facts", len(answer.facts))
                if answer.refused:
                    self._span.set_attribute("rapport.refused", answer.refused)

    def failed(self, error: Exception) -> None:
        """Notes the kind of an error: its message may hold what was asked."""
        self._outcome = "failed"
        kind = error.code if isinstance(error, RapportError) else type(error).__name__
        self._span.set_attribute("error.type", kind)
        self._span.set_status(StatusCode.ERROR)

    def end(self) -> None:
        for span, _, _ in self._tools.values():
            span.end()
        self._span.set_attribute("rapport.engine", self._engine)
        self._span.set_attribute("rapport.outcome", self._outcome)
        self._metrics.turns.labels(self._engine, self._outcome).inc()

    def _begin(self, event: ToolStarted) -> None:
        span = Tracing.tracer.start_span(
            f"execute_tool {event.name}",
            set_span_in_context(self._span),
            attributes={
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": event.name,
                "gen_ai.tool.type": "function",
            },
        )
        self._tools[event.call_id] = span, event.name, time.perf_counter()

    def _finish(self, event: ToolFinished) -> None:
        begun = self._tools.pop(event.call_id, None)
        if begun:
            span, name, began = begun
            span.set_attribute("rapport.facts", event.facts)
            span.end()
            self._metrics.tool_seconds.labels(name).observe(time.perf_counter() - began)
