"""Names, addresses and numbers as keys: what means the same must come out the same, and no text may break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.resolution.comparable_address import address_tokens, place_key
from knowledge.resolution.comparable_name import comparable_company, comparable_person
from knowledge.resolution.identity import card_birth_date, identity_key, identity_shape
from knowledge.resolution.romanisation import syllables

TOWNS = frozenset(["安阳", "上海", "anyang", "shanghai"])


@pytest.mark.parametrize(
    "name",
    ["张小明", "張小明", "Zhang Xiaoming", "XIAOMING ZHANG", "Zhang Xiao Ming", "Zhang, Xiao-ming", "zhāng xiǎomíng"],
)
def test_a_persons_name_has_one_key_in_every_script_and_order(name: str) -> None:
    assert comparable_person(name, None).key == "ming xiao zhang"


@pytest.mark.parametrize(
    "characters,latin",
    [
        ("欧阳娜娜", "Ouyang Nana"),
        ("单雄信", "Shan Xiongxin"),
        ("吕布", "Lü Bu"),
        ("曾国藩", "Zeng Guofan"),
        ("任远", "REN YUAN"),
    ],
)
def test_surnames_are_read_as_surnames(characters: str, latin: str) -> None:
    assert comparable_person(characters, None).key == comparable_person(latin, None).key


@pytest.mark.parametrize(
    "name",
    ["安阳市鑫源商贸有限公司", "鑫源商贸有限责任公司", "鑫源商贸", "安阳鑫源商贸有限公司"],
)
def test_a_company_is_its_trade_name(name: str) -> None:
    assert comparable_company(name, None, TOWNS).key == comparable_company("鑫源商贸", None, TOWNS).key


def test_a_branch_is_marked() -> None:
    assert comparable_company("鑫源商贸有限公司上海分公司", None, TOWNS).branch
    assert not comparable_company("鑫源商贸有限公司", None, TOWNS).branch


def test_an_address_is_what_tells_it_from_others() -> None:
    assert address_tokens("C/ Mayor 12, 3º") == address_tokens("Calle Mayor, 12 3º")
    assert set(address_tokens("世纪大道100号5栋302室")) >= {"100", "5", "302"}
    assert place_key("上海市") == place_key("Shanghai") == "shanghai"


def test_an_old_identity_card_is_the_new_one() -> None:
    assert identity_key("110105 491231 002") == identity_key("11010519491231002X")
    assert card_birth_date(identity_key("11010519491231002x")) == "1949-12-31"


def test_only_numbers_for_life_can_contradict() -> None:
    assert identity_shape(identity_key("12345678-Z")) == identity_shape(identity_key("87654321 X"))
    assert identity_shape(identity_key("E12345678")) is None
    assert identity_key("n/a") is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_a_key(name: str, latin: str) -> None:
    for comparable in (comparable_person(name, latin), comparable_company(name, latin, TOWNS)):
        assert comparable.words == sorted(set(comparable.words))
        assert (comparable.key is None) <= (comparable.head is None)
    assert all(address_tokens(name))


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=30))
def test_taking_apart_loses_no_letter(word: str) -> None:
    assert "".join(syllables(word)) == word
