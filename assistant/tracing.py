"""Traces of turns, in OpenTelemetry's conventions for generative AI (Development, as of semantic conventions 1.41).

A turn is a span `invoke_agent rapport`, a tool in it `execute_tool NAME`, a request to a language model `chat MODEL`.
They hold names, numbers, times and kinds of error; never a question, an answer, an argument, a customer or who asked.
Only our own spans are sent: the provider is ours and is not made the process's, so that nothing a library would note
of its own goes with them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import NoOpTracer, SpanKind, Tracer, TracerProvider
from opentelemetry.trace.status import StatusCode

from assistant.errors import SettingsError
from assistant.model_call import ModelCall

SERVICE = "rapport"
PATIENCE_S = 2
"""With a collector that is away, also when the server stops."""


class Tracing:
    """Where this process's spans go: nowhere until it is told."""

    tracer: Tracer = NoOpTracer()

    @classmethod
    def to(cls, provider: TracerProvider | None) -> None:
        cls.tracer = provider.get_tracer(SERVICE) if provider else NoOpTracer()


@contextmanager
def sending_traces(address: str) -> Iterator[None]:
    """Sends spans to an OpenTelemetry collector (OTLP over gRPC) in the background; to nobody without an address.

    Raises SettingsError if what sends them is not installed.
    """
    if not address:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider as SendingProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError(name="RAPPORT_TRACES", reason="needs the extra: pip install 'rapport[traces]'") from None
    provider = SendingProvider(resource=Resource.create({"service.name": SERVICE}))
    exporter = OTLPSpanExporter(endpoint=address, insecure=address.startswith("http:"), timeout=PATIENCE_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    Tracing.to(provider)
    try:
        yield
    finally:
        Tracing.to(None)
        provider.shutdown()


def note_model_call(call: ModelCall) -> None:
    """A span of a request to a language model that has just ended."""
    ended = time.time_ns()
    span = Tracing.tracer.start_span(
        f"chat {call.model}",
        kind=SpanKind.CLIENT,
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": call.model,
            "gen_ai.request.stream": True,
            "gen_ai.usage.input_tokens": call.prompt_tokens,
            "gen_ai.usage.output_tokens": call.completion_tokens,
        },
        start_time=ended - call.elapsed_ms * 1_000_000,
    )
    if call.failed:
        span.set_attribute("error.type", call.failed.partition(":")[0])
        span.set_status(StatusCode.ERROR)
    span.end(ended)
