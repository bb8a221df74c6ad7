"""Guesses are weighed by what the question names, where its words are not clear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.fitting import CLEAR, fitted
from assistant.understanding.reading import Guess

UNCLEAR = [Guess("my_customers", 0.3), Guess("suitability", 0.25), Guess("holdings", 0.2), Guess("product", 0.15)]


@pytest.mark.parametrize(
    "customer, product, spoken_of, likeliest",
    [
        (True, False, False, "suitability"),
        (True, True, False, "suitability"),
        (False, True, False, "suitability"),
        (False, False, True, "suitability"),
        (False, False, False, "my_customers"),
    ],
)
def test_what_takes_what_is_named_is_meant(customer: bool, product: bool, spoken_of: bool, likeliest: str) -> None:
    assert fitted(UNCLEAR, customer=customer, product=product, spoken_of=spoken_of)[0].ability == likeliest


def test_a_product_beside_a_customer_asks_for_both() -> None:
    holdings = [Guess("holdings", 0.4), Guess("suitability", 0.2), Guess("product", 0.2)]
    found = [guess.ability for guess in fitted(holdings, customer=True, product=True, spoken_of=False)]
    assert found == ["suitability", "holdings", "product"]


def test_clear_words_decide_alone() -> None:
    clear = [Guess("birthdays", CLEAR), Guess("suitability", 0.3)]
    assert fitted(clear, customer=True, product=True, spoken_of=True) == clear


@given(st.lists(st.floats(0.001, 0.2), min_size=2, max_size=6), st.booleans(), st.booleans(), st.booleans())
def test_together_they_stay_as_likely(shares: list[float], customer: bool, product: bool, spoken_of: bool) -> None:
    abilities = ["holdings", "my_customers", "suitability", "product", "smalltalk", "tasks"]
    guesses = sorted(map(Guess, abilities, shares), key=lambda guess: -guess.probability)
    found = fitted(guesses, customer=customer, product=product, spoken_of=spoken_of)
    assert sum(guess.probability for guess in found) == pytest.approx(sum(shares))
    assert [guess.probability for guess in found] == sorted((g.probability for g in found), reverse=True)
