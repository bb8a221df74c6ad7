"""Corrections in three languages: what is one, and who is meant by it."""

import pytest

from assistant.understanding.corrections import Correction, corrected, find_correction, somebody_else, without_denied
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import CustomerMention, Mentions, Reading
from knowledge.crm.store import Reader


@pytest.mark.parametrize(
    "said, rest",
    [
        ("no, I meant Li Wei of Pudong", "Li Wei of Pudong"),
        ("No I meant the loans", "the loans"),
        ("sorry, I meant last year", "last year"),
        ("I meant James Carter", "James Carter"),
        ("not him, Olivia Bennett", "Olivia Bennett"),
        ("no, not her, Zhang Li", "Zhang Li"),
        ("wrong customer, James Carter", "James Carter"),
        ("that's not who I meant: Zhang Li", "Zhang Li"),
        ("不对，我说的是去年", "去年"),
        ("不對，我說的是去年", "去年"),
        ("不是他，是王建国", "王建国"),
        ("我指的是浦东的李伟", "浦东的李伟"),
        ("错了，是王建国", "王建国"),
        ("no, me refería a María García López", "María García López"),
        ("no me refiero a Javier Ortega", "Javier Ortega"),
        ("perdón, quería decir el año pasado", "el año pasado"),
        ("no es él, sino Javier", "Javier"),
    ],
)
def test_a_correction_is_cut_off_what_it_corrects(said: str, rest: str) -> None:
    found = find_correction(said, "en")
    assert found is not None
    assert found.opened
    assert found.rest == rest


@pytest.mark.parametrize(
    "said",
    [
        "customers with no fund", "no customer of mine has a card", "Not contacted since August", "not a gold customer",
        "what other products are there", "Is there another Wang Wei?", "没有基金的客户", "不是金卡的客户有多少",
        "no tengo su teléfono", "clientes que no son de oro", "otros clientes de Madrid", "¿no ha llamado?",
        "不良贷款", "which customers were called", "我是新来的", "no hay quejas",
    ],
)  # fmt: skip
def test_negation_is_no_correction(said: str) -> None:
    for language in ("en", "zh", "es"):
        assert find_correction(said, language) is None


@pytest.mark.parametrize(
    "said",
    [
        "no, the other one of that name", "the other customer with the same name", "no, her namesake",
        "不是他，是另一个同名的", "不是他，是另一個同名的", "另一位同名的客户", "no, la otra del mismo nombre",
        "no, el otro que se llama igual", "no es él, es su tocayo",
    ],
)  # fmt: skip
def test_a_namesake_is_pointed_at(said: str) -> None:
    found = find_correction(said, "en")
    assert found is not None
    assert found.namesake


def other(*, namesake: bool = True, opened: bool = True) -> Correction:
    return Correction("the other one", "en", opened, namesake, other=True)


async def test_the_other_of_that_name_is_who_bears_it_too(reader: Reader) -> None:
    assert await somebody_else(other(), Dialogue(customer="C04"), reader) == ("C05",)
    assert await somebody_else(other(), Dialogue(customer="C05"), reader) == ("C04",)


async def test_nobody_else_of_that_name(reader: Reader) -> None:
    assert await somebody_else(other(), Dialogue(customer="C02"), reader) == ()
    assert await somebody_else(other(), Dialogue(), reader) is None


async def test_the_other_of_two_that_were_listed(reader: Reader) -> None:
    two = Dialogue(customer="C02", listed=["C01", "C02"])
    assert await somebody_else(other(namesake=False), two, reader) == ("C01",)
    many = Dialogue(customer="C02", listed=["C01", "C02", "C03"])
    assert await somebody_else(other(namesake=False, opened=False), many, reader) is None


def named(question: str, *mentions: CustomerMention, ability: str = "follow_up") -> Reading:
    return Reading(question, "en", ability, 1.0, Mentions(question, customers=mentions))


SPOKEN = Dialogue(ability="loans", ability_of_one="loans", customer="C04")


async def test_of_a_name_that_several_bear_the_one_spoken_of_is_not_meant(reader: Reader) -> None:
    after = await corrected(named("Wang Wei", CustomerMention(0, 8, "Wang Wei", ("C04", "C05"))), SPOKEN, reader)
    assert (after.ability, after.mentions.customers[0].ids) == ("loans", ("C05",))


@pytest.mark.parametrize("said, ids", [("in Madrid", ("C04",)), ("the engineer", ("C05",)), ("", ("C04", "C05"))])
async def test_what_else_is_said_tells_who_it_is(reader: Reader, said: str, ids: tuple[str, ...]) -> None:
    mention = CustomerMention(0, 8, "Wang Wei", ("C04", "C05"))
    after = await corrected(
        named(f"Wang Wei {said}", mention), Dialogue(ability_of_one="loans", customer="C01"), reader
    )
    assert after.mentions.customers[0].ids == ids


async def test_another_question_is_about_who_was_spoken_of(reader: Reader) -> None:
    after = await corrected(named("the complaints", ability="feedback"), SPOKEN, reader)
    assert (after.ability, after.mentions.pronoun) == ("feedback", True)


@pytest.mark.parametrize(
    "question, kept",
    [("not Wang Wei, Zhang Li", "Zhang Li"), ("no Wang Wei, sino Zhang Li", "Zhang Li"), ("不是王伟，是张丽", "张丽")],
)
def test_who_is_named_to_be_ruled_out_is_not_meant(question: str, kept: str) -> None:
    names = [name for name in ("Wang Wei", "Zhang Li", "王伟", "张丽") if name in question]
    places = [(question.index(name), question.index(name) + len(name), name) for name in names]
    mentions = [CustomerMention(start, end, name, (name,)) for start, end, name in places]
    assert [m.written for m in without_denied(named(question, *mentions)).mentions.customers] == [kept]


def test_a_negated_name_alone_is_still_meant() -> None:
    mention = CustomerMention(7, 15, "Wang Wei", ("C04",))
    assert without_denied(named("is not Wang Wei in arrears", mention)).mentions.customers == (mention,)
