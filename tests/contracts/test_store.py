"""One store, two databases: what callers rely on holds on SQLite and on PostgreSQL alike."""

import asyncio
from contextlib import AsyncExitStack
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from assistant.chain import Break, Fault
from assistant.conversations import Conversations
from assistant.journal import Journal, Kind
from assistant.understanding.dialogue import Dialogue
from knowledge.clock import Clock
from knowledge.crm.codes import Role
from knowledge.crm.schema import check, known_versions, migrate, version
from knowledge.crm.scope import Scope
from knowledge.crm.store import READERS, CrmStore
from knowledge.crm.tables import Account, Balance, Base, Customer, Employee, Product, Transaction, Unit
from knowledge.errors import OutOfScope
from tests.knowledge.crm.canaries import CUSTOMERS
from tests.knowledge.crm.test_scope import ASKER, COUNTED, HIDDEN, OWN, REFUSED, SCOPED

HEAD = Scope("head", Role.HEAD_OFFICE)


def _unit(name: str) -> Unit:
    return Unit(id=name, kind="branch", name=name)


async def _write(store: CrmStore, *rows: Base, then: Exception | None = None) -> None:
    async with store.writing() as session:
        for row in rows:
            session.add(row)
            await session.flush()
        if then:
            raise then


async def _units(store: CrmStore) -> int:
    async with store.reading(HEAD) as reader:
        return await reader.scalar(select(func.count()).select_from(Unit)) or 0


def test_a_store_is_migrated_once_and_checked(any_url: str) -> None:
    assert version(any_url) == known_versions()[-1]
    migrate(any_url)
    check(any_url)


async def test_all_of_a_transaction_is_stored_or_nothing(any_store: CrmStore) -> None:
    await _write(any_store, _unit("a"), _unit("b"))
    with pytest.raises(RuntimeError):
        await _write(any_store, _unit("c"), then=RuntimeError("the power goes off"))
    assert await _units(any_store) == 2


async def test_rows_must_belong_to_something(any_store: CrmStore) -> None:
    orphan = {"id": "a", "customer_id": "nobody", "kind": "deposit", "number": "1", "currency": "EUR"}
    with pytest.raises(IntegrityError):
        await _write(any_store, Account(**orphan, opened_on=date(2026, 1, 1), state="active"))


async def test_reading_goes_on_while_someone_writes(any_store: CrmStore, any_url: str) -> None:
    other = CrmStore(any_url)
    async with any_store.writing() as session:
        session.add(_unit("a"))
        await session.flush()
        assert await _units(other) == 0
    assert await _units(other) == 1
    await other.close()


@pytest.mark.parametrize("any_url", ["postgresql"], indirect=True)
async def test_a_turn_reads_one_picture(any_store: CrmStore) -> None:
    async with any_store.reading(HEAD) as reader:
        before = await reader.scalar(select(func.count()).select_from(Unit))
        await _write(any_store, _unit("a"))
        assert await reader.scalar(select(func.count()).select_from(Unit)) == before


async def test_a_turn_that_rests_gives_its_place_to_others(any_store: CrmStore) -> None:
    """Otherwise a few turns that wait for a slow model would stop everybody else."""
    await _write(any_store, _unit("before"))
    units = select(func.count()).select_from(Unit)
    async with AsyncExitStack() as stack:
        resting = [await stack.enter_async_context(any_store.reading(HEAD)) for _ in range(READERS)]
        for reader in resting:
            assert await reader.scalar(units) == 1
        waiting = asyncio.create_task(_units(any_store))
        await asyncio.wait({waiting}, timeout=0.2)
        assert not waiting.done()
        for reader in resting:
            await reader.rest()
        assert await asyncio.wait_for(waiting, 5) == 1
        await _write(any_store, _unit("meanwhile"))
        assert await resting[0].scalar(units) == 2
    assert await _units(any_store) == 2


async def test_a_scope_holds_after_a_rest(canaries: CrmStore) -> None:
    async with canaries.reading(ASKER) as reader:
        before = await reader.scalar(select(func.count()).select_from(Customer))
        await reader.rest()
        assert await reader.scalar(select(func.count()).select_from(Customer)) == before


async def test_writers_wait_for_each_other(any_store: CrmStore, any_url: str) -> None:
    other = CrmStore(any_url)

    async def add(store: CrmStore, name: str) -> None:
        async with store.writing() as session:
            count = (await session.scalars(select(func.count()).select_from(Unit))).one()
            await asyncio.sleep(0.01)
            session.add(_unit(f"{name}-{count}"))

    await asyncio.gather(*(add(which, f"{n}") for n in range(4) for which in (any_store, other)))
    async with any_store.reading(HEAD) as reader:
        numbers = sorted(int(each.split("-")[1]) for each in await reader.scalars(select(Unit.id)))
    assert numbers == list(range(8)), "each saw what those before it had written"
    await other.close()


