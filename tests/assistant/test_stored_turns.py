"""A turn that was answered is told again to the same asker, lately, and to nobody else."""

from datetime import timedelta

import pytest

from assistant.answer import Answer, Heading, Span
from assistant.events import BlockReady, TextDelta, Turn, TurnFinished
from assistant.journal import Journal, Kind
from assistant.stored_turns import RECOVERABLE, StoredTurns, told_again
from knowledge.clock import Clock
from knowledge.crm.store import CrmStore

QUESTION = "What does she hold?"
TURN = Turn("t1", "m", QUESTION, "talk")
ANSWER = Answer(
    answer="Much.", language="en", engine="builtin", turn="t1", conversation="talk",
    blocks=[Heading(line=[Span(text="Much.")])],
)  # fmt: skip


class OldClock(Clock):
    def now(self):  # type: ignore[no-untyped-def]
        return super().now() - RECOVERABLE - timedelta(seconds=1)


async def _keep(store: CrmStore, clock: Clock | None = None, *, answered: bool = True) -> None:
    records = [(Kind.QUESTION, {"question": QUESTION, "conversation": "talk"})]
    if answered:
        records.append((Kind.ANSWER, ANSWER.model_dump(mode="json")))
    await Journal(store, clock).append_all("t1", "m", records)


async def test_the_same_asker_is_told_the_same(store: CrmStore) -> None:
    await _keep(store)
    stored = await StoredTurns(Journal(store)).answer(TURN, QUESTION)
    assert stored == ANSWER
    events = [event async for event in told_again(ANSWER)]
    assert [type(event) for event in events[1:]] == [TextDelta, BlockReady, TurnFinished]
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == ANSWER.answer


@pytest.mark.parametrize(
    "turn, question",
    [
        (Turn("t1", "boss", QUESTION, "talk"), QUESTION),
        (Turn("t1", "m", QUESTION, "other"), QUESTION),
        (Turn("t2", "m", QUESTION, "talk"), QUESTION),
        (Turn("t1", "m", "And him?", "talk"), "And him?"),
    ],
)
async def test_anything_else_is_a_new_turn(store: CrmStore, turn: Turn, question: str) -> None:
    await _keep(store)
    assert await StoredTurns(Journal(store)).answer(turn, question) is None


async def test_what_has_no_answer_or_an_old_one_is_asked_anew(store: CrmStore) -> None:
    await _keep(store, answered=False)
    assert await StoredTurns(Journal(store)).answer(TURN, QUESTION) is None
    await _keep(store, OldClock())
    assert await StoredTurns(Journal(store)).answer(TURN, QUESTION) is None


async def test_what_was_erased_is_not_told(store: CrmStore) -> None:
    await Journal(store).append_all(
        "t1",
        "m",
        [
            (Kind.QUESTION, {"question": QUESTION, "conversation": "talk"}),
            (Kind.ANSWER, {"erased": {"rule": "customer", "version": "1"}, "customers": []}),
        ],
    )
    assert await StoredTurns(Journal(store)).answer(TURN, QUESTION) is None
