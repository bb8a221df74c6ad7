"""However a customer's name is written, it meets itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.crm.names import NameForm, fold, name_keys


@pytest.mark.parametrize(
    "written, other",
    [
        ("María García", "maria garcia"),
        ("María García", "MARIA  GARCIA"),
        ("張偉", "张伟"),
        ("Acme Trading Co., Ltd.", "acme trading co ltd"),
        ("ＡＣＭＥ", "acme"),  # full width
        ("O'Brien", "o brien"),
        ("Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("Straße", "STRASSE"),
        ("e\u0301cole", "école"),
    ],
)
def test_spellings_of_one_name_fold_to_one(written: str, other: str) -> None:
    assert fold(written) == fold(other)


@pytest.mark.parametrize("one, two", [("张伟", "张韦"), ("Ana", "Anna"), ("李 1", "李 2")])
def test_different_names_stay_different(one: str, two: str) -> None:
    assert fold(one) != fold(two)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_folded_name_is_a_full_key(name: str, latin: str) -> None:
    keys = name_keys(name, latin)
    for written in (name, latin):
        if fold(written):
            assert keys[fold(written)] is NameForm.FULL
    assert "" not in keys


@pytest.mark.parametrize(
    "name, latin, mention, form",
    [
        ("王小明", "Wang Xiaoming", "王小明", NameForm.FULL),
        ("王小明", "Wang Xiaoming", "Xiaoming Wang", NameForm.FULL),
        ("王小明", "Wang Xiaoming", "wangxiaoming", NameForm.FULL),
        ("王小明", "Wang Xiaoming", "王", NameForm.PART),
        ("王小明", "Wang Xiaoming", "小明", NameForm.PART),
        ("歐陽娜娜", "Ouyang Nana", "欧阳娜娜", NameForm.FULL),
        ("María García López", None, "María García", NameForm.PART),
        ("María García López", None, "García", NameForm.PART),
        ("James Carter", None, "Carter", NameForm.PART),
        ("James Carter", None, "Carter, James", NameForm.FULL),
        ("Golden Bridge Textile Trading Ltd", None, "Golden Bridge Textile Trading", NameForm.FULL),
    ],
)
def test_a_customer_is_met_by_every_usual_form(name: str, latin: str | None, mention: str, form: NameForm) -> None:
    assert name_keys(name, latin)[fold(mention)] is form


def test_nothing_has_no_keys() -> None:
    assert name_keys("", None) == {}
    assert name_keys("...", "  ") == {}
