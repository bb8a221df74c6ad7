"""What a person does with the widget: asks, reads, presses a figure, writes Chinese, holds a phone."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import answered, ask
from tests.server.running import Served
from tests.server.scripted import HOSTILE


def test_an_answer_streams_in_while_the_running_tool_is_named(page: Page) -> None:
    page.locator("rapport-chat textarea").fill("How have the deposits of Ana changed, slowly?")
    page.keyboard.press("Enter")
    expect(page.locator("rapport-chat .progress")).to_have_text("Looking up Ana García")
    expect(page.locator("rapport-chat .progress")).to_have_text("Comparing her deposits over three months")
    expect(page.locator("rapport-chat .body h3")).to_have_text(["Deposits of Ana García Morales"])
    expect(page.locator("rapport-chat .answer")).to_have_attribute("aria-busy", "false")
    expect(page.locator("rapport-chat .pending")).to_have_count(0)
    expect(page.locator("rapport-chat textarea")).to_be_focused()
    expect(page.locator("rapport-chat .unseen[role=status]")).to_contain_text("Her deposits stand at EUR 1,284,500.00")


def test_a_figure_opens_its_source_and_escape_returns_to_it(page: Page) -> None:
    figure = ask(page, "deposits").get_by_role("button", name="EUR 1,284,500.00")
    figure.focus()
    page.keyboard.press("Enter")
    source = page.get_by_role("dialog")
    expect(source).to_contain_text("Monthly balances (balance)")
    expect(source).to_contain_text("customer_id=C1042")
    expect(source).to_contain_text("deposit total")
    expect(source).to_contain_text("1284500.00 EUR")
    expect(source).to_contain_text("20 November 2026")
    expect(figure).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(figure).to_be_focused()


def test_a_row_is_told_by_table_and_key(page: Page) -> None:
    ask(page, "deposits").get_by_role("button", name="−450,000.00").click()
    expect(page.get_by_role("dialog")).to_contain_text("Transactions (transaction)")
    expect(page.get_by_role("dialog").locator("code")).to_have_text("T88120417")


def test_a_citation_opens_the_clause_with_its_validity(page: Page) -> None:
    exchange = ask(page, "deposits")
    exchange.locator(".citation").click()
    expect(page.get_by_role("dialog")).to_contain_text("speaks with the customer within two working days")
    expect(page.get_by_role("dialog")).to_contain_text("from 1 January 2026")
    page.keyboard.press("Escape")
    exchange.get_by_role("button", name="Care of key customers").click()
    expect(page.get_by_role("dialog")).to_contain_text("4.2 Large withdrawals")


def test_a_table_is_a_table_with_its_numbers_to_the_right(page: Page) -> None:
    table = ask(page, "deposits").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Account", "Product", "31 Aug", "31 Oct", "Change"])
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table.get_by_role("cell", name="−450,000.00")).to_have_css("text-align", "right")
    expect(table.get_by_role("cell", name="A-20417")).to_have_css("text-align", "left")
    dates = ask(page, "到期").get_by_role("cell", name="2026-11-28")
    expect(dates).to_have_css("text-align", "left")


def test_amounts_are_told_from_ids_and_dates(page: Page) -> None:
    amounts = [
        "CN¥14,518,514.08",
        "EUR 1,200.00",
        "−1.200,00 €",
        "1 200,00 Kč",
        "3.5%",
        "12",
        "¥50万",
        "US$7",
        "(1,000.00)",
        "5 笔",
    ]
    others = ["A-20417", "C1042", "2026-11-20", "13800001111", "platinum", "Nov 21, 2026", "2026年12月10日", "", "R3"]
    told = page.evaluate(
        "async (texts) => texts.filter((await import('/static/widget/number.js')).isAmount)",
        amounts + others,
    )
    assert told == [*amounts]


def test_a_suggestion_asks(page: Page, served: Served) -> None:
    ask(page, "deposits").get_by_role("button", name="What did she spend it on?").click()
    answered(page, 2)
    expect(page.locator("rapport-chat .suggestions")).to_have_count(0)
    assert [turn.question for turn in served.assistant.turns] == ["deposits", "What did she spend it on?"]
    assert len({turn.conversation_id for turn in served.assistant.turns}) == 1


def test_enter_while_composing_chinese_does_not_send(page: Page, served: Served) -> None:
    field = page.locator("rapport-chat textarea")
    field.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "cun kuan", "selectionStart": 8, "selectionEnd": 8})
    page.keyboard.press("Enter")
    assert served.assistant.turns == []
    field.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    keyboard.send("Input.insertText", {"text": "存款到期"})
    assert served.assistant.turns == []
    expect(page.locator("rapport-chat .exchange")).to_have_count(0)
    page.keyboard.press("Enter")
    answered(page, 1)
    assert "存款到期" in served.assistant.turns[0].question


def test_shift_enter_starts_a_line_and_nothing_is_not_sent(page: Page, served: Served) -> None:
    field = page.locator("rapport-chat textarea")
    field.press("Enter")
    field.type("deposits")
    field.press("Shift+Enter")
    field.type("of Ana")
    before = field.bounding_box()
    assert served.assistant.turns == []
    field.press("Enter")
    answered(page, 1)
    assert served.assistant.turns[0].question == "deposits\nof Ana"
    after = field.bounding_box()
    assert before is not None
    assert after is not None
    assert before["height"] > after["height"]


def test_markup_in_an_answer_stays_text(page: Page) -> None:
    exchange = ask(page, "hostile")
    expect(exchange.locator("p").first).to_have_text(HOSTILE)
    exchange.locator(".figure").click()
    expect(page.get_by_role("dialog")).to_contain_text("<img src=x")
    assert page.locator("rapport-chat img, rapport-chat script").count() == 0
    assert page.title() == "Rapport"


def test_stop_keeps_what_came_and_cancels_the_turn(page: Page, served: Served) -> None:
    served.assistant.cancelled.clear()
    page.locator("rapport-chat textarea").fill("wait for ever")
    page.keyboard.press("Enter")
    expect(page.locator("rapport-chat .pending")).to_have_text("One moment")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("rapport-chat .note")).to_contain_text("Stopped.")
    expect(page.locator("rapport-chat .pending")).to_have_text("One moment")
    expect(page.locator("rapport-chat textarea")).to_be_focused()
    page.wait_for_timeout(100)
    assert served.assistant.cancelled == [served.assistant.turns[0].id]


def test_an_error_is_a_sentence_with_a_retry(page: Page, served: Served) -> None:
    exchange = ask(page, "break half way")
    expect(exchange.get_by_role("alert")).to_contain_text("Something went wrong on our side (incident ")
    exchange.get_by_role("button", name="Try again").click()
    page.wait_for_timeout(50)
    expect(answered(page, 1).get_by_role("alert")).to_contain_text("incident ")
    assert [turn.question for turn in served.assistant.turns] == ["break half way"] * 2


def test_a_lost_server_is_said_and_can_be_asked_again(page: Page) -> None:
    def fail(route: Route) -> None:
        route.abort()

    page.clock.install()
    page.route("**/agui", fail)
    page.locator("rapport-chat textarea").fill("deposits")
    page.keyboard.press("Enter")
    exchange = page.locator("rapport-chat .exchange")
    expect(exchange.locator(".progress")).to_have_text("The connection was lost; trying again")
    for _ in range(80):
        page.clock.run_for(1_000)
    expect(exchange.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.unroute("**/agui", fail)
    exchange.get_by_role("button", name="Try again").click()
    expect(page.locator("rapport-chat .exchange").last.get_by_role("table")).to_be_visible()


def test_a_stream_cut_off_is_asked_for_again_under_its_id_and_shown_once(page: Page, served: Served) -> None:
    cut: list[str] = []

    def cut_once(route: Route) -> None:
        cut.append((route.request.post_data_json or {})["runId"])
        if len(cut) == 1:
            block = {"kind": "paragraph", "line": [{"text": "Half of it"}]}
            events = [
                {"type": "RUN_STARTED"},
                {"type": "TEXT_MESSAGE_CONTENT", "delta": "Half"},
                {"type": "CUSTOM", "name": "rapport.block", "value": block},
            ]
            route.fulfill(status=200, body="".join(f"data: {json.dumps(event)}\n\n" for event in events))
        else:
            route.continue_()

    page.route("**/agui", cut_once)
    exchange = ask(page, "deposits")
    expect(exchange.get_by_role("table")).to_have_count(1)
    expect(exchange).not_to_contain_text("Half of it")
    assert len(cut) == 2
    assert [cut[0]] * 2 == cut
    assert len(served.assistant.turns) == 1


def test_a_token_that_ran_out_is_fetched_anew_once(page: Page, served: Served) -> None:
    expired = served.tokens.mint("E102", lifetime_s=-600)
    given = []

    def first_expired(route: Route) -> None:
        given.append(route)
        if len(given) == 1:
            route.fulfill(json={"token": expired, "expires_in": 0})
        else:
            route.continue_()

    page.route("**/demo/token", first_expired)
    expect(ask(page, "deposits").get_by_role("table")).to_be_visible()
    assert len(given) == 2


def test_the_conversation_is_there_after_a_reload_until_a_new_one(page: Page, served: Served) -> None:
    ask(page, "deposits")
    page.reload()
    answered(page, 1)
    expect(page.locator("rapport-chat .exchange").get_by_role("table")).to_be_visible()
    ask(page, "deposits")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("rapport-chat .welcome")).to_be_visible()
    ask(page, "deposits")
    first, second, third = (turn.conversation_id for turn in served.assistant.turns)
    assert first == second != third


@pytest.mark.parametrize("width", [320, 360, 768, 1920])
@pytest.mark.parametrize("question", ["deposits", "wide"])
def test_no_width_scrolls_sideways(page: Page, width: int, question: str) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    exchange = ask(page, question)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    log = page.locator("rapport-chat .log")
    assert log.evaluate("log => log.scrollWidth <= log.clientWidth")
    box = exchange.locator(".question").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    if question == "deposits":
        exchange.locator(".figure").first.click()
        shown = page.get_by_role("dialog").bounding_box()
        assert shown is not None
        assert 0 <= shown["x"] <= shown["x"] + shown["width"] <= width
        assert 0 <= shown["y"] <= shown["y"] + shown["height"] <= 740


def test_dark_follows_the_system_and_the_attribute_wins(page: Page) -> None:
    chat = page.locator("rapport-chat")
    expect(chat).to_have_css("background-color", "rgb(255, 255, 255)")
    page.emulate_media(color_scheme="dark")
    expect(chat).to_have_css("background-color", "rgb(18, 24, 29)")
    chat.evaluate("chat => chat.setAttribute('theme', 'light')")
    expect(chat).to_have_css("background-color", "rgb(255, 255, 255)")
    page.emulate_media(color_scheme="light")
    chat.evaluate("chat => chat.setAttribute('theme', 'dark')")
    expect(chat).to_have_css("background-color", "rgb(18, 24, 29)")


def test_every_word_is_there_in_each_language(page: Page) -> None:
    missing = page.evaluate(
        """async () => {
            const { wordsFor } = await import('/static/widget/words.js');
            const keys = (words, at = '') => Object.entries(words).flatMap(([key, value]) =>
                typeof value === 'object' && !('other' in value) ? keys(value, `${at}${key}.`) : [`${at}${key}`]);
            const [en, zh, es] = ['en', 'zh-CN', 'es-MX'].map((tag) => keys(wordsFor(tag)).sort().join());
            return en !== zh || en !== es;
        }"""
    )
    assert missing is False


def test_the_page_is_used_by_keyboard_alone(page: Page, served: Served) -> None:
    page.locator("rapport-chat textarea").focus()
    page.keyboard.type("deposits")
    page.keyboard.press("Enter")
    expect(page.locator("rapport-chat .answer")).to_have_attribute("aria-busy", "false")
    reached = ""
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        reached = str(page.evaluate("document.querySelector('rapport-chat').shadowRoot.activeElement?.className ?? ''"))
        if re.search("chip", reached):
            break
    page.keyboard.press("Enter")
    answered(page, 2)
    assert len(served.assistant.turns) == 2
