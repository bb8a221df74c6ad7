"""What leaves for a model's endpoint: nothing personal, and all of it comes back."""

import json
import string
from collections.abc import AsyncIterator
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.access import scope_of
from assistant.grounding.fact import Fact
from assistant.grounding.ledger import Ledger
from assistant.grounding.masking import Mask
from assistant.grounding.personal.directory import Directory
from assistant.tools.desk import CustomerId, Customers, Desk, NewValue, Pairs, ProductId, Told, Topic
from assistant.tools.tool import Tool, values_of
from assistant.typesetting import blocks_of, text_of
from assistant.understanding.text import PlainText
from assistant.wiring import TOOLS
from knowledge.crm.store import CrmStore
from knowledge.query import Query, Show, Subject
from prompts import LANGUAGES, render
from tests.assistant.grounding.canary_bank import CANARIES, COLLEAGUE, SECRETS, TODAY, canary_bank

FACTS = [
    Fact(id=f"f{n}", subject="C1", measure=measure, value=value, unit="text", as_of=TODAY, source=source, text=text)
    for n, (measure, value, source, text) in enumerate(
        [
            ("name", "王建国", "customer/C1", "Wang Jianguo (王建国)"),
            ("name", "María García López", "customer/C2", "María García López"),
            ("phone", "13900001234", "customer/C1", "13900001234"),
            ("address", "红旗路18号", "customer/C1", "红旗路18号"),
        ]
    )
]
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "[PERSON_1]",
                "[person_2]",
                "PERSON_1",
                "[PHONE 3]",
                "【PERSON_1】",
                "[PERSON_",
                "PERS",
                "[",
                "]",
                "(",
                "_1",
                "王建国",
                "Wang Jianguo",
                "María García López",
                "García",
                "Mr ",
                "先生",
                "13900001234",
                "红旗路18号",
                "a@b.example",
                "612345678",
                "¥1,234.50",
                "2026-11-20",
                "'s",
                " ",
                "，",
                "\n",
                "ES9121000418450200051332",
            ]
        ),
        st.text(alphabet=string.ascii_letters + " []_-123，。的张李王áñ\u0301\ud7a3𠀀", max_size=6),
    ),
    max_size=12,
).map("".join)


@pytest.fixture
async def canaries(store: CrmStore) -> CrmStore:
    async with store.writing() as session:
        for row in canary_bank():
            session.add(row)
            await session.flush()
    return store


def _asked(tool: Tool, customer: str) -> dict[str, object]:
    said: dict[object, object] = {
        CustomerId: customer,
        Customers: tuple(canary.id for canary in CANARIES),
        ProductId: "P-SAVE",
        Topic: "how fast is a complaint answered?",
        Told: "call her",
        NewValue: "Toledo",
        Pairs: (),
        Query: Query(about=Subject.CUSTOMERS, show=Show.LIST),
    }
    given = {p.name: said[p.kind] for p in tool.parameters if p.kind in said}
    return given | ({"field": "city"} if tool.name == "repair" else {})


async def _answers(store: CrmStore, language: str) -> AsyncIterator[tuple[str, Desk, str]]:
    """What every tool says of every canary: the tool, the desk, and answer and facts as text."""
    from tests.assistant.conftest import OneClause, casework

    scope = await scope_of(store, "head", TODAY)
    async with store.reading(scope) as reader:
        for tool in TOOLS:
            for canary in CANARIES if tool.needs(CustomerId) else CANARIES[:1]:
                desk = Desk(
                    reader, scope, Ledger(language, TODAY), OneClause(), TODAY, casework=casework(),  # type: ignore[arg-type]
                )  # fmt: skip
                result = await tool.run(desk, **_asked(tool, canary.id))
                text = text_of(blocks_of(render(tool.name, language, values_of(result)), frozenset()))
                facts = [fact.model_dump(mode="json") for fact in desk.ledger.facts]
                yield tool.name, desk, f"{text}\n{json.dumps(facts, ensure_ascii=False)}"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_canary_leaves_in_what_any_tool_says(canaries: CrmStore, language: str) -> None:
    mask = Mask(Directory(canaries))
    named = 0
    async for tool, desk, said in _answers(canaries, language):
        mask.learn(desk.ledger.facts)
        masked = await mask.mask(said)
        assert [secret for secret in SECRETS if secret in masked] == [], tool
        assert COLLEAGUE not in masked, tool
        assert mask.unmask(masked) == said
        named += any(secret in said for secret in SECRETS)
    assert named > 20


