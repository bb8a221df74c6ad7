"""The answer to a plain yes or no, right after something was proposed. No model ever says yes."""

from collections.abc import AsyncIterator

from assistant.answer import ProposalBlock, ShownProposal
from assistant.engines.engine import EngineEvent, Reply
from assistant.events import BlockReady, TextDelta
from assistant.proposals.decision import decision_of
from assistant.proposals.proposals import Proposals
from assistant.tools.desk import Desk
from assistant.typesetting import blocks_of, text_of
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Reading
from knowledge.crm.codes import ProposalState
from prompts import render


class Decisions:
    """Takes the asker's own yes or no for what the turn before proposed; of several matters, it asks to choose."""

    name = "decisions"

    def __init__(self, proposals: Proposals) -> None:
        self._proposals = proposals

    def takes(self, question: str, dialogue: Dialogue) -> bool:
        """Whether the question is nothing but a decision on what was just proposed."""
        return bool(dialogue.proposed) and decision_of(question) is not None

    async def answer(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> AsyncIterator[EngineEvent]:
        """How the proposal stands now, a Reply last."""
        if len(dialogue.proposed) > 1 and not dialogue.one_matter:
            for block in blocks_of(render("which_proposal", desk.language, {}), frozenset()):
                yield BlockReady(block)
                yield TextDelta(text_of([block]) + "\n\n")
            yield Reply("which_proposal", (), dialogue)
            return
        cases = []
        for id in dialogue.proposed:
            shown = await self._decided(id, reading.question, desk)
            if shown.customer:
                desk.ledger.customer(await desk.customer(shown.customer))
            cases += [str(shown.result["feedback"])] if shown.result and "feedback" in shown.result else []
            block = ProposalBlock(proposal=shown)
            yield BlockReady(block)
            yield TextDelta(text_of([block]) + "\n\n")
        yield Reply(None, (), dialogue.model_copy(update={"proposed": [], "cases": cases or dialogue.cases}))

    async def _decided(self, id: str, question: str, desk: Desk) -> ShownProposal:
        if decision_of(question) is ProposalState.CONFIRMED:
            return await self._proposals.confirm(id, desk.scope.employee_id, None, desk.language)
        return await self._proposals.reject(id, desk.scope.employee_id, desk.language)
