"""What models are told: the same in every language, nothing missing, nothing left over."""

import re
from pathlib import Path

import pytest

import prompts.instructions
from assistant.model_call import ModelFailure
from prompts import LANGUAGES, codes_of, instruction, word

FOLDER = Path(prompts.instructions.__file__).parent / "system"
NAMES = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.md")})
VALUES = {"again": ["written"], "asked": ["today", "earlier", "customer", "question"], "data": ["data", "question"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_instruction_is_written_in_every_language_with_the_same_values(name: str) -> None:
    for language in LANGUAGES:
        values: dict[str, object] = {value: f"<{value}>" for value in VALUES.get(name, [])}
        told = instruction(name, language, values | ({"earlier": ["<earlier>"]} if "earlier" in values else {}))
        assert all(f"<{value}>" in told for value in values)


@pytest.mark.parametrize("name", ["agent", "phrase"])
def test_the_rules_are_as_many_in_every_language_and_say_that_data_are_no_orders(name: str) -> None:
    rules = {language: re.findall(r"^- .+", instruction(name, language), re.MULTILINE) for language in LANGUAGES}
    assert len({len(each) for each in rules.values()}) == 1
    assert all("<data>" in each[-1] for each in rules.values())


def test_a_missing_or_unused_value_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="question"):
        instruction("data", "en", {"data": "x"})
    with pytest.raises(ValueError, match="colour"):
        instruction("phrase", "en", {"colour": "red"})
    with pytest.raises(KeyError):
        instruction("nothing", "en")


def test_every_reason_for_doing_without_a_model_has_words() -> None:
    assert set(codes_of("model_failure")) == {failure.value for failure in ModelFailure}
    for failure in ModelFailure:
        assert len({word("model_failure", failure, language) for language in LANGUAGES}) == len(LANGUAGES)
