"""The cases that ship: enough in every language, a third unseen, none twice, no example utterance among them."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.evaluation.case import SHIPPED, Case, CaseFile, read_cases
from assistant.understanding.amounts import find_amounts
from assistant.understanding.intents import normal
from assistant.understanding.periods import find_periods
from assistant.understanding.text import PlainText, blanked
from prompts import LANGUAGES, examples

FILES = [read_cases(path) for path in sorted(SHIPPED.glob("*.yaml"))]
FEWEST = 120
DOCUMENT = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
NUMBERED = re.compile(r"Client \d+|C\d{6}")
LEANING = "follow_up"
"""Its examples ("and in {period}?") are what everyone says to go on."""
MASK = "{mention}"
NOT_YET = {
    name: pytest.mark.xfail(strict=True, reason=reason)
    for name, reason in {
        "demo": "77 questions of the first writing are examples too: they are to be put in other words",
    }.items()
}


def conversations(language: str, *, unseen: bool | None = None) -> list[Case]:
    files = [file for file in FILES if unseen in (None, file.unseen)]
    return [case for file in files for case in file.cases if case.language == language]


def masked(question: str, names: set[str], today: date) -> str:
    """A question as examples are written: its periods, amounts and the customers of its case blanked out, its
    letters compared without case, accents and signs."""
    plain = PlainText.of(question).plain
    places = [(m.start, m.end) for m in find_periods(plain, today)]
    places += [(m.start, m.end) for m in find_amounts(blanked(plain, places))]
    rest = blanked(plain, places)
    for name in names:
        places += [match.span() for match in re.finditer(re.escape(PlainText.of(name).plain), rest)]
    end = len(plain)
    for start, stop in sorted(places, reverse=True):
        if stop <= end:
            question, end = question[:start] + MASK + question[stop:], start
    return compared(question)


def compared(question: str) -> str:
    return normal(re.sub(r"\{\w+\}", MASK, question)).replace(" ", "")


def example_questions() -> set[str]:
    return {
        compared(question)
        for ability, languages in examples().items()
        if ability != LEANING
        for questions in languages.values()
        for question in questions
    }


def questions_that_are_examples(file: CaseFile) -> Iterator[str]:
    known = example_questions() - {compared(MASK)}
    for case in file.cases:
        names = {name for turn in case.turns for name in (*(turn.customers or ()), *turn.includes)}
        names |= {number for turn in case.turns for number in NUMBERED.findall(turn.ask)}
        for turn in case.turns:
            if masked(turn.ask, names, file.as_of or date.today()) in known:
                yield turn.ask


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_conversations_ship_and_a_third_of_them_unseen(language: str) -> None:
    every, unseen = conversations(language), conversations(language, unseen=True)
    assert len(every) >= FEWEST
    assert len(unseen) >= FEWEST / 3


def test_no_conversation_is_there_twice() -> None:
    asked = Counter(
        tuple(normal(turn.ask) for turn in case.turns) for language in LANGUAGES for case in conversations(language)
    )
    assert [questions for questions, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("file", [pytest.param(f, id=f.name, marks=NOT_YET.get(f.name, ())) for f in FILES])
def test_no_question_is_an_example(file: CaseFile) -> None:
    assert list(questions_that_are_examples(file)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_document_says_how_many_ship(file: CaseFile) -> None:
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{file.name}.yaml`"))
    counted = Counter(case.language for case in file.cases)
    assert re.findall(r"\| (\d+) (?=\|)", row) == [str(counted[language]) for language in ("en", "zh", "es")]


def test_the_example_in_the_document_is_a_file_of_cases(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(DOCUMENT.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    assert len(read_cases(path).cases[0].turns) == 3
