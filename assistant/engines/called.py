"""Tools called by a programme: another of the bank's agents names a tool, and code runs it as it does for a question.

Scope, ledger, proposals and journal are those of any turn. A tool that writes something down takes it from the words
of a person, which the programme passes on as `question`; a person confirms it, never the programme.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from assistant.calling import Offer, ToolCall
from assistant.engines.builtin import OPEN_TO_ALL, after, question_back, reason_of, waiting
from assistant.engines.engine import EngineEvent, Reply
from assistant.engines.plan import Plan
from assistant.engines.running import contradictions, events_of, said, use_of
from assistant.engines.schemas import description_of, parameters_of, takes_the_askers_words
from assistant.engines.tool_runs import AskBack, ToolRuns
from assistant.errors import BadArgument, UnknownTool
from assistant.events import ToolFinished, ToolStarted
from assistant.tools.desk import Desk
from assistant.tools.tool import Tool
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Mentions, Reading
from knowledge.crm.codes import Role

WORDS = "question"
"""The argument that holds a person's own words."""
_WORDS_SCHEMA = {"type": "string", "description": "What the person asks for or tells, in their own words"}


class CalledTools:
    """What may be called, and who answers a call."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    @property
    def offers(self) -> Sequence[Offer]:
        """Each tool with its parameters as plain JSON."""
        return [_offer(tool) for tool in self._tools.values()]

    def engine(self, call: ToolCall) -> "CalledTool":
        """Who answers that call. Raises UnknownTool."""
        if call.tool not in self._tools:
            raise UnknownTool(tool=call.tool)
        return CalledTool(self._tools[call.tool], call)


class CalledTool:
    """The engine of one call."""

    name = "called"

    def __init__(self, tool: Tool, call: ToolCall) -> None:
        self._tool = tool
        self._given = {name: value for name, value in call.arguments.items() if name != WORDS}
        self._language = call.language
        words = call.arguments.get(WORDS)
        self.words = words if isinstance(words, str) and words.strip() else None

    def reading(self, question: str, read: Reading | None) -> Reading:
        """The call as a Reading: of the person's words where there are any, but for the tool that was named."""
        if read is None:
            return Reading(question, self._language, self._tool.name, 1.0, Mentions(question))
        return replace(read, ability=self._tool.name, confidence=1.0, guesses=(), further=(), part=None)

    async def answer(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> AsyncIterator[EngineEvent]:
        """The events of the call, a Reply last. Raises BadArgument."""
        if desk.scope.role is Role.SERVICE_DESK and self._tool.name not in OPEN_TO_ALL:
            for event in said("no_access", {}, desk):
                yield event
            yield Reply("no_access", (), dialogue)
            return
        if takes_the_askers_words(self._tool):
            self._check_words()
        runs, steps = ToolRuns(reading, dialogue, desk), list[ToolStarted | ToolFinished]()
        try:
            await runs.run(self._tool, self._given, steps.append)
        except AskBack as open_question:
            template, values = await question_back(open_question.outcome, desk)
            for event in said(template, values, desk):
                yield event
            yield Reply(reason_of(open_question.outcome), (), waiting(open_question.outcome, reading, dialogue, desk))
            return
        for step in steps:
            yield step
        for event in [*events_of([b for run in runs.done for b in run.blocks]), *await contradictions(desk, 0)]:
            yield event
        calls = tuple(run.call for run in runs.done)
        yield Reply(None, tuple(map(use_of, calls)), after(Plan(calls), reading, dialogue, desk))

    def _check_words(self) -> None:
        """What writes takes a person's words and nothing else."""
        for name in self._given:
            raise BadArgument(tool=self._tool.name, argument=name, reason="no_argument")
        if self.words is None:
            raise BadArgument(tool=self._tool.name, argument=WORDS, reason="missing")


def _offer(tool: Tool) -> Offer:
    writes = takes_the_askers_words(tool)
    parameters = parameters_of(tool, (WORDS, _WORDS_SCHEMA, writes))
    return Offer(tool.name, description_of(tool), parameters, reads_only=not writes)
