"""Who is meant: found under every usual form of a name, and nobody ever taken for somebody else."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.understanding.customers import find_customers
from assistant.understanding.text import PlainText
from knowledge.crm.store import Reader
from tests.assistant.understanding.conftest import Find


async def named(find: Find, question: str) -> list[set[str]]:
    """Who each mention of the question names for sure, leaving out names that nobody bears."""
    return [set(mention.ids) for mention in await find(question) if mention.ids and not mention.spelt_alike]


@pytest.mark.parametrize(
    "question, customer",
    [
        ("王建国的定期存款什么时候到期？", "C01"),
        ("請問王建國有多少存款", "C01"),
        ("张丽上次联系是什么时候", "C02"),
        ("張麗的貸款", "C02"),
        ("張麗", "C02"),
        ("张丽有多少存款", "C02"),
        ("帮我查一下张丽", "C02"),
        ("张丽呢？", "C02"),
        ("欧阳文静的交易", "C03"),
        ("歐陽文靜的交易", "C03"),
        ("建国最近怎么样", "C01"),
        ("欧阳女士的存款", "C03"),
        ("李女士有贷款吗", "C06"),
        ("张女士有贷款吗", "C02"),
        ("李总的账户", "C06"),
        ("What does Wang Jianguo hold?", "C01"),
        ("What does Jianguo Wang hold?", "C01"),
        ("wangjianguo 的账户", "C01"),
        ("WANG JIANGUO balance", "C01"),
        ("zhang li's loans", "C02"),
        ("ouyang wenjing's loans", "C03"),
        ("¿Qué cuentas tiene María García López?", "C07"),
        ("que cuentas tiene maria garcia lopez", "C07"),
        ("¿Qué cuentas tiene María García?", "C07"),
        ("cuentas de Garcia Lopez", "C07"),
        ("la Sra. García", "C07"),
        ("la señora García López", "C07"),
        ("¿Y Javier Ortega?", "C08"),
        ("el señor Ortega", "C08"),
        ("don Javier", "C08"),
        ("What does James Carter hold?", "C09"),
        ("James Carter's loans", "C09"),
        ("James Carter\u2019s loans", "C09"),
        ("carter's loans", "C09"),
        ("Mr Carter's loans", "C09"),
        ("Mr. Carter's loans", "C09"),
        ("Carter, James", "C09"),
        ("Is Emma due for a call?", "C10"),
        ("anna o'brien's balance", "C12"),
        ("Anna O’Brien's balance", "C12"),
        ("Ms O'Brien", "C12"),
        ("Smith-Jones's deposits", "C18"),
        ("anthony smith jones deposits", "C18"),
        ("Hugh Grant's loans", "C13"),
        ("What does Mr Grant owe?", "C13"),
        ("Rose Miller's portrait", "C14"),
        ("洹滨餐饮欠我们多少贷款", "B01"),
        ("安阳市洹滨餐饮管理有限公司的贷款", "B01"),
        ("洹滨餐饮管理的贷款", "B01"),
        ("Anyang Huanbin Catering Management loans", "B01"),
        ("préstamos de Bodegas Alhambra Asia", "B02"),
        ("¿Tiene préstamos Bodegas Alhambra?", "B02"),
        ("the loans of Redwood Stores", "B03"),
        ("redwood stores ltd", "B03"),
        ("the loans of Redwood", "B03"),
    ],
)
async def test_a_customer_is_found_under_every_usual_form_of_the_name(find: Find, question: str, customer: str) -> None:
    assert await named(find, question) == [{customer}]


@pytest.mark.parametrize(
    "question, customer",
    [
        ("客户C01的交易", "C01"),
        ("customer c01", "C01"),
        ("cliente C07, sus cuentas", "C07"),
        ("19900000001是谁的电话", "C01"),
        ("199 0000 0001", "C01"),
        ("who rang from +86 199 0000 0001?", "C01"),
        ("0086-199-0000-0001", "C01"),
        ("¿quién llamó desde el 612345678?", "C07"),
        ("llamada del +34 612 34 56 78", "C07"),
        ("账号6200000900007919是谁的", "C01"),
        ("account 6200000900007919", "C01"),
        ("¿de quién es la cuenta A000001?", "C01"),
    ],
)
async def test_a_customer_is_found_by_number_phone_or_account(find: Find, question: str, customer: str) -> None:
    (mention,) = await find(question)
    assert set(mention.ids) == {customer}
    announced = re.match(r"(客户|customer |cliente )", question)
    assert mention.kind == "customer" if announced else mention.kind in ("number", "account")


@pytest.mark.parametrize(
    "question, customers",
    [
        ("王伟的存款", [{"C04", "C05"}]),
        ("Wang Wei's deposits", [{"C04", "C05"}]),
        ("Ms. Li's loans", [{"C02", "C06"}]),
        ("王先生的存款", [{"C01", "C04", "C05"}]),
        ("cuentas de Carmen Rodríguez Sánchez", [{"C16", "C17"}]),
        ("cuentas de Carmen", [{"C16", "C17"}]),
        ("王建国和张丽各有多少存款", [{"C01"}, {"C02"}]),
        ("张丽和王建国各有多少存款", [{"C02"}, {"C01"}]),
        ("张丽、王建国", [{"C02"}, {"C01"}]),
        ("Compare James Carter and Emma Hughes", [{"C09"}, {"C10"}]),
        ("María García López y Javier Ortega Ruiz", [{"C07"}, {"C08"}]),
        ("张丽与James Carter的存款", [{"C02"}, {"C09"}]),
    ],
)
async def test_homonyms_all_come_and_several_names_each(find: Find, question: str, customers: list[set[str]]) -> None:
    assert await named(find, question) == customers


@pytest.mark.parametrize(
    "question",
    [
        "张丽华有多少存款",
        "张丽娟",
        "李建国有多少存款",
        "What does Emma Ward hold?",
        "What does emma ward hold?",
        "What does Emma Quill hold?",
        "What does emma quill hold?",
        "Wenceslao Ortega's loans",
        "What does James Carter Hollins hold?",
        "¿Qué tiene Javier Zubizarreta?",
        "¿Qué tiene María García Pérez?",
        "¿Qué tiene Javier Ortega Zubizarreta?",
    ],
)
async def test_a_part_of_another_name_names_nobody_for_sure(find: Find, question: str) -> None:
    assert await named(find, question) == []
    assert [mention.spelt_alike for mention in await find(question)] == [True]


@pytest.mark.parametrize(
    "question",
    ["赵敏敏有多少存款", "Zhao Minmin's loans", "account 6200000900099999", "A000099 balance"],
)
async def test_a_customer_of_somebody_else_is_not_there(find: Find, question: str) -> None:
    assert [mention.ids for mention in await find(question) if "C99" in mention.ids] == []
    assert await named(find, question) == []


@pytest.mark.parametrize("question", ["customer C99", "accounts of client 4711", "客户C99的贷款", "cliente n.º C99"])
async def test_a_number_that_is_said_to_be_a_customers_names_nobody_if_nobody_has_it(find: Find, question: str) -> None:
    (mention,) = await find(question)
    assert mention.ids == ()


@pytest.mark.parametrize(
    "question",
    [
        "May I call a customer in the evening?",
        "which products may be sold in May",
        "will the deposit be renewed",
        "Will rates rise?",
        "whose deposits rose most",
        "how do we grant a loan",
        "Grant periods of a loan",
        "who may grant an exception",
        "qué hoteles nos deben dinero",
        "cambios en los últimos tres meses",
        "the stores in our branch",
        "who does the management of complaints",
        "王牌产品有哪些",
        "我的客户有哪些",
        "R2",
        "2",
        "over 500,000 since 2026-05-01",
        "",
        "{customer}",
        "?!",
    ],
)
async def test_everyday_words_name_nobody(find: Find, question: str) -> None:
    assert await find(question) == ()


async def test_a_mention_stands_where_it_is_written(find: Find) -> None:
    for question in ("請問王建國先生有多少存款", "¿Qué tiene María  García   López?", "what about JAMES CARTER's car"):
        for mention in await find(question):
            assert question[mention.start : mention.end].startswith(mention.written.strip()[:3])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=300))
async def test_no_text_is_too_strange(reader: Reader, common: frozenset[str], question: str) -> None:
    found = await find_customers(reader, PlainText.of(question), common)
    for mention in found.mentions:
        assert 0 <= mention.start < mention.end <= len(question)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text("的 有?.,'我(，", max_size=5), after=st.text("?., '，)", max_size=5))
async def test_a_full_name_is_found_whatever_stands_beside_it(
    reader: Reader, common: frozenset[str], before: str, after: str
) -> None:
    found = await find_customers(reader, PlainText.of(f"{before}欧阳文静{after}"), common)
    assert [mention.ids for mention in found.mentions] == [("C03",)]
