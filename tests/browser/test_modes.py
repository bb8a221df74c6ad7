"""The widget in somebody else's page, under a strict policy: floating, docked, full page; in the page's own colours."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import TIMEOUT_MS, answered
from tests.server.running import Served

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'"
HOST = """<!doctype html><html lang="es"><head><title>CRM</title><script type="module" src="/widget.js"></script></head>
<body><main><h1>CRM</h1><rapport-chat mode="{mode}" token="{token}"></rapport-chat></main></body></html>"""


@pytest.fixture
def host(browser: Browser, served: Served) -> Iterator[Page]:
    served.assistant.turns.clear()
    served.assistant.history.kept.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [text for text in complaints if "404" not in text] == []


def show(page: Page, served: Served, mode: str) -> Locator:
    html = HOST.format(mode=mode, token=served.tokens.mint("E102"))
    page.route("**/host", lambda route: route.fulfill(
        body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY}))  # fmt: skip
    page.goto(f"{served.url}/host")
    return page.locator("rapport-chat")


@pytest.mark.parametrize("mode", ["float", "dock"])
def test_a_button_opens_the_chat_over_the_page_and_escape_closes_it(host: Page, served: Served, mode: str) -> None:
    chat = show(host, served, mode)
    launcher = chat.locator(".launcher")
    expect(chat.locator(".chat")).to_be_hidden()
    assert violations(host) == []
    launcher.focus()
    host.keyboard.press("Enter")
    expect(chat.locator("textarea")).to_be_focused()
    host.keyboard.type("deposits")
    host.keyboard.press("Enter")
    answered(host, 1)
    assert violations(host) == []
    window = chat.locator(".chat").bounding_box() or {}
    assert window["width"] <= 440
    assert window["height"] == (800 if mode == "dock" else 680)
    chat.get_by_role("button", name="Página completa").click()
    assert (chat.locator(".chat").bounding_box() or {})["width"] == 1280
    chat.locator("textarea").focus()
    host.keyboard.press("Escape")
    expect(chat.locator(".chat")).to_be_hidden()
    expect(launcher).to_be_focused()
    launcher.click()
    expect(chat.locator(".exchange")).to_have_count(1)


def test_on_a_phone_it_takes_the_whole_screen(host: Page, served: Served) -> None:
    host.set_viewport_size({"width": 320, "height": 640})
    chat = show(host, served, "float")
    chat.locator(".launcher").click()
    box = chat.locator(".chat").bounding_box() or {}
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 320, 640)
    assert violations(host) == []


def test_the_page_gives_it_its_colours(host: Page, served: Served) -> None:
    chat = show(host, served, "float")
    chat.evaluate("(chat) => chat.style.setProperty('--rapport-accent', 'rgb(120, 0, 60)')")
    expect(chat.locator(".launcher")).to_have_css("background-color", "rgb(120, 0, 60)")
