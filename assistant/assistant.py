"""The way of a turn: who asks, what it means, what is looked up, what is said, what is kept."""

import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assistant.access import DOORKEEPER, scope_of
from assistant.answer import Answer, Block, ProposalBlock, ProposalCard
from assistant.calling import Offer
from assistant.care.reminders import Reminders
from assistant.conversations import Conversations
from assistant.engines.called import CalledTools
from assistant.engines.decisions import Decisions
from assistant.engines.engine import Engine, Reply
from assistant.errors import EmptyQuestion, LongQuestion, UnknownEngine
from assistant.events import BlockReady, Event, TextDelta, Turn, TurnFinished, TurnStarted
from assistant.feedback.casework import Casework
from assistant.feedback.intake import Intake
from assistant.grounding.ledger import Ledger
from assistant.history import History
from assistant.journal import Journal, Kind
from assistant.misses import left_open
from assistant.model_call import ModelCall
from assistant.origins import Origins
from assistant.overview import Overview
from assistant.printing.wealth_plans import WealthPlans
from assistant.proposals.proposals import Proposals
from assistant.ratings import Ratings
from assistant.recommend.rule_pack import RulePack
from assistant.target_export import TargetExport
from assistant.tools.desk import Desk
from assistant.typesetting import text_of
from assistant.understanding.conversing import Conversing
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Mentions, Reading
from assistant.understanding.understanding import Understanding
from knowledge.clock import Clock
from knowledge.crm.exchange import ExchangeState
from knowledge.crm.store import CrmStore, Reader
from knowledge.crm.tables import Customer, Employee, Unit
from knowledge.errors import RapportError
from knowledge.library.library import Library
from prompts import suggestions

Record = tuple[Kind, Mapping[str, object]]

LONGEST_QUESTION = 8_000
"""Characters; longer texts are documents and belong into the library."""
REMEMBERED, LONGEST_REMEMBERED = 3, 500
"""So many questions of a conversation are kept for a model, of each so many characters."""


@dataclass(frozen=True)
class Colleague:
    """Someone who may ask. `unit` is the name of their unit, `units` that name by language."""

    id: str
    name: str
    role: str
    unit: str
    units: Mapping[str, str]


