"""The library's measures: the questions name clauses that there are, and places become shares."""

from pathlib import Path

import pytest
import yaml

from benchmarks.library import DOCUMENTS, LANGUAGES, QUESTIONS, _place, _recalls, _shares
from knowledge.library.document import read_document


def test_each_question_is_asked_in_every_language_of_a_clause_that_there_is() -> None:
    clauses = {
        f"{document.document_id}/{clause.number}.{document.language}"
        for document in map(read_document, sorted(Path(DOCUMENTS).glob("*.md")))
        for clause in document.clauses
    }
    questions = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    assert len(questions) >= 40
    for question in questions:
        assert {f"{question['clause']}.{language}" for language in LANGUAGES} <= clauses
        assert all(question[language].strip() for language in LANGUAGES)


def test_places_become_shares() -> None:
    places = [_place(["a", "b"], wanted) for wanted in ("a", "b", "c")]
    assert places == [1, 2, 0]
    assert _shares(places) == ("33.3%", "66.7%", "66.7%")
    assert _recalls(places)[:2] == ("33.3%", "66.7%")
    assert float(_recalls(places)[2]) == pytest.approx(0.5)
