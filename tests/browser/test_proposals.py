"""A person's yes and no on the card: what will be done, changed before the yes, decided once."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ask
from tests.server.running import Served
from tests.server.scripted import HOSTILE


@pytest.fixture
def card(page: Page, served: Served) -> Locator:
    served.assistant.proposals.decided.clear()
    return ask(page, "remind me to call Ana").get_by_role("group", name="New task")


def test_what_was_changed_on_the_card_is_what_is_confirmed(page: Page, served: Served, card: Locator) -> None:
    expect(card.get_by_label("task", exact=True)).to_have_value("Call Ana about the deposit")
    expect(card.get_by_label("due on")).to_have_value("2026-11-27")
    expect(card.get_by_label("kind of task")).to_have_value("call")
    card.get_by_label("task", exact=True).fill("Visit Ana")
    card.get_by_label("due on").fill("")
    card.get_by_label("kind of task").select_option("visit")
    card.get_by_role("button", name="Confirm").click()
    expect(card.get_by_role("status")).to_have_text("The task is on your list.")
    expect(card.get_by_role("status")).to_be_focused()
    expect(card.get_by_role("button")).to_have_count(0)
    changed = {"title": "Visit Ana", "due_on": None, "task_kind": "visit"}
    ((id, decision, _, changes),) = served.assistant.proposals.decided
    assert (id, decision, changes) == ("p1", "confirmed", changed)


def test_a_no_leaves_nothing_to_press(served: Served, card: Locator) -> None:
    card.get_by_role("button", name="Discard").click()
    expect(card.get_by_role("status")).to_have_text("rejected")
    expect(card.get_by_role("button")).to_have_count(0)
    assert [decision for _, decision, _, _ in served.assistant.proposals.decided] == ["rejected"]


def test_a_change_that_cannot_be_is_said_and_can_be_mended(served: Served, card: Locator) -> None:
    card.get_by_label("task", exact=True).fill("")
    card.get_by_role("button", name="Confirm").click()
    expect(card.get_by_role("alert")).to_contain_text("cannot be changed like that")
    assert served.assistant.proposals.decided == []
    card.get_by_label("task", exact=True).fill("Call her")
    card.get_by_role("button", name="Confirm").click()
    expect(card.get_by_role("status")).to_have_text("The task is on your list.")
    expect(card.get_by_role("alert")).to_have_count(0)


def test_what_the_store_holds_is_text_on_the_card(page: Page, card: Locator) -> None:
    expect(card).to_contain_text(HOSTILE)
    lines = card.get_by_text("a deposit a birthday")
    expect(lines).to_have_css("white-space", "pre-line")
    assert card.locator("img, script").count() == 0
    assert page.title() != "owned"
