"""The agent: a model calls the tools itself, and what it says is checked like everything else.

Tools are offered per question and run under the asker's scope (`offering`, `tool_runs`); the model is reached over the
line that masks, limits and notes down (`endpoint`); LangChain runs the loop (`agent_loop`); sentences are checked
before they are sent (`speaker`). Where the model does not do its part, the answer comes without it and says so.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace

from assistant.answer import Block
from assistant.engines.agent_loop import Spoken, run_loop
from assistant.engines.builtin import OPEN_TO_ALL, after, question_back, reason_of, waiting
from assistant.engines.endpoint import Ended
from assistant.engines.engine import Engine, EngineEvent, Reply
from assistant.engines.fallback import without_model
from assistant.engines.model import Model
from assistant.engines.offering import offered
from assistant.engines.plan import Plan
from assistant.engines.running import contradictions, events_of, said, use_of
from assistant.engines.speaker import Speaker
from assistant.engines.tool_runs import AskBack, ToolRuns
from assistant.errors import ModelFailed
from assistant.grounding.figures import day
from assistant.grounding.ledger import Ledger
from assistant.model_call import ModelFailure
from assistant.tools.desk import Desk
from assistant.tools.tool import Tool
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Reading
from knowledge.crm.codes import Role
from knowledge.crm.tables import Customer
from prompts import instruction


class Agent:
    """`model` answers with `tools`; `builtin` where it cannot."""

    name = "agent"

    def __init__(self, tools: Sequence[Tool], builtin: Engine, model: Model) -> None:
        self._tools = tools
        self._builtin = builtin
        self._model = model

    async def answer(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> AsyncIterator[EngineEvent]:
        """The events of one turn, a Reply last."""
        mask = self._model.mask(dialogue.placeholders)
        speaker = self._model.speaker(mask, reading.question, desk)
        runs = ToolRuns(reading, dialogue, desk)
        reply: Reply | None = None
        try:
            async with aclosing(self._talk(speaker, runs)) as events:
                async for event in events:
                    yield event
            speaker.check()
            if not speaker.said:
                raise ModelFailed(reason=ModelFailure.UNSUPPORTED, detail=f"{len(speaker.dropped)} sentences")
            for event in [*speaker.close(), *events_of(_evidence(speaker, runs)), *await contradictions(desk, 0)]:
                yield event
            reply = _reply(runs)
        except AskBack as open_question:
            template, values = await question_back(open_question.outcome, desk)
            for event in [*speaker.close(), *said(template, values, desk)]:
                yield event
            reason, state = reason_of(open_question.outcome), waiting(open_question.outcome, reading, dialogue, desk)
            reply = Reply(reason, tuple(use_of(run.call) for run in runs.done), state)
        except ModelFailed as failure:
            async for event in self._without(failure, speaker, runs):
                if isinstance(event, Reply):
                    reply = event
                else:
                    yield event
        assert reply is not None
        yield replace(reply, dialogue=reply.dialogue.model_copy(update={"placeholders": mask.state()}))

    async def _talk(self, speaker: Speaker, runs: ToolRuns) -> AsyncGenerator[EngineEvent]:
        """The loop's events. What the model says before it has looked anything up waits until it is known whether it
        is the answer; from then on its sentences go out as they come."""
        desk, held = runs.desk, ""
        rules, asked = instruction("agent", desk.language), await _asked(runs)
        loop = run_loop(speaker.line, self._offered(runs), runs, rules, asked, self._model.endpoint.limits.calls)
        async with aclosing(loop) as events:
            async for event in events:
                heard: list[str | Ended] = []
                match event:
                    case str() if runs.done:
                        heard = [event]
                    case str():
                        held += event
                    case Spoken(final, cut):
                        heard = _closing(held, final, cut, bool(runs.done))
                        held = ""
                    case _:
                        yield event
                for piece in heard:
                    for said_now in speaker.hear(piece):
                        yield said_now
                if speaker.refused:
                    break
        async for said_now in speaker.anew():
            yield said_now

    def _offered(self, runs: ToolRuns) -> list[Tool]:
        tools = self._tools
        if runs.desk.scope.role is Role.SERVICE_DESK:
            tools = [tool for tool in tools if tool.name in OPEN_TO_ALL]
        return offered(tools, runs.reading)

    async def _without(self, failure: ModelFailed, speaker: Speaker, runs: ToolRuns) -> AsyncIterator[EngineEvent]:
        """The answer without the model: the builtin one, or, where that understands nothing, what the tools found."""
        desk = runs.desk
        for event in speaker.close():
            yield event
        trial = replace(desk, ledger=Ledger(desk.language, desk.today), drafts=[])
        replies = [e async for e in self._builtin.answer(runs.reading, runs.dialogue, trial) if isinstance(e, Reply)]
        if replies[-1].refused == "not_understood" and runs.done:
            for event in [*events_of(_all_blocks(runs)), *await contradictions(desk, 0)]:
                yield event
            reply = _reply(runs)
        else:
            if not speaker.said:
                desk.ledger.forget()
            desk.drafts.clear()
            async for answered in self._builtin.answer(runs.reading, runs.dialogue, desk):
                if isinstance(answered, Reply):
                    reply = answered
                else:
                    yield answered
        for event in without_model(failure, desk):
            yield event
        yield reply


def _closing(held: str, final: bool, cut: bool, looked_up: bool) -> list[str | Ended]:
    """What is heard at the end of a reply. Who has looked nothing up may ask, and say nothing else."""
    if not final:
        return [Ended(cut)] if looked_up else []
    if held and not looked_up and held.strip()[-1:] not in ("?", "？"):
        raise ModelFailed(reason=ModelFailure.UNSUPPORTED, detail="nothing was looked up")
    return [held, Ended(cut)]


def _evidence(speaker: Speaker, runs: ToolRuns) -> list[Block]:
    """What stands below the model's words: tables, charts and quotes that they rest on. Where a sentence did not hold,
    what the templates say instead of it."""
    used = [run for run in runs.done if run.marks & speaker.used]
    if speaker.dropped:
        return _distinct(block for run in used or runs.done for block in run.blocks)
    return _distinct(block for run in used for block in run.evidence())


def _all_blocks(runs: ToolRuns) -> list[Block]:
    return _distinct(block for run in runs.done for block in run.blocks)


def _distinct(blocks: Iterable[Block]) -> list[Block]:
    """The blocks in their order; what two runs both found is shown once."""
    distinct: list[Block] = []
    for block in blocks:
        if block not in distinct:
            distinct.append(block)
    return distinct


def _reply(runs: ToolRuns) -> Reply:
    calls = tuple(run.call for run in runs.done)
    if not calls:
        return Reply(None, (), runs.dialogue.model_copy(update={"language": runs.desk.language, "pending": None}))
    return Reply(None, tuple(map(use_of, calls)), after(Plan(calls), runs.reading, runs.dialogue, runs.desk))


async def _asked(runs: ToolRuns) -> str:
    """The question as the model gets it: with the day, what was asked before, and whom the conversation is about."""
    desk, dialogue = runs.desk, runs.dialogue
    customer = await desk.reader.get(Customer, dialogue.customer) if dialogue.customer else None
    values: dict[str, object] = {
        "today": f"{day(desk.today, desk.language)} ({desk.today})",
        "earlier": dialogue.earlier,
        "customer": f"{customer.name} ({customer.id})" if customer else None,
        "question": runs.reading.question,
    }
    return instruction("asked", desk.language, values)
