"""A browser, and a page of it on a running server. A skipped test says what is missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from assistant.settings import Settings
from server import create_app
from tests.server.running import Served, listening, serving

CHROMIUM = Path("/usr/bin/chromium")
TIMEOUT_MS = 8_000
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that lies in this folder is of the browser: its loop, left running, would spoil the tests after it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM} (Debian's package chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    with serving(Settings(), pause_s=0.03) as served:
        yield served


@pytest.fixture(scope="session")
def bank_url(demo_home: Path) -> Iterator[str]:
    """The demo bank, served as it is: the real assistant, on the day that the bank was made for."""
    settings = Settings(home=demo_home, as_of=date(2026, 11, 20))
    with listening(create_app(settings), settings) as url:
        yield url


@dataclass(frozen=True)
class Visitor:
    """Opens the demo bank's page as somebody, in a language, on a screen."""

    browser: Browser
    url: str
    opened: list[BrowserContext]
    complaints: list[str]

    def forget(self, who: str) -> None:
        """Deletes what other tests have asked as that employee."""
        with httpx.Client(base_url=self.url, headers={"Origin": self.url}) as client:
            token = client.post("/demo/token", json={"employee": who}).json()["token"]
            client.headers["Authorization"] = f"Bearer {token}"
            for card in client.get("/conversations").json():
                client.delete(f"/conversations/{card['id']}").raise_for_status()

    def visit(self, who: str, language: str, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale={"en": "en-GB", "zh": "zh-CN", "es": "es-ES"}[language],
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        self.opened.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(f"sessionStorage['rapport.demo.employee'] ??= {who!r}")
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.goto(self.url)
        expect(page.locator("rapport-chat textarea")).to_be_visible()
        return page


@pytest.fixture
def visitor(browser: Browser, bank_url: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, bank_url, [], [])
    yield visitor
    for context in visitor.opened:
        context.close()
    assert [text for text in visitor.complaints if not re.search(r"status of 4\d\d|ERR_", text)] == []


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """The demo page as a manager sees it, on a desk screen. What its console complains of fails the test."""
    served.assistant.turns.clear()
    served.assistant.history.kept.clear()
    served.assistant.history.titles.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", color_scheme="light")
    context.set_default_timeout(TIMEOUT_MS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.goto(served.url)
    expect(opened.locator("rapport-chat textarea")).to_be_visible()
    yield opened
    context.close()
    assert [text for text in complaints if not re.search(r"status of 4\d\d|ERR_", text)] == []


def ask(page: Page, question: str) -> Locator:
    """Asks, and returns the newest exchange once its answer is whole."""
    page.locator("rapport-chat textarea").fill(question)
    page.keyboard.press("Enter")
    return answered(page)


def answered(page: Page, exchanges: int | None = None) -> Locator:
    """The newest exchange once its answer is whole; `exchanges` is how many there are by then."""
    if exchanges is not None:
        expect(page.locator("rapport-chat .exchange")).to_have_count(exchanges)
    newest = page.locator("rapport-chat .exchange").last
    expect(newest.locator(".answer")).to_have_attribute("aria-busy", "false")
    return newest