async def test_amounts_days_products_and_cities_stay(canaries: CrmStore) -> None:
    mask = Mask(Directory(canaries))
    async for tool, desk, said in _answers(canaries, "en"):
        mask.learn(desk.ledger.facts)
        masked = await mask.mask(said)
        for fact in desk.ledger.facts:
            open_to_all = fact.unit not in ("text", "date") or fact.measure in (
                "city",
                "matures_on",
                "booked_on",
                "tier",
            )
            product = fact.source.startswith("product/")
            if (open_to_all or product) and len(fact.text) > 4:
                assert masked.count(fact.text) == said.count(fact.text), (tool, fact)


async def test_what_the_asker_types_is_masked_before_anything_was_read(canaries: CrmStore) -> None:
    mask = Mask(Directory(canaries))
    for typed in (
        "Prepare me for cedric canarybird",
        "帮我准备和欧阳雀丝的通话",
        "¿Qué tiene Carla Pájaro Canario?",
        "金雀儿餐饮怎么样",
        "and C900002?",
        "客户 C900004",
        "account 6229900100000001",
        "call Magda Zeisigova",
        "mail carla@canary.example",
    ):
        masked = await mask.mask(typed)
        folded = masked.lower()
        assert not any(part in folded for part in ("cedric", "雀", "carla", "c9000", "62299", "zeisig")), masked
        assert mask.unmask(masked) == typed


async def test_persons_that_nobody_bears_are_masked_where_they_are_named_as_such() -> None:
    mask = Mask()
    for typed, name in [
        ("Call Mr Quackenbush about it", "Quackenbush"),
        ("Pedro Quintanilla Robles llamó ayer", "Quintanilla"),
        ("联系人陈志强离职了", "陈志强"),
        ("钱女士的存款", "钱"),
        ("DNI 54362315K", "54362315K"),
        ("身份证11010519491231002X", "11010519491231002X"),
        ("IBAN ES91 2100 0418 4502 0005 1332", "2100 0418"),
        ("card 4111 1111 1111 1111", "4111 1111"),
        ("+1 (415) 555-2671", "555-2671"),
        ("tel. 021-58881234", "58881234"),
        ("She lives at 12 Baker Street", "Baker"),
        ("vive en Calle Mayor 5", "Mayor"),
        ("住在中山一路169号363室", "169号"),
    ]:
        masked = await mask.mask(typed)
        assert name not in masked, masked
        assert mask.unmask(masked) == typed


@pytest.mark.parametrize(
    "text",
    [
        "Deposits fell from CN¥577,882.58 to CN¥379,046.18 (-34.4 %) between 17 September and 20 November 2026.",
        "其中一笔30万元的一年定期存款将于2026年12月25日到期，利率1.45%，高风险产品不适合。金额、方案、安排照旧。",
        "El depósito a plazo a 12 meses, de 300.000 CNY, vence el 25/12/2026 al 1,45 %.",
        "The Term Deposit 12 Months pays 1.45 %. See [response-times.en/2.1], clause 2.1, R3, Q3 2026.",
    ],
)
async def test_a_text_without_anybody_stays_as_it_is(text: str) -> None:
    assert await Mask().mask(text) == text


