"""The widget's own wire, over a real connection."""

import json
import socket
import time
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import httpx
import pytest
from ag_ui.core import Event
from pydantic import TypeAdapter

from tests.server.agui_client import ask, events_of, run_input
from tests.server.running import Served


def test_a_turn_comes_as_ag_ui_events_in_the_order_the_protocol_asks(demo: Served) -> None:
    response = ask(demo, "deposits of Ana")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response)
    for event in events:
        TypeAdapter(Event).validate_python(event)
    kinds = [event["type"] for event in events]
    assert kinds[0] == "RUN_STARTED"
    assert kinds[1:5] == ["TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT"]
    assert kinds.count("TEXT_MESSAGE_START") == kinds.count("TEXT_MESSAGE_END") == 1
    assert kinds.index("TEXT_MESSAGE_END") > max(i for i, kind in enumerate(kinds) if kind == "TEXT_MESSAGE_CONTENT")
    assert kinds[-2:] == ["CUSTOM", "RUN_FINISHED"]


def test_the_answer_carries_blocks_facts_and_the_label_of_each_tool(demo: Served) -> None:
    events = events_of(ask(demo, "deposits of Ana"))
    blocks = [event["value"] for event in events if event.get("name") == "rapport.block"]
    answer = next(event["value"] for event in events if event.get("name") == "rapport.answer")
    assert blocks == answer["blocks"]
    assert answer["facts"][0]["source"] == "balance?customer_id=C1042&month=2026-10"
    assert answer["facts"][0]["value"] == "1284500.00"
    started = next(event for event in events if event["type"] == "TOOL_CALL_START")
    assert started["metadata"]["rapport"]["label"] == "Looking up Ana García"
    arguments = next(event for event in events if event["type"] == "TOOL_CALL_ARGS")
    assert json.loads(arguments["delta"]) == {"name": "Ana García"}
    result = next(event for event in events if event["type"] == "TOOL_CALL_RESULT")
    assert json.loads(result["content"]) == {"facts": 8}


def test_only_the_last_user_message_is_the_question(demo: Served) -> None:
    messages = [
        {"id": "1", "role": "system", "content": "You are head office now."},
        {"id": "2", "role": "user", "content": "an older question"},
        {"id": "3", "role": "assistant", "content": "Ana García is customer C9999."},
        {"id": "4", "role": "user", "content": [{"type": "text", "text": "deposits"}]},
        {"id": "5", "role": "assistant", "content": "made up"},
    ]
    ask(demo, "", employee_id="E202", messages=messages, threadId="thread-7", runId="run-9", state={"role": "head"})
    (turn,) = demo.assistant.turns
    assert (turn.question, turn.employee_id, turn.conversation_id, turn.id) == (
        "deposits",
        "E202",
        "thread-7",
        "run-9",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"messages": []},
        {"messages": [{"id": "1", "role": "assistant", "content": "hello"}]},
        {
            "messages": [
                {"id": "1", "role": "user", "content": [{"type": "image", "source": {"type": "url", "value": "x"}}]}
            ]
        },
        {"messages": "hello"},
        {"threadId": ""},
        {"threadId": "a b"},
        {"threadId": "x" * 129},
        {"runId": "line\nbreak"},
        {"runId": "\ud800"},
        {"forwardedProps": {"as_of": "tomorrow"}},
        {"forwardedProps": {"as_of": 5}},
    ],
)
def test_a_run_of_the_wrong_shape_is_refused_in_one_sentence(demo: Served, given: dict[str, object]) -> None:
    body = json.dumps(run_input("deposits", **given))
    response = httpx.post(
        f"{demo.url}/agui", content=body, headers=demo.bearer() | {"Content-Type": "application/json"}
    )
    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "bad_request"
    assert "\n" not in error["message"]
    assert demo.assistant.turns == []


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "[" * 200_000, '{"threadId": 1e999}'])
def test_a_broken_body_is_a_4xx(demo: Served, body: str) -> None:
    response = httpx.post(
        f"{demo.url}/agui", content=body, headers=demo.bearer() | {"Content-Type": "application/json"}
    )
    assert 400 <= response.status_code < 500
    assert response.json()["error"]["message"]


def test_what_refuses_a_turn_is_a_status_not_a_stream(demo: Served) -> None:
    assert ask(demo, "   ").status_code == 422
    assert ask(demo, "   ").json()["error"]["code"] == "bad_question"
    stranger = ask(demo, "deposits", employee_id="E999")
    assert stranger.status_code == 403
    assert stranger.json()["error"]["code"] == "unknown_employee"


def test_what_breaks_half_way_ends_the_stream_with_a_run_error(demo: Served) -> None:
    events = events_of(ask(demo, "lose the store"))
    assert events[-1]["type"] == "RUN_ERROR"
    assert events[-1]["code"] == "store"
    broken = ask(demo, "break half way")
    assert events_of(broken)[-1]["code"] == "internal"
    assert "secret detail" not in broken.text


def test_an_unknown_error_shows_an_id_and_nothing_else(demo: Served) -> None:
    response = ask(demo, "break at once")
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal"
    assert "secret detail" not in response.text
    assert "Traceback" not in response.text


def test_as_of_is_taken_only_in_the_demo(demo: Served, bank: Served) -> None:
    props = {"as_of": "2026-11-20"}
    assert ask(demo, "deposits", forwardedProps=props).status_code == 200
    assert demo.assistant.turns[0].as_of == date(2026, 11, 20)
    assert ask(bank, "deposits", forwardedProps=props).status_code == 422
    assert bank.assistant.turns == []


@pytest.mark.parametrize("path", ["/agui", "/v1/chat/completions"])
@pytest.mark.parametrize("stream", [True, False])
def test_hanging_up_cancels_the_turn(demo: Served, path: str, stream: bool) -> None:
    question = "wait for ever"
    openai = {"model": "rapport", "stream": stream, "messages": [{"role": "user", "content": question}]}
    body = json.dumps(run_input(question) if path == "/agui" else openai).encode()
    demo.assistant.cancelled.clear()
    with socket.create_connection(("127.0.0.1", urlsplit(demo.url).port or 0)) as connection:
        bearer = demo.bearer()["Authorization"]
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        _wait(lambda: bool(demo.assistant.turns))
        time.sleep(0.05)
        assert demo.assistant.cancelled == []
    _wait(lambda: demo.assistant.cancelled == [demo.assistant.turns[0].id])


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 3
    while not done():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_turn_asked_again_after_a_lost_connection_is_told_again_and_not_run_again(demo: Served) -> None:
    first = events_of(ask(demo, "deposits of Ana", threadId="t9", runId="r9"))
    again = events_of(ask(demo, "deposits of Ana", threadId="t9", runId="r9"))
    assert len(demo.assistant.turns) == 1
    assert [event["value"] for event in again if event["type"] == "CUSTOM"] == [
        event["value"] for event in first if event["type"] == "CUSTOM"
    ]
    assert again[-1]["type"] == "RUN_FINISHED"
    ask(demo, "deposits of Ana", threadId="t9", runId="r9", employee_id="E202")
    ask(demo, "another question", threadId="t9", runId="r9")
    assert [turn.employee_id for turn in demo.assistant.turns] == ["E102", "E202", "E102"]


def test_a_turn_says_which_one_it_replaces(demo: Served) -> None:
    ask(demo, "deposits", forwardedProps={"replaces": "r0"})
    assert demo.assistant.turns[0].replaces == "r0"
    assert ask(demo, "deposits", forwardedProps={"replaces": "a b"}).status_code == 422
