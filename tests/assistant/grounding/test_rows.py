"""Which facts stand together in a tool's result."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.grounding.ledger import Figure, Ledger
from assistant.grounding.rows import rows_of


@dataclass(frozen=True)
class Line:
    product: Figure
    balance: Figure
    reasons: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    name: Figure
    lines: list[Line]
    total: Figure | None
    more: bool = False


def result(ledger: Ledger, more: bool = False) -> Result:
    lines = [
        Line(
            ledger.words(f"P{number}", "name", f"Product {number}", f"product/P{number}"),
            ledger.money(f"A{number}", "balance", Decimal(number), "EUR", f"balance/A{number}"),
            [ledger.words(f"A{number}", "why", f"reason {number}", f"account/A{number}")],
        )
        for number in (1, 2)
    ]
    name = ledger.words("C1", "name", "Ann", "customer/C1")
    return Result(name, lines, ledger.money("C1", "deposits", Decimal(3), "EUR", "balance?customer=C1"), more)


def test_a_row_holds_the_facts_of_its_dataclass_and_knows_its_place() -> None:
    ledger = Ledger("en", date(2026, 11, 20))
    whole, first, second = rows_of(result(ledger))
    texts = {fact.id: fact.text for fact in ledger.facts}
    assert [texts[mark] for mark in whole.facts] == ["Ann", "€3.00"]
    assert [texts[mark] for mark in second.facts] == ["Product 2", "€2.00", "reason 2"]
    assert (first.listed_as, first.place, second.place) == ("lines", 1, 2)
    assert list(second.upwards()) == [second, whole]


def test_a_list_counts_only_where_it_is_whole() -> None:
    ledger = Ledger("en", date(2026, 11, 20))
    assert next(rows_of(result(ledger))).lists == {"lines": 2}
    assert next(rows_of(result(ledger, more=True))).lists == {}