async def test_money_codes_and_text_come_back_as_they_were(any_store: CrmStore) -> None:
    written = "Robert'); DROP TABLE unit;-- {{ 7*7 }} <script> %s :x 张伟 ñ 🙂"
    product = Product(
        id="p", kind="deposit", name=written, names={"zh": "存款", "es": "depósito"}, currency="EUR",
        rate=Decimal("2.7525"), minimum=Decimal("90071992547409.93"), customer_kinds=["person"],
    )  # fmt: skip
    await _write(any_store, product)
    async with any_store.reading(HEAD) as reader:
        found = await reader.scalar(select(Product).where(Product.name == written))
    assert found is not None
    assert (found.rate, found.minimum) == (Decimal("2.7525"), Decimal("90071992547409.93"))
    assert (found.name, found.names, found.customer_kinds) == (written, product.names, ["person"])


async def test_sums_are_exact(any_store: CrmStore) -> None:
    await _write(
        any_store, _unit("u"), Customer(id="c", kind="person", name="C", currency="EUR"),
        Account(id="a", customer_id="c", kind="deposit", number="1", currency="EUR", opened_on=date(2026, 1, 1),
                state="active"),
        *(Transaction(id=str(n), account_id="a", booked_on=date(2026, 1, 2), amount=Decimal("0.10"), currency="EUR",
                      kind="other") for n in range(30)),
        Balance(account_id="a", month=date(2026, 1, 31), end=Decimal("3.00"), average=Decimal("1.50")),
    )  # fmt: skip
    async with any_store.reading(HEAD) as reader:
        assert await reader.scalar(select(func.sum(Transaction.amount))) == Decimal("3.00")
        assert await reader.scalar(select(func.max(Balance.average))) == Decimal("1.50")


async def test_a_failed_question_does_not_end_the_turn(any_store: CrmStore) -> None:
    await _write(any_store, _unit("a"))
    async with any_store.reading(HEAD) as reader:
        first = await reader.get(Unit, "a")
        with pytest.raises((DBAPIError, OverflowError)):
            await reader.rows(select(Balance.end).where(Balance.end == Decimal(10) ** 30))
        assert await reader.scalars(select(Unit.id)) == ["a"]
        assert first is not None
        assert first.name == "a"


async def test_the_journal_of_two_processes_is_one_chain(any_store: CrmStore, any_url: str) -> None:
    other = CrmStore(any_url)
    journals = [Journal(any_store), Journal(other)]
    await asyncio.gather(
        *(journals[n % 2].append(f"turn-{n}", "e", Kind.QUESTION, {"text": "存款 \0"}) for n in range(12))
    )
    assert (await journals[0].verify()).fault is None
    assert [entry.body["text"] for entry in await journals[1].turn("turn-3")] == ["存款 \0"]
    async with any_store.writing() as session:
        await session.execute(text("UPDATE journal SET body = '{}' WHERE number = 5"))
    assert (await journals[0].verify()).fault is not None
    await other.close()


async def test_an_end_that_was_cut_off_is_found(any_store: CrmStore) -> None:
    journal = Journal(any_store)
    for number in range(4):
        await journal.append(f"turn-{number}", "e", Kind.ANSWER, {})
    async with any_store.writing() as session:
        await session.execute(text("DELETE FROM journal WHERE number > 2"))
    assert (await journal.verify()).fault == Fault(3, Break.CUT_OFF)
    await journal.append("turn-4", "e", Kind.ANSWER, {})
    assert (await journal.verify()).fault == Fault(3, Break.MISSING)


async def test_conversations_belong_to_their_asker(any_store: CrmStore) -> None:
    staff = [Employee(id=who, unit_id="u", role="manager", name=who) for who in ("ana", "ben")]
    await _write(any_store, _unit("u"), *staff)
    conversations = Conversations(Clock())
    kept = Dialogue.model_validate(Dialogue().model_dump())
    keep = partial(conversations.keep, employee_id="ana", conversation_id="one", dialogue=kept)
    await asyncio.gather(*(any_store.write(keep) for _ in range(4)))
    async with any_store.reading(Scope("ana", Role.MANAGER, ("u",))) as reader:
        assert await conversations.load(reader, "ana", "one") == kept


@pytest.mark.parametrize("name", SCOPED)
async def test_every_way_of_asking_shows_own_customers_only(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        rows: Any = await reader.rows(SCOPED[name]())
    shown = repr([[vars(cell) if isinstance(cell, Base) else cell for cell in row] for row in rows])
    seen = {customer for customer in CUSTOMERS if customer in shown}
    assert seen
    assert seen <= OWN


@pytest.mark.parametrize("name", COUNTED)
async def test_counts_are_of_own_customers_only(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        assert await reader.scalar(COUNTED[name]()) == len(OWN)


@pytest.mark.parametrize("name", HIDDEN)
async def test_conditions_cannot_feel_for_what_is_hidden(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        assert [row for row in await reader.rows(HIDDEN[name]()) if row[0]] == []


@pytest.mark.parametrize("name", REFUSED)
async def test_what_the_scope_cannot_reach_is_refused(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        with pytest.raises(OutOfScope):
            await reader.rows(REFUSED[name]())
