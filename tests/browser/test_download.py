"""A list that an answer offers as a file: fetched with the asker's own token, or said why not."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask


def test_a_press_brings_the_file_of_who_asked(page: Page) -> None:
    answer = ask(page, "customers for the gold fund")
    with page.expect_download() as waiting:
        answer.get_by_role("button", name="CSV", exact=True).click()
    found = waiting.value
    assert found.suggested_filename == "target-list.csv"
    assert Path(found.path()).read_text() == "E102,csv,en"
    expect(answer.locator(".downloads")).to_contain_text("This list as a file")


def test_a_file_that_is_refused_is_said_to_be(page: Page) -> None:
    answer = ask(page, "customers for the gold fund")
    refused: list[int] = []
    page.on("response", lambda response: refused.append(response.status))
    with page.expect_response("**/target-lists/P2.xlsx*"):
        answer.get_by_role("button", name="XLSX").click()
    expect(answer.locator(".downloads").get_by_role("alert")).not_to_be_empty()
    assert 404 in refused
