"""What a model gives a tool is read as a question's words are, under the asker's scope."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistant.engines.arguments import Arguments
from assistant.engines.offering import ALWAYS, LIKELIEST, offered
from assistant.engines.schemas import schema_of, takes_the_askers_words
from assistant.errors import BadArgument
from assistant.tools.desk import Period
from assistant.tools.tool import Tool
from assistant.understanding.reading import Guess, Mentions, Reading
from assistant.wiring import TOOLS
from knowledge.crm.codes import Tier
from tests.assistant.conftest import OfficeOf


def tool(name: str) -> Tool:
    return next(tool for tool in TOOLS if tool.name == name)


async def read(office_of: OfficeOf, name: str, given: dict[str, object], employee: str = "tom.baker") -> Mentions:
    office = await office_of(employee)
    asked = Mentions("?", unknown_name="Zebulon", many=True, ordinal=2, new_value="kept")
    return await Arguments(tool(name), given).mentions(office.desk(date(2026, 11, 20)), asked)


@pytest.mark.parametrize(
    "written, ids",
    [
        ("James Carter", ["C000005"]),
        ("james carter", ["C000005"]),
        ("Mr Carter, James Carter", ["C000005"]),
        ("C000005", ["C000005"]),
        ("19900000005", ["C000005"]),
        ("customer James Carter (C000005)", ["C000005"]),
    ],
)
async def test_a_customer_is_found_by_name_number_and_phone(office_of: OfficeOf, written: str, ids: list[str]) -> None:
    mentions = await read(office_of, "holdings", {"customer": written})
    assert list(dict.fromkeys(id for mention in mentions.customers for id in mention.ids)) == ids


@pytest.mark.parametrize("written", ["Javier Ortega Ruiz", "C000003", "' or 1=1 --", "*", "张丽"])
async def test_whom_the_asker_may_not_see_is_nobody(office_of: OfficeOf, written: str) -> None:
    mentions = await read(office_of, "holdings", {"customer": written})
    assert [mention.ids for mention in mentions.customers if not mention.spelt_alike] == []
    assert all("C000003" not in mention.ids for mention in mentions.customers)


async def test_what_no_model_can_give_is_as_the_asker_said_it(office_of: OfficeOf) -> None:
    mentions = await read(office_of, "holdings", {})
    assert mentions == Mentions("?", new_value="kept")


async def test_a_pronoun_is_the_customer_spoken_of(office_of: OfficeOf) -> None:
    for written in ("her", "他", "el cliente"):
        mentions = await read(office_of, "holdings", {"customer": written})
        assert (mentions.pronoun, mentions.customers) == (True, ())


@pytest.mark.parametrize(
    "written, period",
    [
        ("last month", Period(date(2026, 10, 1), date(2026, 10, 31))),
        ("上个月", Period(date(2026, 10, 1), date(2026, 10, 31))),
        ("desde agosto", Period(date(2026, 8, 1), date(2026, 11, 20))),
        ("2026-05-01..2026-06-30", Period(date(2026, 5, 1), date(2026, 6, 30))),
        ("2026-05-01/2026-06-30", Period(date(2026, 5, 1), date(2026, 6, 30))),
        ("2026-02", Period(date(2026, 2, 1), date(2026, 2, 28))),
        ("2026-11-03", Period(date(2026, 11, 3), date(2026, 11, 3))),
    ],
)
async def test_a_period_is_read_in_words_and_in_days(office_of: OfficeOf, written: str, period: Period) -> None:
    mentions = await read(office_of, "deposit_changes", {"customer": "James Carter", "period": written})
    assert mentions.period == period


@pytest.mark.parametrize("written, amount", [(200000, 200000), ("200000", 200000), ("20万", 200000), (1.5, "1.5")])
async def test_an_amount_is_a_number_or_words(office_of: OfficeOf, written: object, amount: object) -> None:
    mentions = await read(office_of, "transactions", {"customer": "James Carter", "at_least": written})
    assert mentions.at_least == Decimal(str(amount))


async def test_codes_are_read_by_themselves_and_by_their_words(office_of: OfficeOf) -> None:
    for written in ("gold", "GOLD", "金卡", "oro"):
        assert (await read(office_of, "my_customers", {"tier": written})).tier is Tier.GOLD


@pytest.mark.parametrize(
    "name, given, reason",
    [
        ("holdings", {"who": "x"}, "no_argument"),
        ("holdings", {"customer": ["a", 1]}, "no_words"),
        ("holdings", {"customer": True}, "no_words"),
        ("holdings", {"customer": "x" * 1_000}, "no_words"),
        ("transactions", {"account": "1234567890123"}, "no_account"),
        ("transactions", {"at_least": "much"}, "no_amount"),
        ("product", {"product": "the moon"}, "no_product"),
        ("deposit_movers", {"limit": 0}, "no_number"),
        ("deposit_movers", {"limit": "1e9"}, "no_number"),
        ("deposit_movers", {"direction": "sideways"}, "no_code"),
        ("my_customers", {"tier": "diamond"}, "no_code"),
        ("maturities", {"period": "whenever"}, "no_period"),
        ("maturities", {"period": "2026-02-30"}, "no_day"),
    ],
)
async def test_what_a_tool_does_not_take_is_refused_by_name(
    office_of: OfficeOf, name: str, given: dict[str, object], reason: str
) -> None:
    with pytest.raises(BadArgument) as refused:
        await read(office_of, name, given)
    assert refused.value.values["reason"] == reason


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_has_a_schema_that_says_what_it_is_for(tool: Tool) -> None:
    function = schema_of(tool)["function"]
    assert isinstance(function, dict)
    assert len(function["description"]) > 40
    wanted = {parameter.name for parameter in tool.parameters if parameter.required}
    own = takes_the_askers_words(tool)
    assert set(function["parameters"]["required"]) == (set() if own else wanted)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_that_writes_takes_nothing_from_a_model(tool: Tool) -> None:
    """Otherwise a stored text could have the model propose what the asker never asked for."""
    import inspect
    import sys

    source = inspect.getsource(sys.modules[tool.run.__module__])
    proposes = "desk.propose(" in source
    assert takes_the_askers_words(tool) is (proposes or tool.name == "triage"), "triage reads the asker's own message"


def reading(*likely: str) -> Reading:
    return Reading("?", "en", likely[0], 0.2, Mentions("?"), tuple(Guess(one, 0.2) for one in likely))


def test_the_likeliest_tools_are_offered_and_those_that_are_always_there() -> None:
    likely = ["out_of_scope", "loans", "holdings", *(tool.name for tool in TOOLS)]
    names = [tool.name for tool in offered(TOOLS, reading(*likely))]
    assert names[:2] == ["loans", "holdings"]
    assert set(ALWAYS) <= set(names)
    assert len(names) <= LIKELIEST + len(ALWAYS) + 1
    assert len(set(names)) == len(names)


def test_of_several_things_asked_each_has_its_tools() -> None:
    parts = [reading("holdings", "loans", "portrait"), reading("contacts", "tasks", "loans"), reading("birthdays")]
    names = [tool.name for tool in offered(TOOLS, replace(parts[0], further=tuple(parts[1:])))]
    assert names == ["holdings", "contacts", "birthdays", "loans", "tasks", "portrait", *ALWAYS]


def test_a_tool_that_writes_is_offered_only_to_a_question_that_may_ask_for_it() -> None:
    asked = [tool.name for tool in offered(TOOLS, reading("create_task", "tasks", "contacts"))]
    not_asked = [tool.name for tool in offered(TOOLS, reading("contacts", "tasks", "create_task", "repair"))]
    assert "create_task" in asked
    assert not {"create_task", "repair"} & set(not_asked)
