"""Answers to surveys on both databases: stored once, with their invitation, for the right customer, by a yes alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import select

from assistant.access import scope_of
from assistant.errors import BadChange, FeedbackError, KeyUsed, UnknownCustomer
from assistant.feedback.survey_intake import Answer, AnswerReceipt, SurveyIntake, Taken
from assistant.feedback.survey_rules import read_surveys
from assistant.journal import Journal, Kind
from assistant.proposals.invite_feedback import InviteFeedback
from assistant.proposals.proposals import Proposals
from assistant.proposals.record_answer import RecordAnswer
from knowledge.clock import Clock
from knowledge.crm.casework import Survey
from knowledge.crm.codes import Role, SurveyKind
from knowledge.crm.journal_record import JournalRecord
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, Employee, Feedback, Unit

TODAY, INVITED = date(2026, 11, 20), date(2026, 11, 10)
SATISFACTION, RECOMMENDATION = SurveyKind
FOUR = Answer(SATISFACTION, 4, date(2026, 11, 12), "1", comment="friendly", email="li@example.org")


@dataclass(frozen=True)
class Ratings:
    store: CrmStore
    intake: SurveyIntake
    proposals: Proposals

    async def rows(self) -> list[tuple[str | None, str, int | None, date | None]]:
        async with self.store.auditing() as session:
            rows = await session.scalars(select(Survey).order_by(Survey.customer_id, Survey.kind, Survey.answered_on))
            return [(row.customer_id, row.kind, row.score, row.answered_on) for row in rows]

    async def decided(self, write: RecordAnswer | InviteFeedback, by: str = "ana") -> str:
        shown = await self.proposals.propose(by, write, write.customer)
        return (await self.proposals.confirm(shown.id, by)).state


@pytest.fixture
async def ratings(any_store: CrmStore) -> AsyncIterator[Ratings]:
    """C1 was invited to say how satisfied they are; C2, of another manager, never was."""
    async with any_store.writing() as session:
        session.add(Unit(id="north", kind="branch", name="North"))
        await session.flush()
        session.add_all(Employee(id=id, unit_id="north", role=Role.MANAGER, name=id) for id in ("ana", "ben"))
        await session.flush()
        of_north = {"kind": "person", "currency": "CNY", "branch_id": "north", "consents": ["email"]}
        session.add(Customer(id="C1", name="张丽", manager_id="ana", email="Li@Example.org", **of_north))
        session.add(Customer(id="C2", name="Ben Roe", manager_id="ben", **of_north))
        await session.flush()
        session.add(Survey(id="s1", customer_id="C1", kind=SATISFACTION, invited_on=INVITED, channel="email"))
    journal, clock = Journal(any_store), Clock(TODAY)
    proposals = Proposals(any_store, (RecordAnswer, InviteFeedback), journal, clock)
    yield Ratings(any_store, SurveyIntake(any_store, journal, clock, read_surveys()), proposals)
    assert (await journal.verify()).fault is None


async def test_an_answer_goes_to_its_invitation_and_is_stored_once(ratings: Ratings) -> None:
    receipts = await asyncio.gather(*(ratings.intake.take(FOUR) for _ in range(4)))
    assert sorted(receipt.taken for receipt in receipts) == [Taken.INVITED, *[Taken.KNOWN] * 3]
    assert {receipt.survey for receipt in receipts} == {"s1"}
    assert await ratings.rows() == [("C1", "satisfaction", 4, FOUR.answered_on)]
    with pytest.raises(KeyUsed):
        await ratings.intake.take(replace(FOUR, score=5))
    async with ratings.store.auditing() as session:
        kept = (await session.scalars(select(JournalRecord.body).where(JournalRecord.kind == Kind.INTAKE))).all()
    assert len(kept) == 1
    assert "friendly" not in kept[0]


async def test_an_answer_of_one_whom_nobody_invited_stands_by_itself(ratings: Ratings) -> None:
    taken = await ratings.intake.take(Answer(RECOMMENDATION, 3, TODAY, "2", comment="slow", number="c2"))
    assert taken == AnswerReceipt(taken.survey, Taken.UNINVITED, is_low=True, has_words=True)
    early = await ratings.intake.take(Answer(SATISFACTION, 5, date(2026, 11, 9), "3", number="C1"))
    assert early.taken is Taken.UNINVITED, "given before the invitation went out"
    assert len(await ratings.rows()) == 3


async def test_what_cannot_be_an_answer_is_refused_and_stores_nothing(ratings: Ratings) -> None:
    for wrong in (
        replace(FOUR, score=6), replace(FOUR, score=0), replace(FOUR, answered_on=date(2026, 11, 21)),
        replace(FOUR, answered_on=date(1980, 1, 1)), replace(FOUR, email="nobody@example.org"),
        replace(FOUR, number="C2"), replace(FOUR, comment="x" * 5000),
    ):  # fmt: skip
        with pytest.raises(FeedbackError):
            await ratings.intake.take(wrong)
    assert await ratings.rows() == [("C1", "satisfaction", None, None)]


async def test_a_colleagues_customer_is_nobody(ratings: Ratings) -> None:
    with pytest.raises(FeedbackError):
        await ratings.intake.take(FOUR, by="ben")
    write = RecordAnswer(customer="C1", survey="s1", survey_kind=SATISFACTION, score=4, answered_on=TODAY)
    with pytest.raises(UnknownCustomer):
        await ratings.proposals.propose("ben", write, "C1")
    assert (await ratings.intake.take(FOUR, by="ana")).taken is Taken.INVITED
    async with ratings.store.reading(await scope_of(ratings.store, "ben", TODAY)) as reader:
        assert await reader.scalars(select(Survey)) == []


async def test_what_a_colleague_recorded_that_day_is_the_same_answer(ratings: Ratings) -> None:
    write = RecordAnswer(
        customer="C1", survey="s1", survey_kind=SATISFACTION, score=4, answered_on=FOUR.answered_on, comment="nett"
    )
    assert await ratings.decided(write) == "confirmed"
    assert (await ratings.intake.take(FOUR)).taken is Taken.KNOWN
    assert (await ratings.intake.take(FOUR)).taken is Taken.KNOWN
    assert (await ratings.intake.take(FOUR, by="ana")).taken is Taken.KNOWN, "the same file under another name"
    assert await ratings.rows() == [("C1", "satisfaction", 4, FOUR.answered_on)]


async def test_an_answer_is_replaced_only_as_it_was_seen(ratings: Ratings) -> None:
    first = RecordAnswer(customer="C1", survey="s1", survey_kind=SATISFACTION, score=4, answered_on=TODAY)
    assert await ratings.decided(first) == "confirmed"
    assert await ratings.decided(first) == "failed", "the answer was there meanwhile"
    assert await ratings.decided(first.model_copy(update={"score": 2, "replaces": 4})) == "confirmed"
    assert await ratings.decided(first.model_copy(update={"score": 3, "survey": None})) == "failed"
    assert await ratings.rows() == [("C1", "satisfaction", 2, TODAY)]


async def test_a_score_off_the_scale_waits_to_be_changed(ratings: Ratings) -> None:
    write = RecordAnswer(customer="C1", survey="s1", survey_kind=SATISFACTION, score=9, answered_on=TODAY)
    shown = await ratings.proposals.propose("ana", write, "C1")
    for change in ({}, {"score": "six"}, {"score": "0"}, {"score": "5", "answered_on": "2026-11-21"},
                   {"score": "5", "answered_on": "2026-11-09"}, {"survey_kind": "recommendation"}):  # fmt: skip
        with pytest.raises(BadChange):
            await ratings.proposals.confirm(shown.id, "ana", change)
    assert await ratings.rows() == [("C1", "satisfaction", None, None)]
    assert (await ratings.proposals.confirm(shown.id, "ana", {"score": "5"})).state == "confirmed"
    assert await ratings.rows() == [("C1", "satisfaction", 5, TODAY)]


async def test_who_is_not_to_be_asked_is_not_invited(ratings: Ratings) -> None:
    told = {
        "channel": "email",
        "send_on": TODAY,
        "occasion": "rating",
        "text": "How are we doing?",
        "task_title": "Ask",
    }
    invite = {name: InviteFeedback.model_validate({**told, "customer": name}) for name in ("C1", "C2")}
    assert await ratings.decided(invite["C1"]) == "failed", "asked ten days ago"
    async with ratings.store.writing() as session:
        session.add(
            Feedback(id="F1", customer_id="C2", kind="complaint", state="new", text="x", channel="app",
                     received_at=Clock(TODAY).now())
        )  # fmt: skip
    assert await ratings.decided(invite["C2"], "ben") == "failed", "a complaint is open"
    async with ratings.store.writing() as session:
        (await session.scalars(select(Feedback))).one().state = "closed"
    assert await ratings.decided(invite["C2"], "ben") == "confirmed"
    assert await ratings.decided(invite["C2"], "ben") == "failed"
