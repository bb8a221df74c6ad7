"""How well an ability fits what a question names: who names a customer and a fund asks for no list of birthdays.

The words alone are read first. Where they are not clear, each guess is weighed by whether its ability takes what the
question names, or is about the customer spoken of; the weights were chosen on tuned conversations.
"""

from collections.abc import Sequence

from assistant.understanding.reading import Guess

CLEAR = 0.6
"""Words read at least this surely decide alone."""
OF_CUSTOMER = frozenset(
    {
        "briefing", "comparison", "contacts", "create_task", "deposit_changes", "feedback", "field_history",
        "file_feedback", "file_quality", "happenings", "holdings", "loan_changes", "loans", "log_contact", "maturities",
        "message_draft", "portrait", "recommendation", "repair", "reply_draft", "settle_feedback", "settle_task",
        "suitability", "talking_points", "tasks", "tier_review", "transactions", "wealth_plan", "duplicates",
        "find_customer", "decide_duplicate", "leaving", "follow_up", "record_answer", "survey_invitation",
    }
)  # fmt: skip
"""Abilities that answer about one customer."""
OF_PRODUCT = frozenset({"product", "product_list", "suitability", "talking_points", "target_list", "make_campaign"})
OF_BOTH = OF_CUSTOMER & OF_PRODUCT
NAMED, NOT_OF_ONE = 2.0, 0.3
PRODUCT, NOT_OF_PRODUCT = 2.5, 0.6
SPOKEN_OF = 1.5


def fitted(guesses: Sequence[Guess], *, customer: bool, product: bool, spoken_of: bool) -> list[Guess]:
    """The guesses weighed by what the question names (`customer`, `product`) and whether one customer was just
    `spoken_of`; the likeliest first, together as likely as before."""
    if guesses[0].probability >= CLEAR or not (customer or product or spoken_of):
        return list(guesses)
    weighed = [(guess, guess.probability * _weight(guess.ability, customer, product, spoken_of)) for guess in guesses]
    whole = sum(weight for _, weight in weighed) / sum(guess.probability for guess in guesses)
    found = [Guess(guess.ability, weight / whole) for guess, weight in weighed]
    return sorted(found, key=lambda guess: -guess.probability)


def _weight(ability: str, customer: bool, product: bool, spoken_of: bool) -> float:
    weight = 1.0
    if customer:
        weight *= NAMED if ability in OF_CUSTOMER else NOT_OF_ONE
    elif spoken_of and ability in OF_CUSTOMER:
        weight *= SPOKEN_OF
    if product:
        fits = ability in (OF_BOTH if customer else OF_PRODUCT)
        weight *= PRODUCT if fits else NOT_OF_PRODUCT
    return weight
