"""The day's list: order, nobody twice, limits of contact, consents."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.care.contact_limits import Admission, HoldReason, contact_limits
from assistant.care.daily_brief import DayPlan, plan_day, points_of
from assistant.care.signals.finding import find_signals
from assistant.care.signals.ground import Ground, Person, survey
from assistant.care.signals.rules import ContactKind, SignalKind, signal_rules
from assistant.care.signals.signal import Signal
from assistant.care.working_days import working_days
from knowledge.crm.codes import CustomerKind, Tier
from knowledge.crm.store import CrmStore, Lookups
from knowledge.crm.tables import Base
from knowledge.insight.parameters import read_parameters
from tests.assistant.care.planted_bank import (
    MANAGER,
    complaint,
    contact,
    customer,
    deposit,
    event,
    measured,
    offer,
    plant,
    staff,
    task,
)

TODAY = date(2026, 11, 18)  # a Wednesday


async def planned(store: CrmStore, *rows: Base | list[Base], on: date = TODAY) -> DayPlan:
    await plant(store, *staff(), *rows)
    return await plan(store, on)


async def plan(store: CrmStore, on: date) -> DayPlan:
    def work(lookups: Lookups) -> DayPlan:
        ground = survey(lookups, MANAGER, on, signal_rules(), working_days(), read_parameters())
        return plan_day(ground, find_signals(ground), Admission(ground, contact_limits()))

    async with store.reading(MANAGER) as reader:
        return await reader.together(work)


async def test_the_urgent_come_first_then_the_valuable_and_nobody_twice(store: CrmStore) -> None:
    found = await planned(
        store, *(customer(name) for name in ("complains", "rich", "poor", "waits")),
        complaint("complains", TODAY), *deposit("complains", TODAY), task("complains", TODAY),
        *deposit("rich", TODAY, 900_000), *deposit("poor", TODAY, 20_000), task("waits", TODAY - timedelta(days=2)),
    )  # fmt: skip
    assert [call.person.id for call in found.calls] == ["complains", "rich", "poor", "waits"]
    assert [signal.kind for signal in found.calls[0].signals] == ["complaint", "maturity", "task"]
    assert found.held == []


async def test_a_colleagues_contact_keeps_everybody_else_away_for_seven_days(store: CrmStore) -> None:
    spoke = TODAY - timedelta(days=6)
    rows = [customer("c"), complaint("c", TODAY + timedelta(days=2)), contact("c", spoke, by="bob")]
    found = await planned(store, *rows)
    assert (found.calls, [held.hold.reason for held in found.held]) == ([], [HoldReason.COLLEAGUE])
    note = found.held[0].hold.note
    assert note
    assert (note.employee, note.at.date()) == ("bob", spoke)
    later = await plan(store, TODAY + timedelta(days=1))
    assert [call.person.id for call in later.calls] == ["c"]


async def test_ones_own_contact_keeps_nobody_away(store: CrmStore) -> None:
    found = await planned(store, customer("c"), contact("c", TODAY - timedelta(days=2)), task("c", TODAY))
    assert [call.person.id for call in found.calls] == ["c"]


async def test_a_contact_that_a_colleague_plans_too_is_told_and_the_own_manager_decides(store: CrmStore) -> None:
    found = await planned(
        store, *map(customer, ("both", "late", "papers", "own")),
        *(task(name, TODAY) for name in ("both", "late", "papers", "own")),
        task("both", TODAY + timedelta(days=6), by="bob"), task("both", TODAY + timedelta(days=5), by="bob"),
        task("late", TODAY + timedelta(days=7), by="bob"), task("own", TODAY + timedelta(days=2)),
        task("papers", TODAY, by="bob", kind="document"), task("own", TODAY, by="bob", state="done"),
    )  # fmt: skip
    beside = {call.person.id: call.beside for call in found.calls}
    assert {name: one is not None for name, one in beside.items()} == {
        "both": True, "late": False, "papers": False, "own": False,
    }  # fmt: skip
    assert beside["both"]
    assert (beside["both"].employee, beside["both"].on) == ("bob", TODAY + timedelta(days=5))


async def test_what_was_agreed_and_is_settled_is_no_reason_any_more(store: CrmStore) -> None:
    """A task made of a next step is done, or put off: neither it nor the step behind it calls today."""
    agreed = {"next_step": "Call with a rate on Wednesday", "next_on": TODAY}
    found = await planned(
        store, *map(customer, ("done", "put_off", "waits")),
        *(contact(name, TODAY - timedelta(days=9), **agreed) for name in ("done", "put_off", "waits")),
        task("done", TODAY, "Call with a rate", state="done"),
        task("put_off", TODAY + timedelta(days=5), "Call with a rate"),
    )  # fmt: skip
    assert [call.person.id for call in found.calls] == ["waits"]


def idle(owner: str, since: date = date(2026, 10, 31)) -> Base:
    return event(owner, "idle_balance", since, 400_000)


async def test_offers_made_this_week_and_month_are_the_limit_of_marketing(store: CrmStore) -> None:
    monday = TODAY - timedelta(days=2)
    found = await planned(
        store, *map(customer, ("free", "this_week", "last_week", "twice", "last_month")), measured(TODAY),
        *map(idle, ("free", "this_week", "last_week", "twice", "last_month")),
        offer("this_week", monday), offer("last_week", monday - timedelta(days=1)),
        offer("twice", date(2026, 11, 3)), offer("twice", date(2026, 11, 10)), offer("last_month", date(2026, 10, 30)),
    )  # fmt: skip
    assert [call.person.id for call in found.calls] == ["free", "last_month", "last_week"]
    assert {held.person.id: (held.hold.reason, held.hold.offered) for held in found.held} == {
        "this_week": (HoldReason.MARKETING_LIMIT, 1), "twice": (HoldReason.MARKETING_LIMIT, 2),
    }  # fmt: skip


async def test_who_may_not_be_offered_anything_is_still_served(store: CrmStore) -> None:
    rows = [customer("c", consents=[]), idle("c"), measured(TODAY), *deposit("c", TODAY)]
    found = await planned(store, *rows)
    assert [(call.channel, [one.kind for one in call.signals]) for call in found.calls] == [("app", ["maturity"])]
    assert found.held == []


async def test_there_is_no_marketing_on_sundays_and_holidays(store: CrmStore) -> None:
    await plant(store, *staff(), customer("c"), idle("c", date(2026, 9, 30)), measured(date(2026, 9, 30)))
    for day, held in ((date(2026, 10, 9), 0), (date(2026, 10, 11), 1), (date(2026, 10, 12), 0)):
        found = await plan(store, day)
        assert [one.hold.reason for one in found.held] == [HoldReason.DAY_OFF] * held
        assert len(found.calls) == 1 - held


async def test_without_any_consent_money_that_lies_idle_is_no_reason(store: CrmStore) -> None:
    found = await planned(store, customer("c", consents=[]), idle("c"), measured(TODAY))
    assert [held.hold.reason for held in found.held] == [HoldReason.NO_CONSENT]


async def test_a_greeting_goes_the_way_that_the_tier_and_the_consents_allow(store: CrmStore) -> None:
    born = date(1980, 11, 18)
    tiers = {"gold": ["phone", "sms"], "silver": ["phone", "sms"], "standard": ["phone"]}
    found = await planned(
        store,
        *(customer(tier, tier=tier, birth_date=born, consents=agreed) for tier, agreed in tiers.items()),
        customer("mail", birth_date=born, consents=["email"]),
    )
    assert {call.person.id: call.channel.value for call in found.calls} == {
        "gold": "phone", "silver": "sms", "standard": "app", "mail": "email",
    }  # fmt: skip


async def test_what_a_task_says_too_is_told_once(store: CrmStore) -> None:
    agreed = contact("c", TODAY - timedelta(days=9), next_step="Call with a rate", next_on=TODAY)
    found = await planned(store, customer("c"), agreed, task("c", TODAY, "Call with a rate"))
    assert [[one.kind for one in call.signals] for call in found.calls] == [["task"]]


PEOPLE = [Person(id, CustomerKind.PERSON, Tier.GOLD, True, None, None, "en", frozenset(consents), "ana", None)
          for id, consents in (("a", ("phone",)), ("b", ()), ("c", ("sms",)), ("d", ("email", "phone")))]  # fmt: skip
SIGNALS = st.builds(
    Signal,
    kind=st.sampled_from(SignalKind),
    customer=st.sampled_from("abcd"),
    day=st.just(TODAY),
    raised_on=st.just(TODAY),
    until=st.just(TODAY),
    source=st.uuids().map(str),
    evidence=st.just(()),
    deadline=st.sampled_from([None, TODAY, TODAY + timedelta(days=3)]),
    stake=st.none() | st.decimals(0, 10_000_000, places=2),
)


class NoRows(Lookups):
    """A store in which nobody was offered anything."""

    def __init__(self) -> None: ...

    def rows(self, *given: object) -> list[object]:  # type: ignore[override]
        return []


GROUND = Ground(NoRows(), MANAGER, TODAY, signal_rules(), working_days(), read_parameters(), None,
                {person.id: person for person in PEOPLE}, {}, [])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(signals=st.lists(SIGNALS, max_size=12))
def test_every_customer_stands_once_in_order_and_no_marketing_passes_without_consent(signals: list[Signal]) -> None:
    found = plan_day(GROUND, signals, Admission(GROUND, contact_limits()))
    rows = [*found.calls, *found.held]
    assert sorted(row.person.id for row in rows) == sorted({signal.customer for signal in signals})
    for listed in (found.calls, found.held):
        assert [row.points for row in listed] == sorted((row.points for row in listed), reverse=True)
    for call in found.calls:
        kinds = {GROUND.rule(signal.kind).contact for signal in call.signals}
        assert call.person.consents or ContactKind.MARKETING not in kinds


@settings(max_examples=60, deadline=None)
@given(signal=SIGNALS, more=st.decimals(0, 10_000_000, places=2))
def test_more_at_stake_never_weighs_less_and_a_last_day_never_either(signal: Signal, more: Decimal) -> None:
    richer = replace(signal, stake=(signal.stake or Decimal(0)) + more)
    later = replace(signal, deadline=None)
    person = PEOPLE[0]
    assert points_of(richer, person, GROUND) >= points_of(signal, person, GROUND) >= points_of(later, person, GROUND)
