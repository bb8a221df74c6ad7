"""How alike questions are: the same to themselves, less to others, and the same when kept and read again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.likeness import Likeness, normal, spoken

TEXTS = ["loans of CUSTOMER", "deposits of CUSTOMER", "CUSTOMER 的贷款", "whose birthday is in PERIOD"]
VECTORS = np.eye(4, 6, dtype=np.float32) + 0.1
LIKENESS = Likeness.of(VECTORS, TEXTS)


def test_an_example_is_most_like_itself() -> None:
    among = LIKENESS.among(TEXTS)
    assert among.diagonal() == pytest.approx(1, abs=1e-3)
    assert (among.argmax(axis=1) == np.arange(4)).all()
    assert among == pytest.approx(among.T, abs=1e-3)


def test_a_question_is_compared_as_the_examples_are_with_each_other() -> None:
    for row, (vector, text) in enumerate(zip(VECTORS, TEXTS, strict=True)):
        assert LIKENESS.to(vector, text) == pytest.approx(LIKENESS.among(TEXTS)[row], abs=1e-3)


def test_letters_in_common_make_questions_more_alike() -> None:
    loans, deposits, *_ = LIKENESS.to(np.full(6, 0.1, np.float32), "loan of CUSTOMER")
    assert loans > deposits


def test_what_is_kept_compares_as_before() -> None:
    restored = Likeness.restored(LIKENESS.as_arrays())
    assert restored.to(VECTORS[1], TEXTS[2]) == pytest.approx(LIKENESS.to(VECTORS[1], TEXTS[2]), abs=2e-3)


@given(st.text(max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    alike = LIKENESS.to(VECTORS[0], normal(text))
    assert ((alike > 0) & (alike <= 1.001)).all()


def test_letters_are_compared_without_accents_and_meanings_with_them() -> None:
    assert normal("¿Cuánto debe {customer}?") == "cuanto debe CUSTOMER"
    assert spoken("¿Cuánto debe {customer}?") == "cuánto debe CUSTOMER"
    assert normal("{customer}的貸款") == spoken("{customer}的貸款") == "CUSTOMER 的贷款"
