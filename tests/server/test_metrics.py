"""What a server tells of itself: counts for Prometheus, spans for OpenTelemetry, and nothing of anybody."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import httpx
import pytest
import pytest_asyncio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracer
from prometheus_client.parser import text_string_to_metric_families

from assistant.errors import SettingsError
from assistant.model_call import ModelCall
from assistant.settings import Settings, read_settings
from assistant.tracing import Tracing, note_model_call
from tests.server.agui_client import ask, run_input
from tests.server.real_bank import Serving, serving_bank
from tests.server.running import SECRET, Served, serving

TOKEN = "a token for Prometheus alone, 32 characters+"
PARENT = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    Tracing.to(provider)
    yield kept
    Tracing.to(None)


@pytest.fixture(scope="module")
def measured() -> Iterator[Served]:
    with serving(Settings(auth_secret=SECRET, metrics_token=TOKEN)) as served:
        yield served


def _scrape(served: Served, token: str = TOKEN) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    response = httpx.get(f"{served.url}/metrics", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def _value(samples: dict[tuple[str, frozenset[tuple[str, str]]], float], name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0)


def test_requests_and_turns_are_counted_by_route_and_outcome(measured: Served) -> None:
    before = _scrape(measured)
    ask(measured, "deposits")
    ask(measured, "break half way")
    httpx.post(f"{measured.url}/agui", json=run_input("deposits"))
    httpx.get(f"{measured.url}/nothing/{SECRET}", headers=measured.bearer())
    after = _scrape(measured)

    def more(name: str, **labels: str) -> float:
        return _value(after, name, **labels) - _value(before, name, **labels)

    assert more("rapport_requests_total", method="POST", route="/agui", status="200") == 2
    assert more("rapport_requests_total", method="POST", route="other", status="401") == 1, "turned away at the door"
    assert more("rapport_requests_total", method="GET", route="other", status="404") == 1, "no path is a label"
    assert more("rapport_turns_total", engine="builtin", outcome="answered") == 1
    assert more("rapport_turns_total", engine="none", outcome="failed") == 1
    assert more("rapport_first_words_seconds_count") == 2
    assert more("rapport_turn_seconds_count", engine="builtin") == 1
    assert _value(after, "rapport_requests_in_progress") == 1, "this very one"


def test_counts_are_shown_to_whom_the_bank_has_told(measured: Served, demo: Served, bank: Served) -> None:
    url = f"{measured.url}/metrics"
    refused = [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer wrong"}, measured.bearer()]
    for headers in refused:
        assert httpx.get(url, headers=headers).status_code == 404
    for headers in (*refused, bank.bearer()):
        assert httpx.get(f"{bank.url}/metrics", headers=headers).status_code == 404, "nobody was told"
    assert httpx.get(f"{demo.url}/metrics").status_code == 200
    assert httpx.get(f"{demo.url}/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404
    with pytest.raises(SettingsError, match="32"):
        read_settings({"RAPPORT_METRICS_TOKEN": "short"})


def test_a_turn_and_its_tools_are_one_trace_that_goes_on_from_the_callers(
    measured: Served, exporter: InMemorySpanExporter
) -> None:
    headers = measured.bearer() | {"traceparent": f"00-{PARENT}-00f067aa0ba902b7-01"}
    httpx.post(f"{measured.url}/agui", json=run_input("deposits", runId="traced", threadId="traced"), headers=headers)
    *tools, turn = exporter.get_finished_spans()
    assert (turn.name, turn.attributes["gen_ai.operation.name"]) == ("invoke_agent rapport", "invoke_agent")
    assert (turn.attributes["rapport.outcome"], turn.attributes["rapport.engine"]) == ("answered", "builtin")
    assert tools
    tool = tools[0]
    assert (tool.name.split()[0], tool.attributes["gen_ai.tool.type"]) == ("execute_tool", "function")
    assert tool.parent.span_id == turn.context.span_id
    assert f"{turn.context.trace_id:032x}" == PARENT == f"{tool.context.trace_id:032x}"


def test_an_error_is_traced_by_its_kind_alone(measured: Served, exporter: InMemorySpanExporter) -> None:
    ask(measured, "break half way")
    ask(measured, "lose the store")
    kinds = [span.attributes["error.type"] for span in exporter.get_finished_spans()]
    assert kinds == ["ZeroDivisionError", "store"]
    assert all("secret detail" not in span.to_json() for span in exporter.get_finished_spans())


def test_a_call_of_a_model_is_a_span_with_its_tokens_and_no_words(exporter: InMemorySpanExporter) -> None:
    call = ModelCall("qwen3", [{"role": "user", "content": "SECRET words"}], [], text="SECRET reply", elapsed_ms=1500)
    call.prompt_tokens, call.completion_tokens, call.failed = 120, 30, "slow: SECRET detail"
    note_model_call(call)
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.attributes["gen_ai.operation.name"]) == ("chat qwen3", "chat")
    assert (span.attributes["gen_ai.usage.input_tokens"], span.attributes["gen_ai.usage.output_tokens"]) == (120, 30)
    assert (span.end_time - span.start_time) // 1_000_000 == 1500
    assert span.attributes["error.type"] == "slow"
    assert "SECRET" not in span.to_json()


class Collector(TraceServiceServicer):
    """An OpenTelemetry collector that keeps the names of the spans it was sent, by the service that sent them."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}

    def Export(self, request: ExportTraceServiceRequest, context: object) -> ExportTraceServiceResponse:  # noqa: N802
        for sent in request.resource_spans:
            service = next(a.value.string_value for a in sent.resource.attributes if a.key == "service.name")
            self.names.setdefault(service, []).extend(span.name for part in sent.scope_spans for span in part.spans)
        return ExportTraceServiceResponse()


def test_spans_reach_a_collector_and_stop_when_the_server_does() -> None:
    collector, listening = Collector(), grpc.server(ThreadPoolExecutor(1))
    add_TraceServiceServicer_to_server(collector, listening)
    port = listening.add_insecure_port("127.0.0.1:0")
    listening.start()
    with serving(Settings(traces=f"http://127.0.0.1:{port}")) as served:
        ask(served, "deposits")
    listening.stop(None)
    assert collector.names["rapport"][-1] == "invoke_agent rapport"
    assert isinstance(Tracing.tracer, NoOpTracer)


@pytest_asyncio.fixture
async def bank_server(own_demo_home: Path) -> AsyncIterator[Serving]:
    async with serving_bank(own_demo_home, auth_secret=SECRET, metrics_token=TOKEN) as running:
        yield running


async def test_neither_tells_anything_of_anybody(
    bank_server: Serving, exporter: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    question = "What does James Carter hold?"
    async with httpx.AsyncClient() as client:
        headers = bank_server.bearer("tom.baker")
        turn = run_input(question, threadId="SECRET-thread", runId="SECRET-run")
        answer = await client.post(f"{bank_server.url}/agui", json=turn, headers=headers)
        await client.get(f"{bank_server.url}/customers/C000005/wealth-plan.html", headers=headers)
        scraped = await client.get(f"{bank_server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "C000005" in answer.text
    assert not caplog.records
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == ["execute_tool holdings", "invoke_agent rapport"]
    assert spans[1].attributes["rapport.facts"] > 0
    told = scraped.text + "".join(span.to_json() for span in spans)
    for word in ("James", "Carter", "C000005", "tom.baker", "SECRET", "balance/", "hold?"):
        assert word not in told
    assert 'rapport_tool_seconds_count{tool="holdings"}' in scraped.text
    assert 'route="/customers/{id}/wealth-plan.html"' in scraped.text
