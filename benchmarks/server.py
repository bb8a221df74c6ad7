"""A running server, asked over HTTP as a front end would ask it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import httpx

from benchmarks.questions import QUESTIONS

ROUNDS = 10
WARM_UP = 1
PATIENCE_S = 60


@dataclass(frozen=True)
class Served:
    """Milliseconds of a turn, from the request to the whole answer, and the server's largest memory in MB."""

    turns: int
    p50: float
    p95: float
    memory: float


def served(home: Path) -> Served:
    """Asks the whole mix several times, one question after the other, each in a conversation of its own."""
    with running(home) as (process, client):
        tokens = {employee: _token(client, employee) for employee, _ in QUESTIONS}
        for _ in range(WARM_UP):
            _ask_all(client, tokens)
        milliseconds = [each for _ in range(ROUNDS) for each in _ask_all(client, tokens)]
        cuts = quantiles(milliseconds, n=100)
        return Served(len(milliseconds), cuts[49], cuts[94], _memory(process))


def _ask_all(client: httpx.Client, tokens: dict[str, str]) -> list[float]:
    milliseconds = []
    for employee, question in QUESTIONS:
        start = time.perf_counter()
        reply = client.post(
            "/v1/chat/completions",
            headers={"Authorization": f"Bearer {tokens[employee]}"},
            json={"model": "rapport", "messages": [{"role": "user", "content": question}]},
        )
        reply.raise_for_status()
        milliseconds.append((time.perf_counter() - start) * 1000)
    return milliseconds


def _token(client: httpx.Client, employee: str) -> str:
    reply = client.post(
        "/demo/token", json={"employee": employee}, headers={"Origin": str(client.base_url).rstrip("/")}
    )
    reply.raise_for_status()
    return str(reply.json()["token"])


@contextmanager
def running(home: Path) -> Iterator[tuple["subprocess.Popen[bytes]", httpx.Client]]:
    """A server on the bank in `home`, and a client of it."""
    port = _free_port()
    command = [sys.executable, "-m", "assistant.cli", "serve", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
            _wait_until_ready(process, client)
            yield process, client
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def _wait_until_ready(process: "subprocess.Popen[bytes]", client: httpx.Client) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            if client.get("/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the server did not get ready")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _memory(process: "subprocess.Popen[bytes]") -> float:
    """The largest resident memory so far, in MB; Linux only."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
    return int(kilobytes) / 1024
