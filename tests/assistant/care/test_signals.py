"""Planted events, looked for on every day: found on the right day, none early, none twice, quieted by a contact."""

from collections import defaultdict
from datetime import date, timedelta

from assistant.care.signals.rules import SignalKind
from assistant.care.signals.signal import Signal
from knowledge.crm.store import CrmStore
from tests.assistant.care.planted_bank import (
    complaint,
    contact,
    customer,
    days,
    deposit,
    event,
    measured,
    plant,
    shown_on,
    staff,
    task,
)

FIRST, LAST = date(2028, 1, 10), date(2028, 3, 12)
"""Over Spring Festival (25 January to 1 February off) and the leap day."""
PLANTED: dict[str, tuple[SignalKind, list[date]]] = {
    # Due on the leap day, a Tuesday: called on Friday the 18th (ten days before is a Saturday) and on the day.
    "leap_deposit": (SignalKind.MATURITY, [date(2028, 2, 18), date(2028, 2, 29)]),
    # Due at the end of January, in the holidays: both calls are made before these begin.
    "month_end_deposit": (SignalKind.MATURITY, [date(2028, 1, 21), date(2028, 1, 24)]),
    "born_on_leap_day": (SignalKind.BIRTHDAY, [date(2028, 2, 29)]),
    # A gold customer's birthday on a Sunday is a call on Friday; a standard customer's is a message on the day.
    "gold_on_sunday": (SignalKind.BIRTHDAY, [date(2028, 3, 3)]),
    "standard_on_sunday": (SignalKind.BIRTHDAY, [date(2028, 3, 5)]),
    # Born on New Year's Day of the Chinese calendar, kept by it: 26 January 2028, not 20 February.
    "lunar": (SignalKind.BIRTHDAY, [date(2028, 1, 26)]),
    "lost_salary": (SignalKind.SALARY_STOPPED, [date(2028, 2, 14)]),
    "restaurant": (SignalKind.LARGE_WITHDRAWAL, [date(2028, 2, 2)]),
    "new_director": (SignalKind.KEY_PERSON_CHANGED, [date(2028, 2, 7)]),
    "sends_away": (SignalKind.COMPETITOR, [date(2028, 2, 10)]),
    "told_of_offer": (SignalKind.COMPETITOR, [date(2028, 2, 14)]),
    "idle": (SignalKind.IDLE_FUNDS, [date(2028, 2, 2)]),
    "waits": (SignalKind.NEGLECTED, [date(2028, 3, 1)]),
    # Due on Wednesday 1 March: two working days before.
    "complains": (SignalKind.COMPLAINT, [date(2028, 2, 28)]),
    "to_call": (SignalKind.TASK, [date(2028, 2, 29)]),
    "promised": (SignalKind.PROMISE, [date(2028, 3, 1)]),
}


def rows() -> list[object]:
    person = {name: customer(name) for name in PLANTED}
    person["born_on_leap_day"].birth_date = date(1988, 2, 29)
    person["gold_on_sunday"].birth_date = person["standard_on_sunday"].birth_date = date(1980, 3, 5)
    person["lunar"].birth_date = date(1985, 2, 20)
    person["gold_on_sunday"].tier = "gold"
    person["new_director"].kind = "company"
    person["waits"].tier = "gold"
    person["waits"].customer_since = date(2020, 1, 1)
    return [
        *staff(), *person.values(), *map(measured, days(FIRST, LAST)),
        *deposit("leap_deposit", date(2028, 2, 29)),
        *deposit("month_end_deposit", date(2028, 1, 31)),
        contact("lunar", date(2027, 3, 1), "客户说家里一直过农历生日。"),
        contact("gold_on_sunday", date(2028, 1, 13)),
        event("lost_salary", "salary_stopped", date(2027, 12, 29), 9_000),
        event("restaurant", "large_withdrawal", date(2028, 1, 31), 450_000, "开饭店"),
        event("new_director", "key_person_changed", date(2028, 2, 5)),
        event("sends_away", "money_to_other_bank", date(2028, 2, 9), 80_000, "Other Bank"),
        event("idle", "idle_balance", date(2028, 1, 31), 300_000, source="A-idle"),
        event("idle", "idle_balance", date(2028, 2, 29), 310_000, source="A-idle"),
        contact("told_of_offer", date(2028, 2, 11), "Says another bank pays more on deposits."),
        contact("told_of_offer", date(2028, 2, 11), "Says another bank pays more on deposits."),
        contact("waits", date(2027, 12, 31)),
        complaint("complains", date(2028, 3, 1)),
        task("to_call", date(2028, 2, 29)),
        contact("promised", date(2028, 2, 21), next_step="Call with the figures", next_on=date(2028, 3, 1)),
    ]  # fmt: skip


