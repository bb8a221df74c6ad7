"""What a question leans on: the period and the file last spoken of, people's names for products, its own form."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.tools.desk import Period
from assistant.understanding.continuing import continued
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.products import nicknamed
from assistant.understanding.reading import Guess, Mentions, ProductMention, Reading
from assistant.understanding.text import PlainText
from assistant.understanding.understanding import _meant_as_said, _one_question
from knowledge.crm.codes import Tier
from knowledge.crm.tables import Product


def reading(question: str, ability: str = "follow_up", confidence: float = 1.0) -> Reading:
    return Reading(question, "en", ability, confidence, Mentions(question))


@pytest.mark.parametrize(
    "question, start, end",
    [
        ("and the same months last year?", date(2025, 7, 1), date(2025, 9, 30)),
        ("去年同期呢", date(2025, 7, 1), date(2025, 9, 30)),
        ("¿y en los mismos meses del año pasado?", date(2025, 7, 1), date(2025, 9, 30)),
        ("and the quarter before?", date(2026, 4, 1), date(2026, 6, 30)),
        ("¿y el trimestre anterior?", date(2026, 4, 1), date(2026, 6, 30)),
        ("and then?", date(2026, 7, 1), date(2026, 9, 30)),
    ],
)
def test_a_period_is_counted_from_the_one_spoken_of(question: str, start: date, end: date) -> None:
    dialogue = Dialogue(ability="deposit_changes", start=date(2026, 7, 1), end=date(2026, 9, 30))
    assert continued(reading(question), dialogue).mentions.period == Period(start, end)


def test_a_stretch_that_is_no_whole_month_keeps_its_length() -> None:
    dialogue = Dialogue(ability="deposit_changes", start=date(2026, 11, 9), end=date(2026, 11, 15))
    moved = continued(reading("and the week before?"), dialogue).mentions.period
    assert moved == Period(date(2026, 11, 2), date(2026, 11, 8))


def test_a_list_of_all_stays_one_of_all() -> None:
    """A list of one row makes nobody the customer of "and next month?"."""
    listed = Dialogue(ability="birthdays", ability_of_one="portrait", customer="C1")
    asked = Dialogue(ability="holdings", ability_of_one="holdings", customer="C1")
    assert not continued(reading("and next month?"), listed).mentions.pronoun
    assert continued(reading("and next month?"), asked).mentions.pronoun


@pytest.mark.parametrize("asked", ["which of those ends first?", "其中哪笔先到期", "¿cuál de esos vence antes?"])
def test_which_of_those_is_asked_of_the_customer_whose_rows_were_shown(asked: str) -> None:
    of_one = Dialogue(ability="holdings", ability_of_one="holdings", customer="C1")
    of_many = Dialogue(ability="maturities", ability_of_one="holdings", customer="C1")
    assert continued(reading(asked, "maturities"), of_one).mentions.pronoun
    assert not continued(reading(asked, "maturities"), of_many).mentions.pronoun
    assert not continued(reading("which ones end first?", "maturities"), of_one).mentions.pronoun


@pytest.mark.parametrize("asked", ["birthday?", "生日呢", "¿y su cumpleaños?"])
def test_a_mere_field_is_that_of_the_customer_spoken_of(asked: str) -> None:
    listed = replace(reading(asked, "birthdays"), mentions=Mentions(asked, customer_field="birth_date"))
    of_one = Dialogue(ability="portrait", ability_of_one="portrait", customer="C1")
    found = continued(listed, of_one)
    assert (found.ability, found.mentions.pronoun) == ("portrait", True)
    assert continued(listed, Dialogue(ability="birthdays")).ability == "birthdays"


@pytest.mark.parametrize(
    "asked", ["make it shorter", "in English please", "再短一点", "用英文", "más corto", "en inglés"]
)
def test_a_draft_can_be_had_otherwise(asked: str) -> None:
    drafted = Dialogue(ability="holdings", customer="C1", drafted="message_draft", told="write to her for her birthday")
    found = continued(reading(asked, "out_of_scope", 0.6), drafted)
    assert (found.ability, found.topic) == ("message_draft", f"{asked}\nwrite to her for her birthday")
    assert continued(reading(asked, "out_of_scope", 0.6), Dialogue(ability="holdings")).ability == "out_of_scope"


@pytest.mark.parametrize("asked", ["and does he lose the interest?", "利息会损失吗", "¿y pierde los intereses?"])
def test_a_further_question_about_a_rule_is_read_with_it(asked: str) -> None:
    cited = Dialogue(ability="standard", told="may a term deposit be broken early?")
    found = continued(reading(asked, "leaving", 0.48), cited)
    assert found.ability == "standard"
    assert found.topic.startswith("may a term deposit be broken early, ")
    assert continued(reading(asked, "leaving", 0.95), cited).ability == "leaving", "a clear question is a new one"


@pytest.mark.parametrize("asked", ["and which rose?", "涨得最多的呢", "¿y los que subieron?"])
def test_the_other_end_of_a_ranking(asked: str) -> None:
    found = continued(reading(asked, "most_valuable", 0.5), Dialogue(ability="deposit_movers"))
    assert found.ability == "deposit_movers"
    assert continued(reading(asked, "most_valuable", 0.5), Dialogue(ability="tasks")).ability == "most_valuable"


def test_only_another_period_or_some_of_the_customers() -> None:
    october = Mentions("only {period}", period=Period(date(2026, 10, 1), date(2026, 10, 31)))
    told = replace(reading("only october", "tasks", 0.3), mentions=october)
    assert continued(told, Dialogue(ability="results")).ability == "results"
    platinum = replace(
        reading("just platinum", "my_customers", 0.9), mentions=Mentions("just platinum", tier=Tier.GOLD)
    )
    assert continued(platinum, Dialogue(ability="neglected")).ability == "neglected"
    assert continued(platinum, Dialogue(ability="portrait")).ability == "my_customers"


def test_another_product_is_asked_about_for_the_same_customer() -> None:
    bond = ProductMention(4, 17, "the bond fund", ("P-F-BOND",))
    named = replace(reading("and the bond fund?", "product"), mentions=Mentions("and {product}?", products=(bond,)))
    of_one = Dialogue(ability="suitability", ability_of_one="suitability", customer="C1", product="P-F-MIX")
    found = continued(named, of_one)
    assert (found.ability, found.mentions.pronoun) == ("suitability", True)
    assert continued(named, Dialogue(ability="product_list")).ability == "product"


@pytest.mark.parametrize("asked", ["and the instalment?", "月供呢", "¿y la cuota?"])
def test_more_of_what_was_shown_of_one_customer(asked: str) -> None:
    shown = Dialogue(ability="loans", ability_of_one="loans", customer="C1")
    found = continued(reading(asked, "product", 0.2), shown)
    assert (found.ability, found.mentions.pronoun) == ("loans", True)
    assert continued(reading(asked, "product", 0.7), shown).ability == "product", "a clear question is a new one"
    assert continued(reading(asked, "product", 0.2), Dialogue(ability="top_customers")).ability == "product"


@pytest.mark.parametrize("asked", ["why the first one?", "第一个为什么", "¿el primero por qué?"])
def test_why_asks_for_the_reason_in_the_list(asked: str) -> None:
    pointed = replace(reading(asked, "smalltalk", 0.4), mentions=Mentions(asked, ordinal=1))
    found = continued(pointed, Dialogue(ability="leaving", listed=["C7", "C8"]))
    assert (found.ability, found.mentions.customers[0].ids) == ("leaving", ("C7",))


@pytest.mark.parametrize("said", ["the core system has it right", "以信贷系统的为准", "el bueno es el de tarjetas"])
def test_who_names_a_system_after_a_contradiction_settles_it(said: str) -> None:
    told = Dialogue(ability="file_quality", customer="C1")
    assert continued(reading(said, "loans"), told).ability == "repair"
    assert continued(reading(said, "loans"), Dialogue(ability="loans", customer="C1")).ability == "loans"
    assert continued(reading(f"{said}?", "loans"), told).ability == "loans", "a question settles nothing"


@pytest.mark.parametrize("said", ["average mortgage per branch", "房贷有多少笔", "hipotecas de la sucursal"])
def test_products_go_by_what_people_call_them(said: str) -> None:
    home = Product(id="H", name="个人住房贷款", names={"en": "Home loan", "es": "Préstamo hipotecario"})
    car = Product(id="K", name="个人汽车贷款", names={"en": "Car loan", "es": "Préstamo para automóvil"})
    assert [mention.ids for mention in nicknamed(PlainText.of(said), [home, car])] == [("H",)]
    assert nicknamed(PlainText.of(said), [car]) == []


@pytest.mark.parametrize(
    "question, likeliest, meant",
    [
        ("are they the same person?", "decide_duplicate", "duplicates"),
        ("他们是同一个人吗", "decide_duplicate", "duplicates"),
        ("could you merge the two?", "decide_duplicate", "decide_duplicate"),
        ("tomorrow remind me to call her", "log_contact", "create_task"),
        ("recuérdame llamarla", "log_contact", "create_task"),
        ("called her; remind me of the papers on Monday, she was in a hurry", "log_contact", "log_contact"),
    ],
)
def test_the_form_of_the_words_decides(question: str, likeliest: str, meant: str) -> None:
    plain = PlainText.of(question).plain
    assert _meant_as_said([Guess(likeliest, 0.7)], plain)[0].ability == meant


def test_a_part_that_says_too_little_is_no_question_of_its_own() -> None:
    whole, clear, vague = reading("?", "tasks"), reading("?", "tasks"), reading("?", "loans", 0.5)
    assert _one_question(whole, [vague, clear])
    assert not _one_question(whole, [reading("?", "loans", 0.8), clear])
    assert not _one_question(whole, [vague, reading("?", "contacts")])
