"""The ledger: what is on it, once, and how it prints."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistant.grounding.ledger import Ledger
from knowledge.crm.tables import Customer, Employee, Product, Unit
from prompts import LANGUAGES
from tests.assistant.conftest import CLAUSE

TODAY = date(2026, 11, 20)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("en", TODAY)


def test_the_same_figure_from_the_same_row_is_one_fact(ledger: Ledger) -> None:
    first = ledger.money("A1", "balance", Decimal("5.00"), "CNY", "balance/A1/2026-10-31")
    again = ledger.money("A1", "balance", Decimal("5.00"), "CNY", "balance/A1/2026-10-31")
    assert again is first
    assert [fact.id for fact in ledger.facts] == ["f1"]


def test_what_differs_in_subject_measure_value_or_source_is_another_fact(ledger: Ledger) -> None:
    five = Decimal("5.00")
    marks = [
        ledger.money("A1", "balance", five, "CNY", "balance/A1/2026-10-31").mark,
        ledger.money("A2", "balance", five, "CNY", "balance/A1/2026-10-31").mark,
        ledger.money("A1", "limit", five, "CNY", "balance/A1/2026-10-31").mark,
        ledger.money("A1", "balance", five + 1, "CNY", "balance/A1/2026-10-31").mark,
        ledger.money("A1", "balance", five, "CNY", "balance/A1/2026-09-30").mark,
    ]
    assert marks == ["f1", "f2", "f3", "f4", "f5"]
    assert marks == [fact.id for fact in ledger.facts]


def test_a_fact_is_as_of_its_own_day_or_of_today(ledger: Ledger) -> None:
    month_end = date(2026, 10, 31)
    dated = ledger.money("A1", "balance", Decimal(1), "CNY", "balance/A1/2026-10-31", month_end)
    assert dated.fact.as_of == month_end
    assert ledger.number("C1", "age", 40, "years", "customer/C1").fact.as_of == TODAY


def test_a_customer_is_listed_once_and_in_order(ledger: Ledger) -> None:
    for id in ("C2", "C1", "C2"):
        ledger.customer(Customer(id=id, name=id))
    assert ledger.customers == ["C2", "C1"]


@pytest.mark.parametrize(
    "language, text", [("en", "Wang Jianguo (王建国)"), ("es", "Wang Jianguo (王建国)"), ("zh", "王建国")]
)
def test_a_chinese_name_is_readable_for_who_reads_no_chinese(language: str, text: str) -> None:
    figure = Ledger(language, TODAY).customer(Customer(id="C1", name="王建国", name_latin="Wang Jianguo"))
    assert (figure.text, figure.value) == (text, "王建国")


def test_a_latin_name_stands_once() -> None:
    person = Customer(id="C1", name="James Carter", name_latin="James Carter")
    assert {Ledger(language, TODAY).customer(person).text for language in LANGUAGES} == {"James Carter"}


def test_products_and_units_go_by_the_name_of_the_language() -> None:
    names = {"en": "Steady 90", "zh": "稳健90天理财"}
    for language, text in (("en", "Steady 90"), ("zh", "稳健90天理财"), ("es", "稳健90天")):
        ledger = Ledger(language, TODAY)
        figure = ledger.product(Product(id="P1", name="稳健90天", names=names))
        ledger.product(Product(id="P1", name="稳健90天", names=names))
        assert (figure.text, figure.value) == (text, "稳健90天")
        assert [(card.id, card.name) for card in ledger.products] == [("P1", text)]
        assert ledger.unit(Unit(id="u", name="稳健90天", names=names)).text == text
    assert ledger.employee(Employee(id="e", name="Ana")).fact.source == "employee/e"


def test_a_code_keeps_its_value_and_prints_as_a_word() -> None:
    printed = {
        language: Ledger(language, TODAY).code("C1", "tier", "tier", "gold", "customer/C1") for language in LANGUAGES
    }
    assert {figure.value for figure in printed.values()} == {"gold"}
    assert {language: figure.text for language, figure in printed.items()} == {"en": "gold", "zh": "金卡", "es": "oro"}


def test_a_clause_is_cited_once_however_often_it_is_quoted(ledger: Ledger) -> None:
    lines = CLAUSE.text.splitlines()
    quotations = [ledger.cite(CLAUSE), *(ledger.quote(CLAUSE, line) for line in lines)]
    assert {quotation.mark for quotation in quotations} == {CLAUSE.id}
    (citation,) = ledger.citations
    assert (citation.quote, citation.valid_from, citation.valid_until) == (CLAUSE.text, "2026-01-01", "2027-12-31")
    ledger.cite(replace(CLAUSE, id="other/1", valid_from=None, valid_until=None))
    assert [(c.id, c.valid_from) for c in ledger.citations] == [(CLAUSE.id, "2026-01-01"), ("other/1", None)]
    assert ledger.facts == []