async def test_every_event_is_found_on_its_day_none_early_and_none_twice(store: CrmStore) -> None:
    await plant(store, *rows())  # type: ignore[arg-type]
    shown = await shown_on(store, days(FIRST, LAST))
    seen: dict[tuple[str, SignalKind], dict[date, list[date]]] = defaultdict(lambda: defaultdict(list))
    for day, signals in shown.items():
        keys = [(one.kind, one.source, one.raised_on, one.customer) for one in signals]
        assert len(keys) == len(set(keys)), day
        for one in signals:
            seen[one.customer, one.kind][one.raised_on].append(day)
    expected = {(name, kind): raised for name, (kind, raised) in PLANTED.items()}
    assert {key: sorted(raised) for key, raised in seen.items()} == expected
    for raised in seen.values():
        for first, on in raised.items():
            assert on == days(first, on[-1]), "shown from its day on, without a gap"


async def test_what_is_past_is_shown_no_longer(store: CrmStore) -> None:
    last = {
        "leap_deposit": date(2028, 3, 9),
        "gold_on_sunday": date(2028, 3, 5),
        "standard_on_sunday": date(2028, 3, 5),
    }
    await plant(store, *rows())  # type: ignore[arg-type]
    shown = await shown_on(store, days(date(2028, 3, 3), LAST))
    for name, day in last.items():
        assert max(on for on, signals in shown.items() if name in names(signals)) == day, name


async def test_a_contact_quiets_what_was_raised_and_not_what_is_raised_later(store: CrmStore) -> None:
    called = date(2028, 2, 21)
    await plant(
        store, *staff(), customer("depositor"), *deposit("depositor", date(2028, 2, 29)),
        contact("depositor", called, by="bob"),
    )  # fmt: skip
    shown = await shown_on(store, days(date(2028, 2, 17), date(2028, 3, 1)))
    on = [day for day, signals in shown.items() if signals]
    assert on == [*days(date(2028, 2, 18), called - timedelta(days=1)), date(2028, 2, 29), date(2028, 3, 1)]


async def test_a_complaint_is_quiet_for_the_day_of_a_call_and_comes_back(store: CrmStore) -> None:
    due = date(2028, 3, 1)
    rows = complaint("c", due), contact("c", date(2028, 2, 29))
    await plant(store, *staff(), customer("c"), *rows)
    shown = await shown_on(store, days(date(2028, 2, 27), date(2028, 3, 2)))
    assert [day.day for day, signals in shown.items() if signals] == [28, 1, 2]


async def test_what_is_done_closed_or_a_colleagues_is_not_shown(store: CrmStore) -> None:
    day = date(2028, 2, 29)
    await plant(
        store, *staff(), customer("c"), customer("gone", closed_on=date(2028, 1, 1), tier="gold"),
        customer("bobs", manager_id="bob", tier="gold", customer_since=date(2020, 1, 1), birth_date=date(1980, 2, 29)),
        task("c", day, state="done"), task("c", day, by="bob"), task("c", None), complaint("c", day, state="resolved"),
        complaint("c", day, kind="praise"), complaint("bobs", day), contact("gone", date(2020, 1, 1)),
        *deposit("bobs", day), event("bobs", "large_withdrawal", date(2028, 2, 28), 200_000), measured(day),
        contact("c", day - timedelta(days=20), "感谢客户从华信银行转入30万元。手机银行很好用。"),
    )  # fmt: skip
    assert await shown_on(store, [day]) == {day: []}


async def test_without_measures_the_other_rules_still_hold(store: CrmStore) -> None:
    await plant(store, *staff(), customer("c"), *deposit("c", date(2028, 2, 29)))
    (found,) = (await shown_on(store, [date(2028, 2, 29)])).values()
    assert names(found) == {"c"}
    assert found[0].stake == 100_000


def names(signals: list[Signal]) -> set[str]:
    return {signal.customer for signal in signals}
