"""The whole way through, in three languages and on two screens: ask, read, look back; with nothing that axe finds."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Visitor, ask

DESK, PHONE = (1280, 800), (320, 640)


@dataclass(frozen=True)
class Words:
    """Who asks what, and the words of the interface that are pressed."""

    who: str
    question: str
    past: str
    search: str
    remove: str
    today: str


WORDS = {
    "en": Words(
        "tom.baker", "How have James Carter's deposits changed in the last six months?", "Earlier conversations",
        "James Carter deposits", "Delete", "Today",
    ),
    "zh": Words(
        "jiang.lan", "帮我准备和王建国的通话", "历史对话", "王建国 通话", "删除", "今日",
    ),
    "es": Words(
        "ana.garcia", "¿Qué producto le conviene a María García López?", "Conversaciones anteriores",
        "maria garcia", "Eliminar", "Hoy",
    ),
}  # fmt: skip
COMBINATIONS = [(language, size) for language in WORDS for size in (DESK, PHONE)]


@pytest.mark.parametrize("language, size", COMBINATIONS)
def test_a_day_with_it(visitor: Visitor, language: str, size: tuple[int, int]) -> None:
    words, is_phone = WORDS[language], size == PHONE
    visitor.forget(words.who)
    page = visitor.visit(words.who, language, *size, dark=is_phone)
    exchange = ask(page, words.question)
    expect(exchange.locator(".figure").first).to_be_visible()
    expect(exchange.locator(".suggestions .chip").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if not is_phone:
        _look_at_today(page)
    exchange.locator(".figure").first.click()
    expect(page.locator("rapport-chat .source")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    if is_phone:
        page.get_by_role("button", name=words.today, exact=True).click()
        _look_at_today(page)
        assert violations(page) == []
    _find_it_on_another_device(visitor, words, language, size)


def _look_at_today(page: Page) -> None:
    overview = page.locator("rapport-overview")
    expect(overview.locator(".views")).to_have_attribute("aria-busy", "false")
    expect(overview.locator(".view")).to_have_count(4)
    expect(overview.locator(".note.error")).to_have_count(0)


def _find_it_on_another_device(visitor: Visitor, words: Words, language: str, size: tuple[int, int]) -> None:
    page = visitor.visit(words.who, language, *size)
    chat = page.locator("rapport-chat")
    expect(chat.locator(".exchange")).to_have_count(0)
    chat.get_by_role("button", name=words.past).click()
    expect(chat.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(words.search)
    found = chat.locator(".found li")
    expect(found).to_have_count(1)
    assert violations(page) == []
    found.locator(".tool").first.click()
    chat.locator(".found input").fill("X1")
    page.keyboard.press("Enter")
    found.get_by_role("button", name="X1").first.click()
    expect(chat.locator(".exchange")).to_have_count(1)
    expect(chat.locator(".exchange .figure").first).to_be_visible()
    expect(chat.locator("textarea")).to_be_focused()
    chat.get_by_role("button", name=words.past).click()
    chat.locator(".found .tool").last.click()
    chat.locator(".found").get_by_role("button", name=words.remove, exact=True).click()
    expect(found).to_have_count(0)
    page.keyboard.press("Escape")
    expect(chat.locator(".exchange")).to_have_count(0)
    expect(chat.locator(".past")).to_be_hidden()