@given(text=TEXTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_was_masked_comes_back_as_it_was(text: str) -> None:
    mask = Mask()
    mask.learn(FACTS)
    masked = await mask.mask(text)
    assert mask.unmask(masked) == text
    assert "王建国" not in masked


@given(text=TEXTS, cuts=st.lists(st.integers(0, 60), max_size=8))
@settings(max_examples=80, deadline=None)
async def test_a_stream_comes_back_the_same_however_it_is_cut(text: str, cuts: list[int]) -> None:
    mask = Mask()
    mask.learn(FACTS)
    masked = await mask.mask(text)
    unmasking = mask.unmasking()
    places = sorted({min(cut, len(masked)) for cut in cuts} | {0, len(masked)})
    pieces = [masked[a:b] for a, b in pairwise(places)]
    assert "".join([*map(unmasking.feed, pieces), unmasking.rest()]) == text


async def test_a_stream_is_cut_at_every_place() -> None:
    mask = Mask()
    mask.learn(FACTS)
    answer = await mask.mask("王建国 and María García López: call 13900001234 [PERSON_9].")
    for at in range(len(answer) + 1):
        unmasking = mask.unmasking()
        passed = unmasking.feed(answer[:at])
        assert "PERS" not in passed.replace("[PERSON_9]", "")
        assert passed + unmasking.feed(answer[at:]) + unmasking.rest() == mask.unmask(answer)


async def test_what_cannot_become_a_placeholder_does_not_wait() -> None:
    unmasking = Mask().unmasking()
    assert unmasking.feed("Her balance is [see") == "Her balance is [see"
    assert unmasking.feed(" 3] and P") == " 3] and "
    assert unmasking.feed("aris.") == "Paris."


@pytest.mark.parametrize(
    "written", ["[PERSON_1]", "[person_1]", "[Person 1]", "[PERSON-1]", "PERSON_1", "<PERSON_1>", "【PERSON_1】"]
)
async def test_a_placeholder_is_known_however_the_model_writes_it(written: str) -> None:
    mask = Mask()
    mask.learn(FACTS)
    assert await mask.mask("王建国") == "[PERSON_1]"
    assert mask.unmask(f"{written}'s deposit, {written}的存款") == "王建国's deposit, 王建国的存款"


async def test_a_value_keeps_its_placeholder_and_shares_it_with_no_other() -> None:
    mask = Mask()
    mask.learn(FACTS)
    first = await mask.mask("王建国")
    assert await mask.mask("王建国和María García López") == f"{first}和[PERSON_2]"
    later = Mask.restored(mask.state())
    later.learn(FACTS)
    assert await later.mask("María García López, 王建国, Pedro Pérez Quiroga") == f"[PERSON_2], {first}, [PERSON_3]"
    assert len(set(later.state().values())) == len(later.state())


async def test_text_that_looks_like_a_placeholder_is_not_taken_for_one() -> None:
    mask = Mask()
    mask.learn(FACTS)
    await mask.mask("王建国")
    note = "Ignore that. [PERSON_1] is rich; so is person_1."
    masked = await mask.mask(note)
    assert "PERSON_1" not in masked.upper().replace("TEXT", "")
    assert mask.unmask(masked) == note


async def test_what_stands_for_nothing_stays() -> None:
    assert Mask().unmask("[PERSON_7] and [TEXT_2]") == "[PERSON_7] and [TEXT_2]"


async def test_an_endpoint_inside_the_bank_gets_the_text_itself(canaries: CrmStore) -> None:
    mask = Mask(Directory(canaries), on=False)
    assert await mask.mask("欧阳雀丝 13912340001 [PERSON_1]") == "欧阳雀丝 13912340001 [PERSON_1]"
    assert mask.state() == {}


async def test_short_numbers_are_a_customers_only_where_that_is_said(store: CrmStore) -> None:
    from knowledge.crm.tables import Customer

    async with store.writing() as session:
        session.add(Customer(id="17871", kind="person", name="X Y", currency="EUR"))
    mask = Mask(Directory(store))
    assert await mask.mask("customer 17871 has 17871 yuan") == "customer [NUMBER_1] has 17871 yuan"


def test_a_birth_date_is_masked_as_a_fact() -> None:
    fact = Fact(
        id="f1",
        subject="C1",
        measure="birth_date",
        value=date(1975, 4, 12),
        unit="date",
        as_of=TODAY,
        source="customer/C1",
        text="Apr 12, 1975",
    )
    mask = Mask()
    mask.learn([fact])
    assert {found.kind for found in mask._learnt.found_in(PlainText.of("born Apr 12, 1975 or 1975-04-12"))} == {
        "BIRTHDATE"
    }
