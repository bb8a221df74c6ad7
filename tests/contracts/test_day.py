"""The manager's day on SQLite and PostgreSQL: the same signals, the same list, the same results."""

from datetime import date
from typing import cast

from assistant.grounding.ledger import Ledger
from assistant.tools.daily_brief import daily_brief
from assistant.tools.desk import Desk
from assistant.tools.results import results
from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.library.library import Library
from tests.assistant.care.planted_bank import MANAGER, offer, plant
from tests.assistant.care.test_signals import rows

TODAY = date(2028, 2, 29)
CALLS = {
    "complains": ["complaint"], "leap_deposit": ["maturity"], "to_call": ["task"], "lost_salary": ["salary_stopped"],
    "restaurant": ["large_withdrawal"], "sends_away": ["competitor"], "told_of_offer": ["competitor"],
    "idle": ["idle_funds"], "born_on_leap_day": ["birthday"],
}  # fmt: skip


def desk_of(reader: object, scope: Scope) -> Desk:
    return Desk(reader, scope, Ledger("en", TODAY), cast(Library, None), TODAY)  # type: ignore[arg-type]


async def test_the_day_is_the_same_on_every_database(any_store: CrmStore) -> None:
    await plant(any_store, *rows(), offer("idle", TODAY))  # type: ignore[arg-type]
    for scope in (MANAGER, Scope("head", Role.BRANCH, ("branch",))):
        async with any_store.reading(scope) as reader:
            found = await daily_brief(desk_of(reader, scope), 50)
        told = {str(line.name.value): [str(reason.what.value) for reason in line.reasons] for line in found.lines}
        assert told == {name: kinds for name, kinds in CALLS.items() if name != "idle"}
        assert [(line.name.value, line.why.value) for line in found.held] == [("idle", "marketing_limit")]
    async with any_store.reading(Scope("bob", Role.MANAGER, ("branch",))) as reader:
        of_bob = await daily_brief(desk_of(reader, reader.scope))
    assert (of_bob.lines, of_bob.held) == ([], [])


async def test_so_is_what_came_of_it(any_store: CrmStore) -> None:
    await plant(any_store, *rows())  # type: ignore[arg-type]
    async with any_store.reading(MANAGER) as reader:
        found = await results(desk_of(reader, MANAGER))
    assert (found.contacts.value, found.lines) == (3, [])
