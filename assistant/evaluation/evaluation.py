"""Cases put to a bank: a copy of its home, so that nothing a case does stays."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.errors import CaseError, SettingsError
from assistant.evaluation.case import Case, CaseFile
from assistant.evaluation.report import Outcome, Report
from assistant.evaluation.truth import Truth
from assistant.evaluation.verdict import problems
from assistant.events import Turn, TurnFinished
from assistant.settings import Settings
from assistant.wiring import open_assistant
from knowledge.errors import RapportError

STORE = "crm.sqlite"
BESIDE = ("chroma", "models", "understanding.npz")
"""What a home has beside its store that answers rest on."""
Tell = Callable[[int, int], None]


async def evaluate(files: Sequence[CaseFile], settings: Settings, as_of: date | None, tell: Tell) -> Report:
    """Puts every case to a copy of the bank that `settings` names, on the day of its file unless `as_of` is given.

    Raises SettingsError for a store that cannot be copied, CaseError for a case that does not fit this bank.
    """
    outcomes: list[Outcome] = []
    many = sum(len(file.cases) for file in files)
    async with _assistant_on_a_copy(settings) as (assistant, truth):
        for file in files:
            for case in file.cases:
                tell(len({outcome.case for outcome in outcomes}), many)
                outcomes += await _outcomes(assistant, truth, file, case, as_of)
    tell(many, many)
    return Report.of(outcomes, settings.engine)


async def _outcomes(
    assistant: Assistant, truth: Truth, file: CaseFile, case: Case, as_of: date | None
) -> list[Outcome]:
    conversation, asked, found = f"{file.name}-{file.cases.index(case)}", [], []
    for number, expected in enumerate(case.turns):
        asked.append(expected.ask)
        turn = Turn(f"{conversation}-{number}", case.employee, expected.ask, conversation, as_of or file.as_of)
        try:
            answer = await ask(assistant, turn)
            wrong = await asyncio.to_thread(problems, answer, expected, case.language, truth)
        except CaseError:
            raise
        except RapportError as error:
            answer, wrong = None, [f"error: {error}"]
        found.append(
            Outcome(
                case=conversation,
                asked=tuple(asked),
                employee=case.employee,
                language=case.language,
                ability=expected.ability,
                unseen=file.unseen,
                problems=tuple(wrong),
                elapsed_ms=answer.elapsed_ms if answer else 0,
                model_calls=answer.model_calls if answer else 0,
            )
        )
    return found


async def ask(assistant: Assistant, turn: Turn) -> Answer:
    """The finished answer to one question."""
    answers = [event.answer async for event in assistant.answer(turn) if isinstance(event, TurnFinished)]
    (answer,) = answers
    return answer


@asynccontextmanager
async def _assistant_on_a_copy(settings: Settings) -> AsyncIterator[tuple[Assistant, Truth]]:
    with _copied(settings) as copy:
        truth = Truth(copy.store_url)
        try:
            async with open_assistant(copy) as assistant:
                yield assistant, truth
        finally:
            truth.close()


@contextmanager
def _copied(settings: Settings) -> Iterator[Settings]:
    """The settings of a home that is a copy of the one named, gone at the end. Only its owner may read it."""
    if settings.database_url:
        reason = "cases are put to a copy of a home with a SQLite store; leave it out and name the home"
        raise SettingsError(name="RAPPORT_DATABASE_URL", reason=reason)
    with tempfile.TemporaryDirectory(prefix="evaluation-", dir=settings.home) as folder:
        home = Path(folder)
        with (
            closing(sqlite3.connect(f"file:{(settings.home / STORE).resolve()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(home / STORE)) as target,
        ):
            source.backup(target)
        for name in BESIDE:
            path = settings.home / name
            if path.is_dir():
                shutil.copytree(path, home / name)
            elif path.exists():
                shutil.copy2(path, home)
        yield replace(settings, home=home)
