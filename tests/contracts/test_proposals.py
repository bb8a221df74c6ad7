"""Proposals on both databases: executed exactly as confirmed, once, by whoever was asked, or not at all."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import AgainstConduct, BadChange, Outdated, UnknownCustomer, UnknownEmployee, UnknownProposal
from assistant.journal import Journal, Kind
from assistant.proposals.approve_message import ApproveMessage
from assistant.proposals.card import EXPIRES_AFTER
from assistant.proposals.create_task import CreateTask
from assistant.proposals.log_contact import LogContact
from assistant.proposals.proposals import Proposals
from assistant.proposals.settle_task import SettleTask
from assistant.proposals.write import Context
from knowledge.clock import Clock
from knowledge.crm.codes import Channel, Consent, ProposalState, Role, TaskKind, TaskState
from knowledge.crm.names import NameForm
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Contact, Customer, CustomerName, Employee, Proposal, Task, Unit

TODAY = date(2026, 11, 20)


class Refused(CreateTask):
    """A task that writes and then finds that it may not."""

    kind: ClassVar[str] = "create_task"

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        await super().execute(session, context)
        await session.flush()
        raise Outdated(reason="too late")


class Broken(CreateTask):
    """A task whose code meets an error that nobody foresaw."""

    kind: ClassVar[str] = "create_task"

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        await super().execute(session, context)
        raise ZeroDivisionError


class Orphan(CreateTask):
    """A task for an employee who does not exist."""

    kind: ClassVar[str] = "create_task"

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        session.add(Task(id="t", employee_id="nobody", kind="call", title="x", state=TaskState.OPEN))
        return {}


@dataclass(frozen=True)
class House:
    store: CrmStore
    journal: Journal
    proposals: Proposals

    def with_kind(self, write: type[CreateTask]) -> Proposals:
        return Proposals(self.store, (write,), self.journal, Clock(TODAY))

    async def tasks(self) -> list[Task]:
        async with self.store.auditing() as session:
            return list(await session.scalars(select(Task)))

    async def state(self, id: str) -> str:
        async with self.store.auditing() as session:
            return str((await session.scalars(select(Proposal.state).where(Proposal.id == id))).one())

    async def kinds(self) -> list[Kind]:
        async with self.store.auditing() as session:
            turns = list(await session.scalars(select(Proposal.turn_id)))
        return [entry.kind for turn in turns for entry in await self.journal.turn(str(turn))]


@pytest.fixture
async def house(any_store: CrmStore) -> AsyncIterator[House]:
    async with any_store.writing() as session:
        session.add(Unit(id="north", kind="branch", name="North"))
        await session.flush()
        for id in ("ana", "ben"):
            session.add(Employee(id=id, unit_id="north", role=Role.MANAGER, name=id))
        await session.flush()
        session.add(Customer(id="C1", kind="person", name="张丽", currency="CNY", manager_id="ana", branch_id="north"))
    journal = Journal(any_store)
    yield House(any_store, journal, Proposals(any_store, (CreateTask, LogContact), journal, Clock(TODAY)))
    assert (await journal.verify()).fault is None


CALL = CreateTask(title="Call about the deposit", task_kind=TaskKind.CALL, due_on=date(2026, 11, 27), customer="C1")


async def test_nothing_is_written_before_the_yes_and_exactly_it_after(house: House) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1", "zh")
    assert (shown.state, await house.tasks()) == ("open", [])
    assert "张丽" in shown.summary
    assert "Call about the deposit" in shown.summary
    done = await house.proposals.confirm(shown.id, "ana")
    (task,) = await house.tasks()
    assert (done.state, done.result) == ("confirmed", {"task": task.id})
    assert (task.title, task.due_on, task.kind) == ("Call about the deposit", date(2026, 11, 27), TaskKind.CALL)
    assert (task.employee_id, task.customer_id, task.state) == ("ana", "C1", TaskState.OPEN)
    assert await house.kinds() == [Kind.PROPOSED, Kind.CONFIRMED]


async def test_many_confirms_at_once_execute_once_and_all_get_the_same(house: House) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    second = CrmStore(house.store.url.render_as_string(hide_password=False))
    other = Proposals(second, (CreateTask,), Journal(second), Clock(TODAY))
    done = await asyncio.gather(*(each.confirm(shown.id, "ana") for each in (house.proposals, other) * 6))
    await second.close()
    (task,) = await house.tasks()
    assert {(each.state, str(each.result)) for each in done} == {("confirmed", str({"task": task.id}))}
    assert await house.kinds() == [Kind.PROPOSED, Kind.CONFIRMED]


async def test_yes_and_no_at_once_is_one_of_them(house: House) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    told = await asyncio.gather(
        house.proposals.confirm(shown.id, "ana"), house.proposals.reject(shown.id, "ana"), return_exceptions=False
    )
    (state,) = {each.state for each in told}
    assert len(await house.tasks()) == (1 if state == "confirmed" else 0)


async def test_a_no_is_final(house: House) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    assert (await house.proposals.reject(shown.id, "ana")).state == "rejected"
    assert (await house.proposals.confirm(shown.id, "ana")).state == "rejected"
    assert await house.tasks() == []
    assert await house.kinds() == [Kind.PROPOSED, Kind.REJECTED]


@pytest.mark.parametrize("employee", ["ben", "nobody"])
async def test_another_ones_proposal_is_as_if_it_were_not_there(house: House, employee: str) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    for id in (shown.id, "no-such-proposal"):
        for decide in (house.proposals.confirm, house.proposals.reject):
            with pytest.raises(UnknownEmployee if employee == "nobody" else UnknownProposal):
                await decide(id, employee)
    assert (await house.state(shown.id), await house.tasks()) == (ProposalState.OPEN, [])
    assert await house.proposals.listed("ben") == []


async def test_who_handed_the_customer_over_can_no_longer_say_yes(house: House) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    async with house.store.writing() as session:
        await session.execute(update(Customer).values(manager_id="ben"))
    for employee in ("ana", "ben"):
        with pytest.raises(UnknownProposal):
            await house.proposals.confirm(shown.id, employee)
    assert await house.tasks() == []


async def test_a_customer_named_only_in_the_arguments_is_held_to_the_scope_too(house: House) -> None:
    """A kind that says nothing of its customer to the proposal is still bound by what it writes to."""
    async with house.store.writing() as session:
        session.add(Proposal(
            id="p", employee_id="ben", kind="create_task", arguments=CALL.model_dump(mode="json"), summary="s",
            state=ProposalState.OPEN, created_at=Clock().now(),
        ))  # fmt: skip
    done = await house.proposals.confirm("p", "ben")
    assert (done.state, (done.result or {})["code"], await house.tasks()) == ("failed", UnknownCustomer.code, [])


@pytest.mark.parametrize("write, code", [(Refused, "outdated"), (Orphan, "outdated")])
async def test_what_cannot_be_done_changes_nothing_and_says_why(
    house: House, write: type[CreateTask], code: str
) -> None:
    proposals = house.with_kind(write)
    shown = await proposals.propose("ana", write(title="x"))
    first, second = await proposals.confirm(shown.id, "ana"), await proposals.confirm(shown.id, "ana")
    assert (first.state, (first.result or {})["code"]) == ("failed", code)
    assert first == second
    assert await house.tasks() == []
    assert await house.kinds() == [Kind.PROPOSED, Kind.FAILED]


async def test_an_error_nobody_foresaw_leaves_it_waiting(house: House) -> None:
    proposals = house.with_kind(Broken)
    shown = await proposals.propose("ana", Broken(title="x"))
    with pytest.raises(ZeroDivisionError):
        await proposals.confirm(shown.id, "ana")
    assert (await house.state(shown.id), await house.tasks()) == (ProposalState.OPEN, [])
    assert (await house.proposals.confirm(shown.id, "ana")).state == "confirmed"


async def test_what_was_changed_before_the_yes_is_what_is_done_and_kept(house: House) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    changes = {"title": " Visit her ", "task_kind": "visit", "due_on": ""}
    done = await house.proposals.confirm(shown.id, "ana", changes)
    (task,) = await house.tasks()
    assert (task.title, task.kind, task.due_on) == ("Visit her", TaskKind.VISIT, None)
    assert "Visit her" in done.summary
    (kept,) = await house.proposals.listed("ana", ProposalState.CONFIRMED)
    assert {f.name: f.value for f in kept.fields} == {"title": "Visit her", "due_on": None, "task_kind": "visit"}


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"customer": "C2"}, "customer"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"due_on": "soon"}, "due_on"),
        ({"task_kind": "party"}, "task_kind"),
        ({"state": "done"}, "state"),
    ],
)
async def test_a_change_that_cannot_be_leaves_it_waiting(
    house: House, changes: dict[str, str | None], field: str
) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    with pytest.raises(BadChange) as raised:
        await house.proposals.confirm(shown.id, "ana", changes)
    assert raised.value.values["field"] == field
    assert (await house.state(shown.id), await house.tasks()) == (ProposalState.OPEN, [])


@pytest.mark.parametrize("way", ["confirm", "reject", "list"])
async def test_after_a_day_it_is_too_late(house: House, way: str) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    fresh = await house.proposals.propose("ana", CALL, "C1")
    async with house.store.writing() as session:
        aged = Clock().now() - EXPIRES_AFTER - timedelta(seconds=1)
        await session.execute(update(Proposal).where(Proposal.id == shown.id).values(created_at=aged))
    if way == "confirm":
        assert (await house.proposals.confirm(shown.id, "ana", {"title": "y"})).state == "expired"
    elif way == "reject":
        assert (await house.proposals.reject(shown.id, "ana")).state == "expired"
    assert [each.id for each in await house.proposals.listed("ana")] == [fresh.id]
    assert (await house.state(shown.id), await house.tasks()) == (ProposalState.EXPIRED, [])
    assert Kind.EXPIRED in await house.kinds()


async def test_a_contact_is_logged_in_the_standard_form(house: House) -> None:
    write = LogContact(customer="C1", on=TODAY, channel=Channel.PHONE, content="她想考虑一下", next_step="再打电话")
    shown = await house.proposals.propose("ana", write, "C1")
    done = await house.proposals.confirm(shown.id, "ana", {"mood": "pleased", "next_on": "2026-11-27"})
    async with house.store.auditing() as session:
        (contact,) = await session.scalars(select(Contact))
    assert done.result == {"contact": contact.id}
    assert (contact.customer_id, contact.employee_id, contact.at.date()) == ("C1", "ana", TODAY)
    assert (contact.channel, contact.mood, contact.content) == ("phone", "pleased", "她想考虑一下")
    assert (contact.next_step, contact.next_on) == ("再打电话", date(2026, 11, 27))


async def test_a_contact_that_has_not_been_is_not_logged(house: House) -> None:
    write = LogContact(customer="C1", on=TODAY + timedelta(days=1), channel=Channel.PHONE, content="x")
    shown = await house.proposals.propose("ana", write, "C1")
    assert (await house.proposals.confirm(shown.id, "ana")).state == "failed"
    async with house.store.auditing() as session:
        assert (await session.scalars(select(func.count()).select_from(Contact))).one() == 0


KILLED = """
    import asyncio, os, signal, sys
    from assistant.journal import Journal
    from assistant.proposals.create_task import CreateTask
    from assistant.proposals.proposals import Proposals
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore

    class Dying(CreateTask):
        async def execute(self, session, context):
            done = await super().execute(session, context)
            await session.flush()
            os.kill(os.getpid(), signal.SIGKILL)
            return done

    async def confirm():
        store = CrmStore(sys.argv[1])
        await Proposals(store, (Dying,), Journal(store), Clock()).confirm(sys.argv[2], "ana")

    asyncio.run(confirm())
