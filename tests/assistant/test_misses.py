"""What was not understood is kept for those who improve the examples, and nobody's name with it."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.assistant import Assistant
from assistant.cli import main
from assistant.journal import Journal, Kind
from assistant.misses import Miss, grouped_misses, without_names
from assistant.settings import Settings
from assistant.understanding.intents import Intents, everyday_words
from assistant.understanding.reading import Guess
from assistant.wiring import open_assistant
from knowledge.crm.store import CrmStore, sqlite_url
from tests.evals.case import ask


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def assistant(demo_home: Path) -> AsyncIterator[Assistant]:
    async with open_assistant(Settings(home=demo_home, as_of=date(2026, 11, 20))) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(demo_home: Path) -> AsyncIterator[CrmStore]:
    opened = CrmStore(sqlite_url(demo_home))
    yield opened
    await opened.close()


@pytest.fixture(scope="module", autouse=True)
def unsure() -> Iterator[None]:
    """Whatever the examples teach, a wibble is not understood."""
    guess = Intents.guess

    def unsure_of_wibbles(intents: Intents, masked: str) -> list[Guess]:
        if "wibble" not in masked.lower():
            return guess(intents, masked)
        return [Guess("loans", 0.3), Guess("holdings", 0.2), Guess("feedback", 0.1)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Intents, "guess", unsure_of_wibbles)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(assistant: Assistant, store: CrmStore) -> list[Miss]:
    """The misses after these questions of an employee who may see neither James Carter nor María García López."""
    questions = [
        "wibble wobble for James Carter please",
        "wibble wobble for maria garcia lopez please",
        "wibble, please",
        "Wibble please!",
        "What are my tasks?",
    ]
    for number, question in enumerate(questions):
        await ask(assistant, "jiang.lan", question, f"miss-{number}", id=f"miss-{number}")
    misses = await grouped_misses(store, everyday_words())
    return [miss for miss in misses if "wibble" in miss.question.lower()]  # other tests ask this bank too


@pytest.mark.asyncio(loop_scope="module")
async def test_what_was_not_understood_is_kept_newest_first_and_once_for_the_same_words(kept: list[Miss]) -> None:
    assert [(miss.question, miss.times) for miss in kept] == [
        ("Wibble please!", 2),
        ("wibble wobble for {customer} please", 2),
    ]
    assert [miss.last for miss in kept] == sorted((miss.last for miss in kept), reverse=True)
    assert kept[0].likely == (("loans", 0.3), ("holdings", 0.2), ("feedback", 0.1))


@pytest.mark.asyncio(loop_scope="module")
async def test_no_name_is_kept_with_a_miss_whoever_may_see_the_customer(kept: list[Miss]) -> None:
    for miss in kept:
        for name in ("James", "Carter", "maria", "garcia", "lopez"):
            assert name not in miss.question


@pytest.mark.asyncio(loop_scope="module")
async def test_a_miss_belongs_to_its_turn(kept: list[Miss], store: CrmStore) -> None:
    assert kept
    entries = await Journal(store).turn("miss-2")
    assert [entry.kind for entry in entries] == [Kind.QUESTION, Kind.READING, Kind.MISSED, Kind.ANSWER]


@pytest.mark.parametrize(
    "masked, shown",
    [
        ("flurb {customer} for Zebulon Quackenbush", "flurb {customer} for {customer}"),
        ("call +86 138 0013 8000 or write to wei@example.com", "call {number} or write to {address}"),
        ("flurb the wibble", "flurb the wibble"),
        ("flurb olivia bennett's wibble", "flurb {customer}'s wibble"),
        ("看看孔乙己的嘎嘎", "看看{customer}的嘎嘎"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_names_numbers_and_addresses_are_left_out(masked: str, shown: str) -> None:
    assert without_names(masked, everyday_words(), {"olivia bennett"}) == shown


def test_the_command_prints_them(kept: list[Miss], demo_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["evaluate", "--misses", "--json", "--home", str(demo_home)])
    printed = [row for row in json.loads(capsys.readouterr().out) if "wibble" in row["question"].lower()]
    assert left.value.code == 0
    assert [row["question"] for row in printed] == [miss.question for miss in kept]
    assert set(printed[0]) == {"question", "language", "times", "last", "likely"}
    assert set(printed[0]["likely"][0]) == {"ability", "probability"}


def test_the_command_says_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["evaluate"])
    assert left.value.code == 2
    assert capsys.readouterr().err == "rapport: Invalid value: name the cases to judge, or say --misses\n"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_asker_chooses_between_the_two_likeliest(assistant: Assistant) -> None:
    unclear = await ask(assistant, "jiang.lan", "wibble of 张丽", "choice")
    assert unclear.refused == "not_understood"
    assert "- Loans\n- Accounts and balances" in unclear.answer
    chosen = await ask(assistant, "jiang.lan", "the second", "choice")
    assert [use.name for use in chosen.tools] == ["holdings"]
    assert len(chosen.customers) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_another_question_is_no_choice(assistant: Assistant) -> None:
    await ask(assistant, "jiang.lan", "wibble of 张丽", "no choice")
    other = await ask(assistant, "jiang.lan", "What are my tasks?", "no choice")
    assert [use.name for use in other.tools] == ["tasks"]
