"""Questions offered after an answer: there for every ability, in every language, and askable as they stand."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import prompts
from assistant.tools.desk import CustomerId, Customers
from assistant.wiring import TOOLS
from prompts import LANGUAGES, examples, suggestions

WRITTEN: dict[str, Any] = yaml.load(
    (Path(prompts.__file__).parent / "suggestions.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
)
OF_ONE = {
    tool.name for tool in TOOLS for kind in (CustomerId, Customers) if (asked := tool.needs(kind)) and asked.required
}
"""Abilities that cannot have answered without a customer."""
LEADING_NOWHERE = {"follow_up", "smalltalk", "out_of_scope"}


def test_every_ability_and_the_start_suggest_what_to_ask_next() -> None:
    assert set(WRITTEN) == set(examples()) - LEADING_NOWHERE | {"start"}


@pytest.mark.parametrize("ability", WRITTEN)
def test_there_are_as_many_in_every_language(ability: str) -> None:
    offered = [suggestions(ability, language) for language in LANGUAGES]
    assert {len(questions) for questions in offered} <= ({6} if ability == "start" else {2, 3})
    assert len({len(questions) for questions in offered}) == 1
    for questions in offered:
        assert len(set(questions)) == len(questions)
    by_place = zip(*offered, strict=True)
    assert all(len({"{customer}" in question for question in same}) == 1 for same in by_place)


@pytest.mark.parametrize("ability", ["start", "help"])
def test_an_opening_question_needs_no_customer(ability: str) -> None:
    assert not any("{" in question for language in LANGUAGES for question in suggestions(ability, language))


@pytest.mark.parametrize("ability", WRITTEN)
def test_something_is_left_to_ask_where_no_customer_is_spoken_of(ability: str) -> None:
    for language in LANGUAGES:
        questions = suggestions(ability, language)
        assert ability in OF_ONE or any("{customer}" not in question for question in questions)
        assert all(re.findall(r"{.*?}", question) in ([], ["{customer}"]) for question in questions)


def test_what_is_suggested_can_be_changed_by_nobody() -> None:
    suggestions("start", "en").clear()
    assert suggestions("start", "en")


def test_an_unknown_ability_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        suggestions("smalltalk", "en")
