"""The words by which abilities are recognised and codes are said: complete, distinct, and measured honestly."""

import inspect
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import yaml

import prompts
from knowledge.crm import codes
from knowledge.crm.tables import Customer
from prompts.catalogue import LANGUAGES, examples, word

ABILITIES = [
    "find_customer",
    "portrait",
    "holdings",
    "loans",
    "transactions",
    "deposit_changes",
    "loan_changes",
    "deposit_movers",
    "maturities",
    "birthdays",
    "contacts",
    "neglected",
    "feedback",
    "feedback_themes",
    "file_feedback",
    "triage",
    "due_cases",
    "settle_feedback",
    "reply_draft",
    "record_answer",
    "survey_invitation",
    "survey_results",
    "tasks",
    "suitability",
    "recommendation",
    "talking_points",
    "target_list",
    "make_campaign",
    "campaigns",
    "campaign_checklist",
    "campaign_review",
    "update_campaign",
    "product",
    "product_list",
    "standard",
    "my_customers",
    "top_customers",
    "briefing",
    "daily_brief",
    "message_draft",
    "results",
    "create_task",
    "log_contact",
    "settle_task",
    "wealth_plan",
    "decide_duplicate",
    "file_quality",
    "customers_lacking",
    "data_quality",
    "field_history",
    "repair",
    "duplicates",
    "most_valuable",
    "comparison",
    "leaving",
    "tier_review",
    "value_groups",
    "happenings",
    "unit_results",
    "product_results",
    "credit_by_industry",
    "selection",
    "help",
    "smalltalk",
    "out_of_scope",
]
PLACEHOLDERS = {"campaign", "customer", "period", "product", "amount", "number", "account", "value"}
FEWEST = {"standard": 40, "out_of_scope": 40}
ENUMS = [kind for _, kind in inspect.getmembers(codes, inspect.isclass) if issubclass(kind, StrEnum)]


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


UNSEEN: list[dict[str, str]] = read(Path(__file__).parents[1] / "evals" / "unseen.yaml")
WORDS: dict[str, dict[str, dict[str, str]]] = read(Path(prompts.__file__).parent / "words.yaml")


def vocabulary(kind: type[StrEnum]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def said(vocabulary_name: str, code: str, language: str) -> str:
    """The word given to a code. KeyError if there is none, where `word` falls back to the code."""
    return WORDS[vocabulary_name][code][language]


def folded(question: str) -> str:
    return re.sub(r"[\s¿?？!¡.,，。;:：]+", " ", question.casefold()).strip()


def test_the_abilities_are_the_known_ones() -> None:
    """`follow_up` is learnt beside them: it names no ability, it repeats the last one with another mention."""
    assert set(examples()) - {"follow_up"} == set(ABILITIES)


@pytest.mark.parametrize("ability", ABILITIES)
def test_every_ability_has_enough_examples_in_each_language(ability: str) -> None:
    assert set(examples()[ability]) == set(LANGUAGES)
    for language, questions in examples()[ability].items():
        assert len({folded(question) for question in questions}) >= FEWEST.get(ability, 20), language
        assert all(isinstance(question, str) and folded(question) for question in questions)


def test_no_example_belongs_to_two_abilities() -> None:
    owner: dict[str, str] = {}
    for ability, languages in examples().items():
        for question in sorted({folded(q) for questions in languages.values() for q in questions}):
            assert owner.setdefault(question, ability) == ability, question


def test_no_example_stands_twice_in_a_language() -> None:
    for ability, languages in examples().items():
        for language, questions in languages.items():
            assert len(questions) == len(set(questions)), (ability, language)


def test_mentions_are_only_the_known_placeholders() -> None:
    questions = [q for languages in examples().values() for qs in languages.values() for q in qs]
    for question in questions + [row["question"] for row in UNSEEN]:
        assert set(re.findall(r"{(.*?)}", question)) <= PLACEHOLDERS, question
        assert not re.search(r"[{}]", re.sub(r"{\w+}", "", question)), question


def test_examples_are_in_simplified_chinese_to_which_questions_are_folded() -> None:
    from opencc import OpenCC

    simplify = OpenCC("t2s").convert
    for languages in examples().values():
        for question in languages["zh"]:
            assert simplify(question) == question


def test_unseen_questions_are_unseen() -> None:
    known = {folded(q) for languages in examples().values() for questions in languages.values() for q in questions}
    copied = [row["question"] for row in UNSEEN if folded(row["question"]) in known]
    assert copied == []


def test_unseen_questions_measure_every_ability_in_every_language() -> None:
    for ability in ABILITIES:
        for language in LANGUAGES:
            asked = {row["question"] for row in UNSEEN if (row["ability"], row["language"]) == (ability, language)}
            assert len(asked) >= 8, (ability, language)


@pytest.mark.parametrize("kind", ENUMS, ids=vocabulary)
def test_every_code_of_the_store_has_a_word_in_each_language(kind: type[StrEnum]) -> None:
    for code in kind:
        for language in LANGUAGES:
            assert said(vocabulary(kind), code.value, language).strip()


@pytest.mark.parametrize("kind", ENUMS, ids=vocabulary)
def test_two_codes_are_never_said_alike(kind: type[StrEnum]) -> None:
    for language in LANGUAGES:
        words = [word(vocabulary(kind), code.value, language) for code in kind]
        assert len(words) == len(set(words)), language


def test_customer_fields_abilities_and_scales_have_words() -> None:
    wanted = {
        "field": [column.key for column in Customer.__table__.columns],
        "ability": ABILITIES,
        "tool_label": ABILITIES,
        "tolerance": ["C1", "C2", "C3", "C4", "C5"],
        "risk": ["R1", "R2", "R3", "R4", "R5"],
        "sex": ["F", "M"],
    }
    for name, values in wanted.items():
        for code in values:
            assert all(said(name, code, language) for language in LANGUAGES), (name, code)


def test_words_are_in_their_script() -> None:
    """A forgotten translation would show as Latin letters in a Chinese answer."""
    for kind in ENUMS:
        for code in kind:
            assert re.search(r"[\u4e00-\u9fff]", word(vocabulary(kind), code.value, "zh")), code
