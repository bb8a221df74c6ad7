"""Results are attributed to the newest action before them, within the rule's days, each once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from assistant.care.attribution import Action, Result, ResultKind, attribute, attribution_rules
from assistant.grounding.ledger import Ledger
from assistant.tools.desk import Desk, Period
from assistant.tools.results import results
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Account
from knowledge.library.library import Library
from tests.assistant.care.planted_bank import MANAGER, booking, contact, customer, deposit, plant, staff

TODAY = date(2026, 11, 20)
RULES = attribution_rules()
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
ACTIONS = st.builds(Action, st.uuids().map(str), st.sampled_from("ab"), st.sampled_from(["ana", "bob"]), DAYS)
RESULTS = st.builds(
    Result, st.sampled_from(ResultKind), st.uuids().map(str), st.sampled_from("abc"), DAYS, st.just(Decimal(1)),
    st.just("CNY"), st.just(Decimal(1)),
)  # fmt: skip


@given(st.lists(RESULTS, max_size=10), st.lists(ACTIONS, max_size=10))
def test_each_result_comes_once_of_the_newest_action_before_it_or_of_none(
    found: list[Result], actions: list[Action]
) -> None:
    made = attribute(found, actions, RULES)
    assert [one.result for one in made] == found
    for one in made:
        window = timedelta(days=RULES.rules[one.result.kind].window)
        fitting = [
            action.on
            for action in actions
            if action.customer == one.result.customer and one.result.on - window <= action.on <= one.result.on
        ]
        assert (one.action.on if one.action else None) == max(fitting, default=None)


@given(RESULTS, ACTIONS)
def test_an_action_after_the_result_brings_nothing(found: Result, action: Action) -> None:
    later = Action(action.id, found.customer, action.employee, found.on + timedelta(days=1))
    assert attribute([found], [later], RULES)[0].action is None


async def test_money_is_won_by_whoever_spoke_last(store: CrmStore) -> None:
    """Ana called a and b; Bob called b after her; nobody called c; d's money came a day too late for her call."""
    names = ("a", "b", "c", "d", "small")
    accounts = [Account(id=f"A-{n}", customer_id=n, kind="deposit", number=n, currency="CNY", state="active",
                        opened_on=date(2020, 1, 1)) for n in names]  # fmt: skip
    on = date(2026, 11, 18)
    await plant(
        store, *staff(), *map(customer, names), accounts,
        contact("a", date(2026, 10, 25), purpose="Birthday"), contact("a", date(2026, 11, 19)),
        contact("b", date(2026, 11, 2)), contact("b", date(2026, 11, 9), by="bob"),
        contact("d", on - timedelta(days=91)), contact("small", date(2026, 11, 17)),
        *(booking(f"A-{n}", on, 780_000, bank="Other Bank") for n in ("a", "b", "c", "d")),
        booking("A-small", on, 9_999, bank="Other Bank"), booking("A-a", on, 500_000), booking("A-a", on, -1_000_000),
        booking("A-a", date(2026, 10, 31), 50_000, bank="Other Bank"),
        *deposit("a", date(2027, 11, 18), 300_000, id="TD-a"),
    )  # fmt: skip
    async with store.reading(MANAGER) as reader:
        desk = Desk(reader, MANAGER, Ledger("en", TODAY), cast(Library, None), TODAY)
        found = await results(desk)
        october = await results(desk, Period(date(2026, 10, 1), date(2026, 10, 31)))
    assert [(line.name.text, line.what.value, line.amount and line.amount.value) for line in found.lines] == [
        ("a", "money_won", 780_000), ("a", "product_taken_up", 300_000),
    ]  # fmt: skip
    assert [line.acted_on.value for line in found.lines] == [date(2026, 10, 25)] * 2
    assert (found.contacts.value, found.own_decision.value, found.of_others.value) == (3, 2, 1)
    assert [(total.what.value, total.count.value, total.amount and total.amount.value) for total in found.totals] == [
        ("money_won", 1, 780_000), ("product_taken_up", 1, 300_000),
    ]  # fmt: skip
    assert [line.amount and line.amount.value for line in october.lines] == [50_000]
