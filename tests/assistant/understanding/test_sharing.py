"""What is named together is of the same customer and time; a question of its own is not."""

from dataclasses import replace
from datetime import date

from assistant.tools.desk import Period
from assistant.understanding.reading import CustomerMention, Guess, Mentions, Reading
from assistant.understanding.sharing import shared

LI = (CustomerMention(0, 8, "Zhang Li", ("C02",)),)
WEI = (CustomerMention(0, 8, "Wang Wei", ("C04",)),)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def of(ability: str, **mentions: object) -> Reading:
    said = replace(Mentions("?"), **mentions)  # type: ignore[arg-type]
    return Reading("?", "en", ability, 1.0, said, (Guess(ability, 0.9), Guess("feedback", 0.1)))


def test_what_one_says_of_whom_and_when_holds_for_both() -> None:
    first, second = shared([of("transactions"), of("contacts", customers=LI, period=MARCH)], [False, True])
    assert (first.mentions.customers, first.mentions.period) == (LI, MARCH)
    first, second = shared([of("portrait", customers=LI), of("feedback")], [False, True])
    assert second.mentions.customers == LI


def test_a_question_of_its_own_takes_nothing_over() -> None:
    _, second = shared([of("portrait", customers=LI, period=MARCH), of("tasks")], [False, False])
    assert (second.mentions.customers, second.mentions.period) == ((), None)


def test_who_is_named_is_kept() -> None:
    first, second = shared([of("holdings", customers=LI), of("holdings", customers=WEI)], [False, True])
    assert (first.mentions.customers, second.mentions.customers) == (LI, WEI)
    _, second = shared([of("portrait", customers=LI), of("neglected", many=True)], [False, True])
    assert second.mentions.customers == ()


def test_a_list_by_criteria_becomes_a_question_about_her() -> None:
    _, second = shared([of("loans", pronoun=True), of("selection")], [False, True])
    assert (second.ability, second.mentions.pronoun) == ("feedback", True)
