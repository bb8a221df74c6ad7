"""The tools of one turn of an agent: offered as plain JSON, run at the desk, and what came of each run."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Block, Chart, Heading, Quote, Table, spans_of
from assistant.engines.arguments import Arguments
from assistant.engines.material import material_of
from assistant.engines.plan import Call, Missing, Outcome, Plan, WhichCustomer, WhichProduct, plan_for
from assistant.engines.running import run_alone
from assistant.engines.schemas import takes_the_askers_words
from assistant.errors import BadArgument
from assistant.events import BlockReady, ToolFinished, ToolStarted
from assistant.tools.desk import Desk
from assistant.tools.tool import Tool
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Reading
from assistant.understanding.text import PlainText

MOST_RESULT = 4_000
"""Characters of a result that go to the model; what is cut off is at the end of long lists."""
Watch = Callable[[ToolStarted | ToolFinished], None]


class AskBack(Exception):
    """The asker's own words leave open who or what is meant: code asks, the model is not needed."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


@dataclass(frozen=True)
class ToolRun:
    """A call that ran, and the blocks of its answer."""

    call: Call
    blocks: Sequence[Block]

    @property
    def marks(self) -> frozenset[str]:
        """The facts and clauses that the blocks show."""
        spans = (span for block in self.blocks for span in spans_of(block))
        return frozenset(mark for span in spans if (mark := span.fact or span.citation))

    def evidence(self) -> list[Block]:
        """The blocks that show figures and clauses as they are: tables, charts and quotes, with their headings."""
        shown: list[Block] = []
        for before, block in zip([None, *self.blocks], self.blocks, strict=False):
            if isinstance(block, Table | Chart | Quote):
                shown += [before, block] if isinstance(before, Heading) else [block]
        return shown


@dataclass
class ToolRuns:
    """Runs what a model wants, one after the other, and remembers it."""

    reading: Reading
    dialogue: Dialogue
    desk: Desk
    done: list[ToolRun] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, tool: Tool, given: Mapping[str, object], watch: Watch) -> str:
        """The result as the model reads it; `watch` is told what starts and finishes. Raises AskBack, and the named
        errors of tools and arguments."""
        async with self._turn:
            outcome = await self._outcome(tool, given)
            if not isinstance(outcome, Plan):
                raise AskBack(outcome)
            texts = [await self._ran(call, watch) for call in outcome.calls]
        return "\n".join(f"<data>\n{text}\n</data>" for text in texts)

    async def _outcome(self, tool: Tool, given: Mapping[str, object]) -> Outcome:
        """The plan of that call. What the asker's own words leave open goes back to the asker; what the model has
        made of them, to the model."""
        if takes_the_askers_words(tool):
            return plan_for(tool, self.reading, self.dialogue)
        arguments = Arguments(tool, given)
        mentions = await arguments.mentions(self.desk, self.reading.mentions)
        question = arguments.topic or self.reading.question
        read = replace(self.reading, question=question, ability=tool.name, mentions=mentions)
        outcome = plan_for(tool, read, self.dialogue)
        if not isinstance(outcome, Plan) and not self._said_by_the_asker(outcome):
            raise BadArgument(tool=tool.name, argument=_lacking(outcome), reason="unclear")
        return outcome

    def _said_by_the_asker(self, outcome: Outcome) -> bool:
        match outcome:
            case WhichCustomer(mention) | WhichProduct(mention):
                written: str | None = mention.written
            case Missing(_, written):
                pass
            case Plan():
                return True
        return written is not None and PlainText.of(written).plain in PlainText.of(self.reading.question).plain

    async def _ran(self, call: Call, watch: Watch) -> str:
        blocks: list[Block] = []
        async for event in run_alone(call, self.desk):
            if isinstance(event, BlockReady):
                blocks.append(event.block)
            elif isinstance(event, ToolStarted | ToolFinished):
                watch(event)
        self.done.append(ToolRun(call, blocks))
        return material_of(blocks, MOST_RESULT)


def _lacking(outcome: Outcome) -> str:
    match outcome:
        case WhichProduct() | Missing("need_product"):
            return "product"
    return "customer"
