"""A model that plays a script: an OpenAI endpoint on loopback that streams, calls tools, dawdles, breaks and babbles.

What it is asked beyond its script, and what of the script nobody asked for, fails the test. Every byte it receives is
kept.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

PIECE = 7
"""Characters of a streamed piece: small enough to cut names, figures and placeholders in the middle."""


@dataclass(frozen=True)
class Step:
    """One reply. `expects` must stand in the request, `forbids` must not.

    `text` and `calls` (name and arguments, which may be a text that is no JSON) are streamed, `raw` instead of them.
    `status` refuses; after `breaks_after` pieces the connection is cut, or, with `silent`, nothing comes any more.
    """

    text: str = ""
    calls: Sequence[tuple[str, dict[str, Any] | str]] = ()
    expects: Sequence[str] = ()
    forbids: Sequence[str] = ()
    finish: str | None = None
    status: int = 200
    silent: bool = False
    breaks_after: int | None = None
    raw: str | None = None


class ScriptedModel:
    """The endpoint. `play` gives it its script, `check` says what went otherwise; `hung_up` is set once nobody waits
    for the rest of a step any more."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[bytes] = []
        self.problems: list[str] = []
        self.hung_up = asyncio.Event()
        self._steps: list[Step] = []

    def play(self, *steps: Step) -> None:
        self._steps = list(steps)
        self.received.clear()
        self.problems.clear()
        self.hung_up.clear()

    def check(self) -> None:
        unused, self._steps = self._steps, []
        assert not self.problems, "\n".join(self.problems)
        assert not unused, f"nobody asked for {unused}"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(raw.partition(b"\r\n\r\n")[2]) for raw in self.received]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head(reader):
                body = await reader.readexactly(_length(head))
                self.received.append(head + body)
                if not await self._answer(body.decode(), reader, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            writer.close()

    async def _wait(self, reader: asyncio.StreamReader) -> bool:
        """Says nothing until the other side hangs up."""
        await reader.read(1)
        self.hung_up.set()
        return False

    async def _answer(self, body: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        if not self._steps:
            self.problems.append(f"asked beyond the script: {body[-300:]}")
            return await _refuse(writer, 500)
        step = self._steps.pop(0)
        plain = json.dumps(json.loads(body), ensure_ascii=False)
        self.problems += [f"lacks {text!r}: {plain[-1500:]}" for text in step.expects if text not in plain]
        self.problems += [f"holds {text!r}: {plain[-1500:]}" for text in step.forbids if text in plain]
        if step.status != 200:
            return await _refuse(writer, step.status)
        if not json.loads(body).get("stream"):
            return await _whole(step, writer)
        if step.silent and step.breaks_after is None:
            return await self._wait(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for number, event in enumerate(_events(step)):
            if number == step.breaks_after:
                await writer.drain()
                if step.silent:
                    return await self._wait(reader)
                writer.transport.abort()
                return False
            data = f"data: {event}\n\n".encode()
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


def _length(head: bytes) -> int:
    lines = head.decode("latin-1").lower().split("\r\n")
    return next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))


async def _whole(step: Step, writer: asyncio.StreamWriter) -> bool:
    """The reply in one piece, for who does not stream."""
    message = {"role": "assistant", "content": step.text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = json.dumps({"id": "x", "object": "chat.completion", "choices": [choice]}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return True


async def _refuse(writer: asyncio.StreamWriter, status: int) -> bool:
    body = b'{"error": {"message": "the endpoint speaks", "type": "x"}}'
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nretry-after: 60\r\nlocation: /elsewhere\r\n"
    writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    return True


def _events(step: Step) -> list[str]:
    if step.raw is not None:
        return [step.raw, "[DONE]"]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": step.text[at : at + PIECE]} for at in range(0, len(step.text), PIECE)]
    for index, (name, given) in enumerate(step.calls):
        arguments = given if isinstance(given, str) else json.dumps(given)
        head = {"name": name, "arguments": ""}
        deltas.append(
            {"tool_calls": [{"index": index, "id": f"c{index}-{name}", "type": "function", "function": head}]}
        )
        for at in range(0, len(arguments), PIECE):
            part = {"index": index, "function": {"arguments": arguments[at : at + PIECE]}}
            deltas.append({"tool_calls": [part]})
    finish = step.finish or ("tool_calls" if step.calls else "stop")
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    chunks.append({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}})
    return [*(json.dumps({"id": "x", "object": "chat.completion.chunk", **chunk}) for chunk in chunks), "[DONE]"]


@asynccontextmanager
async def scripted_model() -> AsyncIterator[ScriptedModel]:
    model = ScriptedModel()
    server = await asyncio.start_server(model.handle, "127.0.0.1", 0)
    model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        server.close()
