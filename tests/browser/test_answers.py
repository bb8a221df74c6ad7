"""Answers to look at and to work with: sorted, taken along, copied, rated, asked anew."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor, answered, ask
from tests.server.running import Served


def cells(table: Locator, column: int) -> list[str]:
    return table.locator(f"tbody td:nth-child({column})").all_inner_texts()


def test_a_table_sorts_by_the_values_behind_its_figures(page: Page) -> None:
    table = ask(page, "deposits").get_by_role("table")
    change = table.get_by_role("columnheader", name="Change")
    change.get_by_role("button").click()
    expect(change).to_have_attribute("aria-sort", "ascending")
    assert cells(table, 5) == ["−450,000.00", "0.00"]
    change.get_by_role("button").click()
    expect(change).to_have_attribute("aria-sort", "descending")
    assert cells(table, 5) == ["0.00", "−450,000.00"]
    change.get_by_role("button").click()
    assert change.get_attribute("aria-sort") is None
    assert cells(table, 1) == ["A-20417", "A-20418"]


def test_what_is_written_sorts_as_number_or_date(page: Page) -> None:
    table = ask(page, "到期").get_by_role("table")
    table.get_by_role("button", name="利率").click()
    assert cells(table, 5) == ["1.75%", "1.95%", "2.60%"]
    table.get_by_role("button", name="到期日").click()
    assert cells(table, 3) == ["2026-11-28", "2026-12-03", "2026-12-15"]


@pytest.mark.parametrize(
    "text, number",
    [("CN¥1,200.50", 1200.5), ("1.200,50 €", 1200.5), ("−450,000.00", -450000), ("-3,5 %", -3.5), ("12", 12),
     ("¥50万", 500000), ("(1,000.00)", -1000), ("1.234.567", 1234567), ("1 200,00 Kč", 1200)],
)  # fmt: skip
def test_amounts_of_all_three_languages_are_numbers(page: Page, text: str, number: float) -> None:
    assert page.evaluate("async (text) => (await import('/static/widget/number.js')).numberOf(text)", text) == number


def test_a_table_is_saved_without_formulas_and_with_its_numbers(page: Page) -> None:
    rows = [["=1+1", "+49 30", "-3.5 %", "@cmd", "−450.00", 'say "hi", now', "\tx", "-cmd|x"]]
    script = "async (rows) => (await import('/static/widget/table.js')).csvOf(rows)"
    expected = '\ufeff\'=1+1,+49 30,-3.5 %,\'@cmd,−450.00,"say ""hi"", now",\'\tx,\'-cmd|x\r\n'
    assert page.evaluate(script, rows) == expected
    exchange = ask(page, "deposits")
    with page.expect_download() as saved:
        exchange.get_by_role("button", name="Save as CSV").click()
    text = saved.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[1] == 'A-20417,Current account,"734,500.00","284,500.00","−450,000.00"'


def test_lines_to_say_are_copied_one_by_one_and_the_answer_whole(visitor: Visitor) -> None:
    page = visitor.visit("ana.garcia", "es")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    exchange = ask(page, "¿Qué le digo a María García López?")
    line = exchange.locator(".talk").first
    said = line.locator("p").inner_text()
    line.get_by_role("button").last.click()
    expect(line.get_by_role("button", name="Copiado")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert said.endswith(copied)
    assert 0 < len(copied) < len(said), "what kind of line it is, is not said to a customer"
    exchange.get_by_role("button", name="Copiar la respuesta").click()
    assert "María García López" in page.evaluate("navigator.clipboard.readText()")


def test_products_cases_tasks_and_customers_are_cards(visitor: Visitor) -> None:
    page = visitor.visit("tom.baker", "en")
    product = ask(page, "What can I offer James Carter?").locator(".card.product").first
    expect(product).to_have_attribute("data-verdict", re.compile("allowed|warning"))
    expect(product.locator("li").first).to_be_visible()
    expect(ask(page, "Which tasks are open?").locator(".card.task").first).to_be_visible()
    expect(ask(page, "Tell me about James Carter").locator(".table.customer")).to_be_visible()
    page = visitor.visit("jiang.lan", "en")
    expect(ask(page, "Which feedback is open?").locator(".card.case").first).to_be_visible()


def test_a_figure_leads_back_to_the_system_and_a_clause_opens(visitor: Visitor) -> None:
    page = visitor.visit("jiang.lan", "en")
    file = ask(page, "Tell me about 王建国").locator(".table.customer")
    file.get_by_role("button", name=re.compile("^person")).click()
    source = page.locator("rapport-chat .source")
    expect(source).to_contain_text("Customers (customer)")
    expect(source).to_contain_text("core banking system")
    page.keyboard.press("Escape")
    exchange = ask(page, "How fast must we answer a complaint?")
    exchange.locator(".citation").first.click()
    expect(source.locator("blockquote")).to_be_visible()


def test_a_thumb_counts_at_once_and_why_may_follow(page: Page, served: Served) -> None:
    served.assistant.history.rated.clear()
    exchange = ask(page, "deposits")
    exchange.get_by_role("button", name="Not a good answer").click()
    expect(exchange.get_by_label("A figure is wrong")).to_be_focused()
    page.keyboard.press("Space")
    exchange.get_by_label("In your own words").fill("the change")
    with page.expect_response(lambda response: "the change" in (response.request.post_data or "")):
        exchange.get_by_role("button", name="Tell").click()
    expect(exchange.get_by_role("button", name="Not a good answer")).to_have_attribute("aria-pressed", "true")
    expect(exchange.get_by_text("Thank you.")).to_be_visible()
    assert [(thumb, reasons, comment) for _, thumb, reasons, comment in served.assistant.history.rated] == [
        ("down", [], ""),
        ("down", ["wrong_figure"], "the change"),
    ]


def test_a_question_is_written_anew_in_its_place(page: Page, served: Served) -> None:
    first = ask(page, "deposits")
    ask(page, "到期")
    first = page.locator("rapport-chat .exchange").first
    first.get_by_role("button", name="Edit the question").click()
    editor = first.get_by_role("textbox")
    editor.press("Escape")
    expect(first.get_by_role("button", name="Edit the question")).to_be_focused()
    page.keyboard.press("Enter")
    editor.fill("ranking")
    editor.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    expect(editor).to_be_visible()
    editor.press("Enter")
    exchange = answered(page, 1)
    expect(exchange.locator("figure.chart").first).to_be_visible()
    first_turn, _, anew = served.assistant.turns
    assert (anew.question, anew.replaces) == ("ranking", first_turn.id)
    page.reload()
    expect(page.locator("rapport-chat .question")).to_have_text(["You asked: ranking"])


def test_asking_again_takes_the_answers_place(page: Page, served: Served) -> None:
    ask(page, "deposits").get_by_role("button", name="Ask again").click()
    page.wait_for_function(
        "document.querySelector('rapport-chat').shadowRoot.querySelectorAll('.exchange').length === 1"
    )
    answered(page, 1)
    assert served.assistant.turns[1].replaces == served.assistant.turns[0].id


def test_the_answer_is_told_to_a_screen_reader_once(page: Page) -> None:
    spoken = page.locator("rapport-chat .unseen[role=status]")
    spoken.evaluate(
        """(spoken) => { window.told = []; new MutationObserver(() => spoken.textContent && window.told.push(1))
           .observe(spoken, { childList: true }); }"""
    )
    exchange = ask(page, "deposits")
    expect(spoken).to_contain_text("Her deposits stand")
    assert page.evaluate("window.told.length") == 1
    assert exchange.locator("[aria-live]").count() == 0


def test_a_proposal_pressed_twice_and_replayed_is_done_once(visitor: Visitor) -> None:
    page = visitor.visit("tom.baker", "en")
    card = ask(page, "Remind me to call James Carter tomorrow").locator(".proposal")
    with page.expect_request(re.compile("/proposals/.*/confirm")) as sent:
        card.get_by_role("button", name="Confirm").dblclick()
    expect(card).to_have_attribute("data-state", "confirmed")
    again = page.evaluate(
        "([url, token]) => fetch(url, {method: 'POST', headers: {Authorization: token}}).then((r) => r.json())",
        [sent.value.url, sent.value.header_value("authorization")],
    )
    assert again["state"] == "confirmed"
    tasks = ask(page, "Which tasks are open for James Carter?")
    expect(tasks.locator(".card.task", has_text=re.compile("21 Nov|Nov 21"))).to_have_count(1)
