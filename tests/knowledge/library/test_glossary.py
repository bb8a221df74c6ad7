"""The glossary: terms are known by their variants in every language, and a passage by the terms that it names."""

import re
from pathlib import Path

import pytest

from knowledge.library.asked import Asked
from knowledge.library.glossary import LANGUAGES, TERMS, Glossary, open_glossary
from knowledge.library.words import Words, terms

GRACE = "grace period | 宽限期, 宽限 | período de gracia"
PERIOD = "period, term | 期间 | período, plazo"
REDEEM = "redeem*, redemption | 赎回 | rescat*, reembolso"


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    lines = "".join(f"  - {line}\n" for line in (GRACE, PERIOD, REDEEM))
    (tmp_path / "few.yaml").write_text(f'version: "1.0"\nterms:\n{lines}', encoding="utf-8")
    return open_glossary(tmp_path)


@pytest.mark.parametrize(
    "question, language, named",
    [
        ("Is there a grace period?", "en", ["grace period"]),
        ("宽限期有多长?", "zh", ["grace period"]),
        ("¿Hay un período de gracia?", "es", ["grace period"]),
        ("¿Qué periodo hay para rescatar?", "es", ["period", "redeem"]),
        ("She redeemed it, how long is the period?", "en", ["redeem", "period"]),
        ("¿Hay un período de gracia?", None, ["grace period"]),
        ("What will the weather be?", "en", []),
    ],
)
def test_a_question_names_terms_by_the_longest_variant(
    glossary: Glossary, question: str, language: str | None, named: list[str]
) -> None:
    assert [term.name for term in glossary.named(terms(question), language)] == named


def test_a_line_without_its_three_languages_or_without_a_word_is_refused(tmp_path: Path) -> None:
    for name, line in (("two", "loan | 贷款"), ("stop", "the, loan | 贷款 | préstamo")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "wrong.yaml").write_text(f'version: "1.0"\nterms:\n  - {line}\n', encoding="utf-8")
        with pytest.raises(ValueError, match="2 languages" if name == "two" else "no word"):
            open_glossary(folder)


def test_what_ships_has_a_version_and_no_term_twice() -> None:
    for file in TERMS.glob("*.yaml"):
        assert re.search(r'^version: "\d+\.\d+"$', file.read_text(encoding="utf-8"), re.MULTILINE)
    names = [term.name for term in open_glossary().terms]
    assert len(names) == len(set(names)) > 400
    assert all(term.variants[language] for term in open_glossary().terms for language in LANGUAGES)


def test_a_passage_is_found_by_the_terms_of_a_question_in_another_language() -> None:
    texts = ["La reclamación se contesta en 15 días.", "El préstamo hipotecario tarda diez días.", "La cola avanza."]
    words = Words(terms(text) for text in texts)
    asked = Asked(words, "投诉多久答复?", "zh")
    shares = [asked.share_of_terms(words.held(n), "es") for n in range(len(texts))]
    assert max(shares) == shares[0] > 0 == shares[2]
    assert asked.scores_of_terms({"es"}).argmax() == 0
    assert not asked.scores().any()
    assert [asked.share_of_words(words.held(n)) for n in range(len(texts))] == [0, 0, 0]


def test_words_that_come_later_count_as_if_they_had_been_there() -> None:
    texts = [
        terms(text) for text in ("fees for a card", "the card is lost", "a lost card, a lost key", "fees and fees")
    ]
    whole, grown = Words(texts), Words(texts[:2]).and_also(texts[2:])
    assert len(grown) == len(whole) == 4
    for question in (["card"], ["lost", "fe"], ["lost", "lost"], ["unknown"]):
        assert grown.scores(question) == pytest.approx(whole.scores(question))
    assert [grown.frequency(grown.begun("los")), grown.frequency(grown.places("key"))] == [2, 1]
