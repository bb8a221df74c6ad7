"""A server that is killed in the middle of a turn: whoever asked gets the answer once, and the journal holds."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import answered

PATIENCE_S = 120


class Killable:
    """`rapport serve` in a process of its own, on one port for all its lives."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "assistant.cli", "serve", "--home", str(home), "--port", str(self.port)]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/readyz").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the demo bank, which another server may be writing to."""
    copy = Path(shutil.copytree(demo_home, tmp_path / "home", ignore=shutil.ignore_patterns("crm.sqlite*")))
    with (
        closing(sqlite3.connect(demo_home / "crm.sqlite")) as given,
        closing(sqlite3.connect(copy / "crm.sqlite")) as to,
    ):
        given.backup(to)
    return copy


@pytest.fixture
def killable(home: Path) -> Iterator[Killable]:
    server = Killable(home)
    yield server
    server.kill()


def test_the_answer_comes_once_and_the_journal_verifies(browser: Browser, killable: Killable, home: Path) -> None:
    page = browser.new_page(locale="en-GB", viewport={"width": 900, "height": 800})
    page.add_init_script("sessionStorage['rapport.demo.employee'] ??= 'tom.baker'")
    page.goto(killable.url)
    killed: list[str] = []

    def kill_meanwhile(route: Route) -> None:
        route.continue_()
        if not killed:
            killed.append(route.request.url)
            time.sleep(0.02)
            killable.kill()

    page.route("**/agui", kill_meanwhile)
    page.locator("rapport-chat textarea").fill("Remind me to call James Carter tomorrow")
    page.keyboard.press("Enter")
    expect(page.locator("rapport-chat .progress")).to_have_text(re.compile("connection was lost"), timeout=20_000)
    killable.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("rapport-chat .proposal")).to_have_count(1, timeout=40_000)
    answered(page, 1)
    page.reload()
    expect(page.locator("rapport-chat .exchange .proposal")).to_have_count(1)
    page.close()
    verify = [sys.executable, "-m", "assistant.cli", "journal", "verify", "--home", str(home)]
    assert "every link holds" in subprocess.run(verify, capture_output=True, text=True, check=True).stdout