"""


async def test_killed_in_the_middle_it_still_waits_and_can_be_done(house: House) -> None:
    shown = await house.proposals.propose("ana", CALL, "C1")
    url = house.store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), url, shown.id]
    died = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False, env={**os.environ})
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert (await house.state(shown.id), await house.tasks()) == (ProposalState.OPEN, [])
    assert (await house.proposals.confirm(shown.id, "ana")).state == "confirmed"
    assert len(await house.tasks()) == 1


async def test_a_task_is_settled_once_and_by_its_owner(house: House) -> None:
    proposals = Proposals(house.store, (CreateTask, SettleTask), house.journal, Clock(TODAY))
    made = await proposals.confirm((await proposals.propose("ana", CALL, "C1")).id, "ana")
    id = (made.result or {})["task"]
    later = SettleTask(task=id, state=TaskState.OPEN, due_on=date(2026, 12, 1))
    put_off = await proposals.propose("ana", later, "C1")
    with pytest.raises(BadChange):
        await proposals.confirm(put_off.id, "ana", {"due_on": str(TODAY - timedelta(days=1))})
    assert (await proposals.confirm(put_off.id, "ana")).state == "confirmed"
    done = SettleTask(task=id, state=TaskState.DONE)
    shown = [await proposals.propose("ana", done, "C1") for _ in range(2)]
    states = [(await proposals.confirm(one.id, "ana")).state for one in shown]
    (task,) = await house.tasks()
    assert (states, task.state, task.due_on) == (["confirmed", "failed"], TaskState.DONE, date(2026, 12, 1))


@pytest.mark.parametrize(
    "text, state", [("尊敬的张丽女士，祝您阖家安康", "confirmed"), ("尊敬的张丽女士，李明也买了", "open")]
)
async def test_a_message_names_no_other_customer(house: House, text: str, state: str) -> None:
    """A customer whose name is an everyday word of our own drafts keeps no draft back."""
    async with house.store.writing() as session:
        for id, name in (("C2", "李明"), ("C3", "安康")):
            session.add(Customer(id=id, kind="person", name=name, currency="CNY", manager_id="ana", branch_id="north"))
            await session.flush()
            session.add(CustomerName(customer_id=id, key=name, form=NameForm.FULL))
        (await session.get_one(Customer, "C1")).consents = ["sms"]
    proposals = Proposals(house.store, (ApproveMessage,), house.journal, Clock(TODAY))
    write = ApproveMessage(
        customer="C1", occasion="birthday", channel=Consent.SMS, send_on=TODAY, text=text, task_title="SMS"
    )
    shown = await proposals.propose("ana", write, "C1")
    if state == "open":
        with pytest.raises(AgainstConduct):
            await proposals.confirm(shown.id, "ana")
    else:
        await proposals.confirm(shown.id, "ana")
    assert await house.state(shown.id) == state
