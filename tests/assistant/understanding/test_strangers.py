"""Names that nobody bears: noticed, and those who are spelt or sound alike offered, never assumed."""

import pytest

from assistant.understanding.strangers import is_name, names_in, spelt_alike, stranger
from assistant.understanding.text import PlainText
from knowledge.crm.store import Reader


def sure_names(masked: str, common: frozenset[str]) -> list[str]:
    return [masked[start:end] for start, end in names_in(masked, common) if is_name(masked, (start, end))]


@pytest.mark.parametrize(
    "masked, name",
    [
        ("What does Zebulon Quackenbush hold?", "Zebulon Quackenbush"),
        ("Zebulon Quackenbush's loans", "Zebulon Quackenbush"),
        ("does Quackenbush have a loan?", "Quackenbush"),
        ("What does Wenceslao Prado Zubiri hold?", "Wenceslao Prado Zubiri"),
        ("¿Qué cuentas tiene Wenceslao Zubizarreta?", "Wenceslao Zubizarreta"),
        ("司马光明有多少存款", "司马光明"),
        ("孔乙己最近的交易", "孔乙己"),
        ("请查一下孔乙己", "孔乙己"),
    ],
)
def test_an_unknown_name_is_noticed_whole(common: frozenset[str], masked: str, name: str) -> None:
    assert name in sure_names(masked, common)


@pytest.mark.parametrize(
    "masked",
    [
        "What matures {period}?",
        "Whose deposits fell most {period}?",
        "Show the KYC rules",
        "What matures before Christmas?",
        "¿Qué vence antes de Navidad?",
        "Who are my customers?",
        "哪些客户很久没有联系了",
        "{period}有哪些存款到期",
        "¿Quién cumple años {period}?",
        "{customer}",
        "",
    ],
)
def test_everyday_questions_hold_no_unknown_name(common: frozenset[str], masked: str) -> None:
    assert sure_names(masked, common) == []


@pytest.mark.parametrize(
    "written, customer",
    [
        ("Javier Hortega Ruis", "C08"),
        ("Jmaes Carter", "C09"),
        ("Emma Huges", "C10"),
        ("maria garzia lopez", "C07"),
        ("王建过", "C01"),
        ("王健国", "C01"),
        ("张莉", "C02"),
        ("欧阳文晶", "C03"),
        ("Wang Jianguoo", "C01"),
    ],
)
async def test_a_slip_finds_the_one_who_may_be_meant(reader: Reader, written: str, customer: str) -> None:
    assert (await spelt_alike(reader, written))[:1] == [customer]


@pytest.mark.parametrize("written", ["Zebulon Quackenbush", "孔乙己", "赵敏敏", "Zhao Minmin", "J", "王"])
async def test_nobody_is_offered_for_a_name_that_is_like_none(reader: Reader, written: str) -> None:
    assert await spelt_alike(reader, written) == []


async def test_what_is_offered_is_never_certain(reader: Reader) -> None:
    text = PlainText.of("What does Jmaes Carter's file say?")
    mention = await stranger(reader, text, (10, 24), ())
    assert (mention.written, mention.ids, mention.spelt_alike) == ("Jmaes Carter", ("C09",), True)


@pytest.mark.parametrize(
    "question, name",
    [
        ("广州市珠江建筑工程有限公司上次联系是啥时候", "广州市珠江建筑工程有限公司"),
        ("帮我看看广州市珠江建筑工程有限公司的贷款", "广州市珠江建筑工程有限公司"),
        ("所有股份有限公司的存款", None),
        ("我的客户里有限责任公司多少", None),
    ],
)
def test_a_company_that_nobody_knows_is_noticed_by_its_end(
    common: frozenset[str], question: str, name: str | None
) -> None:
    """Otherwise its name would read as an industry and a place, and others would be listed in its stead."""
    found = [question[start:end] for start, end in names_in(question, common)]
    assert found[:1] == ([name] if name else [])
