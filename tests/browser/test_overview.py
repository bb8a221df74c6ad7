"""What stands beside the chat, by role; and what is printed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, ask


@pytest.mark.parametrize(
    "who, titles",
    [
        ("jiang.lan", ["Reminders", "Today’s brief", "Open feedback", "My customers"]),
        ("ma.jianjun", ["Branches", "Open feedback", "Likely to leave", "Falling deposits"]),
        ("chen.guohua", ["Branches", "Products", "Open feedback", "Likely to leave"]),
        ("lucia.vega", ["Open feedback"]),
    ],
)
def test_each_role_has_its_views(visitor: Visitor, who: str, titles: list[str]) -> None:
    overview = visitor.visit(who, "en").locator("rapport-overview")
    expect(overview.locator(".views")).to_have_attribute("aria-busy", "false")
    expect(overview.locator(".view > h3")).to_have_text(titles)
    expect(overview.locator(".note.error")).to_have_count(0)
    figure = overview.locator(".figure").first
    figure.click()
    expect(overview.locator(".source dl")).to_be_visible()


def test_reminders_are_taken_along_as_a_calendar(visitor: Visitor) -> None:
    page = visitor.visit("jiang.lan", "en")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save for my calendar").click()
    assert saved.value.path().read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")


def test_a_wealth_plan_is_printed(visitor: Visitor) -> None:
    page = visitor.visit("jiang.lan", "zh")
    exchange = ask(page, "给张丽做一份财富规划")
    with page.expect_download() as saved:
        exchange.get_by_role("button", name="打印财富规划（PDF）").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF-")


def test_on_paper_there_is_the_answer_and_no_button(visitor: Visitor) -> None:
    page = visitor.visit("jiang.lan", "zh")
    exchange = ask(page, "帮我准备和王建国的通话")
    page.evaluate("window.print = () => {}")
    page.locator("rapport-chat").get_by_role("button", name="打印", exact=True).click()
    page.emulate_media(media="print")
    expect(exchange.get_by_role("table").first).to_be_visible()
    for gone in ("#top", "rapport-chat .composer", "rapport-chat .actions", "rapport-overview"):
        expect(page.locator(gone).first).to_be_hidden()
    box = page.locator("rapport-chat .log").bounding_box()
    assert box is not None
    assert box["height"] > 1_000, "what lies outside of the screen is printed too"
