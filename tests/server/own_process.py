"""A server in a process of its own, as `rapport serve` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

PATIENCE_S = 120
Process = subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    home: Path, environment: Mapping[str, str], port: int, log: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Starts one; it is not ready yet."""
    command = [sys.executable, "-m", "assistant.cli", "serve", "--home", str(home), "--port", str(port)]
    written = log or subprocess.DEVNULL
    return subprocess.Popen(command, env={**os.environ, **environment}, stdout=written, stderr=written)


def wait_until_ready(process: Process, port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert process.poll() is None, "the server did not start"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not get ready")


@contextmanager
def ready_server(home: Path, environment: Mapping[str, str], log: IO[bytes] | None = None) -> Iterator[str]:
    """The address of one that is ready; it is stopped as a service manager stops it."""
    port = free_port()
    process = start(home, environment, port, log)
    try:
        wait_until_ready(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