class Assistant:
    """Answers questions. One for a process; every turn has its own scope, ledger and reader."""

    def __init__(
        self,
        store: CrmStore,
        library: Library,
        understanding: Understanding,
        engines: Mapping[str, Engine],
        journal: Journal,
        proposals: Proposals,
        clock: Clock,
        default_engine: str,
        rules: RulePack,
        called: CalledTools,
        casework: Casework | None = None,
    ) -> None:
        self._store = store
        self._library = library
        self._understanding = understanding
        self._engines = engines
        self._journal = journal
        self.proposals = proposals
        self.reminders = Reminders(store, journal, clock)
        self.wealth_plans = WealthPlans(store, library, journal, clock, rules)
        self.target_export = TargetExport(store, journal, clock, rules)
        self.intake = Intake(store, journal, clock, casework) if casework else None
        self.history = History(store)
        self.ratings = Ratings(store, self.history)
        self.overview = Overview(store)
        self.origins = Origins(store)
        self._decisions = Decisions(proposals)
        self._clock = clock
        self._default_engine = default_engine
        self._rules = rules
        self._called = called
        self._casework = casework
        self._conversations = Conversations(clock)

    @property
    def engines(self) -> Sequence[str]:
        """The engines that a turn may ask for."""
        return list(self._engines)

    @property
    def tools(self) -> Sequence[Offer]:
        """The tools that a programme may call in a turn."""
        return self._called.offers

    async def answer(self, turn: Turn) -> AsyncIterator[Event]:
        """The events of a turn, TurnFinished last.

        Raises before the first event: UnknownEmployee, EmptyQuestion, LongQuestion, UnknownEngine.
        """
        began = time.perf_counter()
        question = _accepted(turn.question)
        engine: Engine | None = self._engines.get(turn.engine or self._default_engine)
        if engine is None:
            raise UnknownEngine(engine=turn.engine or "")
        scope = await scope_of(self._store, turn.employee_id, Clock().today())
        today = turn.as_of or self._clock.today()
        yield TurnStarted(turn.id, turn.conversation_id)
        records: list[Record] = [(Kind.QUESTION, _asked(turn, question))]
        calls: list[ModelCall] = []
        keep = self._unanswered(turn, question, ExchangeState.STOPPED)
        try:
            async with self._store.reading(scope) as reader:
                before = await self._conversations.before(reader, turn)
                engine, reading = await self._taken(engine, turn, question, reader, before)
                records += [(Kind.READING, _read(part)) for part in reading.parts]
                ledger = Ledger(reading.language, today)
                desk = Desk(reader, scope, ledger, self._library, today, self._rules, self._casework, model_calls=calls)
                blocks: list[Block] = []
                reply: Reply | None = None
                async for event in engine.answer(reading, before, desk):
                    if isinstance(event, Reply):
                        reply = event
                        continue
                    blocks += [event.block] if isinstance(event, BlockReady) else []
                    yield event
                assert reply is not None
                model_calls = len(calls)
                records += _drained(calls)
                records += [(Kind.TOOL, use.model_dump(mode="json")) for use in reply.tools]
                records += left_open(reading, reply.tools, desk.unanswered)
                async for event in self._propose(turn, desk, records):
                    blocks.append(event.block)
                    yield event
                    yield TextDelta(text_of([event.block]) + "\n\n")
                answer = _answer(turn, engine.name, desk, blocks, reply)
                answer.suggestions = await _next_questions(reader, reply, desk)
            answer.model_calls = model_calls
            answer.elapsed_ms = round((time.perf_counter() - began) * 1000)
            records.append((Kind.ANSWER, answer.model_dump(mode="json")))
            proposed = {"proposed": [card.id for card in answer.proposals], "one_matter": desk.proposes_one_matter}
            keep = partial(
                self._conversations.keep_answered, turn=turn, question=question, before=before,
                after=_kept(reply.dialogue, before, question, proposed), answer=answer,
            )  # fmt: skip
        except Exception as error:
            keep = self._unanswered(turn, question, ExchangeState.FAILED)
            records += _drained(calls)
            records.append((Kind.ERROR, _failure(error)))
            raise
        finally:
            records += _drained(calls)
            await self._journal.append_all(turn.id, turn.employee_id, records, keep)
        yield TurnFinished(answer)

    def _unanswered(self, turn: Turn, question: str, state: ExchangeState) -> Callable[[Session], None] | None:
        if not turn.is_kept:
            return None
        return partial(self._conversations.keep_unanswered, turn=turn, question=question, state=state)

    async def _propose(self, turn: Turn, desk: Desk, records: list[Record]) -> AsyncIterator[BlockReady]:
        """Stores what the turn proposes, together with the turn's records so far, and then shows it."""
        if not desk.drafts:
            return
        kept = await self.proposals.keep(turn.id, turn.employee_id, desk.drafts, desk.language, records)
        records.clear()
        for shown in kept:
            desk.ledger.proposals.append(ProposalCard(id=shown.id, kind=shown.kind, summary=shown.summary))
            yield BlockReady(ProposalBlock(proposal=shown))

    async def _taken(
        self, engine: Engine, turn: Turn, question: str, reader: Reader, before: Dialogue
    ) -> tuple[Engine, Reading]:
        """Who answers, and the Reading: a plain yes or no to what was just proposed is taken by code alone."""
        today_of = Clock(turn.as_of or self._clock.today())
        if turn.call is not None:
            called = self._called.engine(turn.call)
            read = await self._read(_accepted(called.words), reader, before, today_of) if called.words else None
            return called, called.reading(question, read)
        if self._decisions.takes(question, before):
            return self._decisions, Reading(question, before.language, None, 1.0, Mentions(question))
        return engine, await self._read(question, reader, before, today_of)

    async def _read(self, question: str, reader: Reader, dialogue: Dialogue, today_of: Clock) -> Reading:
        return await Conversing(self._understanding, reader, dialogue, today_of.today()).read(question)

    async def admit(self, employee_id: str) -> None:
        """Raises UnknownEmployee for who does not work here, or no longer."""
        await scope_of(self._store, employee_id, Clock().today())

    async def employees(self) -> Sequence[Colleague]:
        """Who works here now, by unit and name."""
        today = Clock().today()
        async with self._store.reading(DOORKEEPER) as reader:
            rows = await reader.rows(
                select(Employee.id, Employee.name, Employee.role, Unit.name, Unit.names)
                .join(Unit, Unit.id == Employee.unit_id)
                .where(or_(Employee.left_on.is_(None), Employee.left_on > today))
                .order_by(Unit.kind.desc(), Unit.name, Employee.role, Employee.name)
            )
        return [Colleague(*row) for row in rows]

    async def ready(self) -> None:
        """Reads the store and the library once. Raises a RapportError where one cannot be read."""
        await self.employees()
        await self._library.documents()


