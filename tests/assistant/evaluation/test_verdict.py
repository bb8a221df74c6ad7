"""A verdict finds each thing that an answer rests on wrongly, and only that."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer, Citation, ToolUse
from assistant.errors import CaseError
from assistant.evaluation.case import Expected
from assistant.evaluation.truth import Truth
from assistant.evaluation.verdict import problems
from assistant.grounding.fact import Fact
from knowledge.crm.store import sqlite_url

BALANCE = "select 300000 from customer where id = 'C000001'"


@pytest.fixture(scope="module")
def truth(demo_home: Path) -> Iterator[Truth]:
    truth = Truth(sqlite_url(demo_home))
    yield truth
    truth.close()


def answered(**other: Any) -> Answer:
    fact = Fact(
        id="f1", subject="account/1", measure="balance", value=Decimal("300000.00"), unit="CNY",
        as_of=date(2026, 11, 20), source="account/1", text="¥300,000.00",
    )  # fmt: skip
    whole: dict[str, Any] = {
        "answer": "", "language": "en", "engine": "builtin", "customers": ["C000001"], "facts": [fact],
        "citations": [Citation(id="c1", document="complaints", title="", section="", quote="")],
        "tools": [ToolUse(name="holdings", arguments={"limit": 3})],
    }  # fmt: skip
    return Answer(**(whole | other))


def expected(**other: Any) -> Expected:
    return Expected(ask="What does he hold?", tool="holdings", **other)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"customers": ["王建国"]},
        {"includes": ["C000001"], "excludes": ["张丽"]},
        {"arguments": {"limit": 3}},
        {"facts": {"balance": 300000}},
        {"facts": {"balance": ["¥300,000.00", BALANCE]}},
        {"forbidden": {"balance": [5], "birthday": []}},
        {"citations": ["complaints"]},
    ],
)
def test_an_answer_as_expected_has_no_problem(truth: Truth, other: dict[str, Any]) -> None:
    assert problems(answered(), expected(**other), "en", truth) == []


@pytest.mark.parametrize(
    "other, begins",
    [
        ({"customers": []}, "customers"),
        ({"includes": ["张丽"]}, "customers"),
        ({"excludes": ["王建国"]}, "customers"),
        ({"arguments": {"limit": 4}}, "arguments"),
        ({"facts": {"balance": 300001}}, "balance: lacks"),
        ({"facts": {"count": 1}}, "count: lacks"),
        ({"forbidden": {"balance": 300000}}, "balance: must not"),
        ({"forbidden": {"balance": []}}, "balance: must not"),
        ({"citations": ["fees"]}, "cited"),
        ({"products": ["P-1"]}, "products"),
        ({"refused": "out_of_scope"}, "refused"),
    ],
)
def test_each_wrong_thing_is_found(truth: Truth, other: dict[str, Any], begins: str) -> None:
    (problem,) = problems(answered(), expected(**other), "en", truth)
    assert problem.startswith(begins)


def test_another_tool_another_language_and_a_refusal_are_found(truth: Truth) -> None:
    assert problems(answered(tools=[]), expected(), "en", truth) == ["tools: []"]
    assert problems(answered(), expected(), "zh", truth) == ["language: en"]
    assert problems(answered(refused="no_access"), expected(), "en", truth) == ["refused: no_access"]


def test_a_case_that_does_not_fit_the_bank_says_so(truth: Truth) -> None:
    for other in ({"customers": ["Nobody Atall"]}, {"facts": {"balance": "select nothing from nowhere"}}):
        with pytest.raises(CaseError):
            problems(answered(), expected(**other), "en", truth)
