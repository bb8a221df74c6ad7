"""Sentences with values: the same values in every language, none of them written out, one for each finding."""

import re

import pytest

from assistant.recommend.ranking import Waiting
from assistant.recommend.ranking_rules import NeedCode
from assistant.recommend.rule_pack import Code
from prompts import LANGUAGES, phrase, phrase_codes

BOOKS = {
    "suitability": [code.value for code in Code],
    "needs": [*(code.value for code in NeedCode), *(why.value for why in Waiting), "taken_alike", "acceptance"],
    "talking_points": phrase_codes("talking_points"),
    "wealth_plan": phrase_codes("wealth_plan"),
}


@pytest.mark.parametrize("book", BOOKS)
def test_every_code_has_its_sentence_and_every_sentence_a_code(book: str) -> None:
    assert sorted(phrase_codes(book)) == sorted(BOOKS[book])


@pytest.mark.parametrize("book", BOOKS)
def test_a_sentence_tells_the_same_values_in_every_language(book: str) -> None:
    for code in phrase_codes(book):
        named = [sorted(name for _, name in phrase(book, code, language) if name) for language in LANGUAGES]
        assert named[0] == named[1] == named[2], code


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_stands_in_the_words(book: str, language: str) -> None:
    for code in phrase_codes(book):
        words = "".join(words for words, _ in phrase(book, code, language))
        assert not re.search(r"\d", words), code
        if language == "zh":
            assert re.findall(r"[A-Za-z,;:?!()]", words) == [], code