def _accepted(question: str) -> str:
    """The question without control characters and lone surrogates. Raises EmptyQuestion, LongQuestion."""
    if len(question) > LONGEST_QUESTION:
        raise LongQuestion(limit=LONGEST_QUESTION)
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in question)
    if not any(c.isalnum() for c in kept):
        raise EmptyQuestion()
    return " ".join(kept.split())


def _asked(turn: Turn, question: str) -> dict[str, object]:
    return {
        "question": question,
        "conversation": turn.conversation_id,
        "as_of": turn.as_of.isoformat() if turn.as_of else None,
        "engine": turn.engine,
        **({"call": {"tool": turn.call.tool, "arguments": dict(turn.call.arguments)}} if turn.call else {}),
    }


def _failure(error: Exception) -> dict[str, object]:
    """What the journal keeps of an error; of one we have no name for its kind alone, which holds no data."""
    if isinstance(error, RapportError):
        return {"code": error.code, "values": error.values}
    return {"code": RapportError.code, "values": {"kind": type(error).__name__}}


def _drained(calls: list[ModelCall]) -> list[Record]:
    """The records of the calls of a model, which are thereby noted."""
    noted: list[Record] = [(Kind.MODEL, call.record()) for call in calls]
    calls.clear()
    return noted


def _kept(after: Dialogue, before: Dialogue, question: str, proposed: Mapping[str, object]) -> Dialogue:
    """What is kept of a conversation: the engine's part, what was proposed, and what went before."""
    return after.model_copy(
        update={
            **proposed,
            "earlier": [*before.earlier, question[:LONGEST_REMEMBERED]][-REMEMBERED:],
            "placeholders": before.placeholders | after.placeholders,
        }
    )


def _read(reading: Reading) -> dict[str, object]:
    mentions = reading.mentions
    return {
        "language": reading.language,
        "ability": reading.ability,
        "confidence": round(reading.confidence, 4),
        "masked": mentions.masked,
        "customers": [list(mention.ids[:10]) for mention in mentions.customers],
        "period": f"{mentions.period.start}..{mentions.period.end}" if mentions.period else None,
    }


def _answer(turn: Turn, engine: str, desk: Desk, blocks: list[Block], reply: Reply) -> Answer:
    ledger = desk.ledger
    return Answer(
        answer=text_of(blocks),
        language=ledger.language,
        engine=engine,
        refused=reply.refused,
        customers=ledger.customers,
        facts=ledger.facts,
        citations=ledger.citations,
        products=ledger.products,
        proposals=ledger.proposals,
        tools=list(reply.tools),
        blocks=blocks,
        conversation=turn.conversation_id,
        turn=turn.id,
    )


async def _next_questions(reader: Reader, reply: Reply, desk: Desk) -> list[str]:
    """Questions that may come next, about the customer last spoken of."""
    customer = await _name_of(reply.dialogue.customer, reader, desk) if reply.dialogue.customer else None
    ability = reply.tools[-1].name if reply.tools else "start"
    return [
        question.replace("{customer}", customer or "")
        for question in suggestions(ability, desk.language)
        if customer or "{customer}" not in question
    ]


async def _name_of(customer: str, reader: Reader, desk: Desk) -> str | None:
    """A customer's name as they write it: from the ledger if this turn has read it, else from the store."""
    for fact in desk.ledger.facts:
        if fact.subject == customer and fact.measure == "name":
            return str(fact.value)
    row = await reader.get(Customer, customer)
    return row.name if row else None
