"""The demo page: who one is, in which language, and what it says where identities are off."""

from playwright.sync_api import Browser, Page, expect

from assistant.settings import Settings
from tests.browser.conftest import answered, ask
from tests.server.running import SECRET, Served, serving


def test_one_chooses_who_one_is(page: Page, served: Served) -> None:
    expect(page.locator("#warning")).to_contain_text("Demo identities")
    ask(page, "deposits")
    page.locator("#current").click()
    page.get_by_role("button", name="Helen Brandt").click()
    expect(page.locator("rapport-chat .welcome")).to_be_visible()
    ask(page, "deposits")
    manager, head_office = served.assistant.turns
    assert (manager.employee_id, head_office.employee_id) == ("E102", "E001")
    assert manager.conversation_id != head_office.conversation_id
    page.reload()
    expect(page.locator("#current")).to_contain_text("Helen Brandt")


def test_the_language_changes_words_and_examples_but_keeps_the_conversation(page: Page) -> None:
    ask(page, "deposits")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("button", name="新对话")).to_be_visible()
    answered(page, 1)
    page.locator("rapport-chat .figure").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("2026年11月20日")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="新对话").click()
    expect(page.get_by_role("button", name="投诉应当在多长时间内答复？")).to_be_visible()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("button", name="Nueva conversación")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "es"


def test_an_example_question_asks(page: Page, served: Served) -> None:
    page.get_by_role("button", name="Who has a birthday this month?").click()
    answered(page, 1)
    assert served.assistant.turns[0].question == "Who has a birthday this month?"


def test_on_a_phone_the_people_unfold(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.get_by_role("button", name="Helen Brandt")).to_be_hidden()
    page.locator("#current").click()
    page.get_by_role("button", name="Helen Brandt").click()
    expect(page.locator("#people")).to_be_hidden()
    expect(page.locator("#current")).to_contain_text("Helen Brandt")


def test_without_demo_identities_the_page_says_what_is_needed(browser: Browser) -> None:
    with serving(Settings(auth_secret=SECRET)) as bank:
        page = browser.new_page(locale="en-GB")
        page.goto(bank.url)
        expect(page.locator("main")).to_contain_text("Demo identities are off here.")
        expect(page.locator("main")).to_contain_text("docs/embedding.md")
        assert page.locator("rapport-chat").count() == 0
        page.close()
