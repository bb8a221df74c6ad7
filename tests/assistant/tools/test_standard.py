"""A standard is quoted word for word, with its clause and validity."""

from dataclasses import replace

import pytest

from assistant.tools.desk import Topic
from assistant.tools.standard import standard
from assistant.tools.tool import values_of
from knowledge.library.passage import Contradiction, Found, Hit
from prompts import render
from tests.assistant.conftest import CLAUSE, Office, OneClause


async def test_the_clause_stands_as_it_is_written(office: Office) -> None:
    desk = office.desk()
    result = await standard(desk, Topic("How fast must a complaint be answered?"))
    (clause,) = result.clauses
    assert result.answered
    assert "\n".join(line.text for line in clause.lines) == CLAUSE.text
    assert {line.mark for line in clause.lines} == {CLAUSE.id}
    assert clause.source.text == f"{CLAUSE.title}, {CLAUSE.section}"
    assert clause.valid_from is not None
    assert clause.valid_from.value == CLAUSE.valid_from
    assert [citation.quote for citation in desk.ledger.citations] == [CLAUSE.text]


async def test_nothing_is_quoted_where_the_library_has_no_answer(office: Office) -> None:
    desk = office.desk()
    result = await standard(desk, Topic("the weather"))
    assert (result.answered, result.clauses, desk.ledger.citations) == (False, [], [])


async def test_both_sources_of_a_contradiction_are_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(CLAUSE, id="leaflet.en/1", document_id="leaflet", text="Complaints are answered within 99 days.")

    async def search(library: OneClause, query: str, **how: object) -> Found:
        return Found([Hit(CLAUSE, 0.9, 0.9, 0.9)], True, (Contradiction(CLAUSE, other, ("15",), ("99",)),))

    monkeypatch.setattr(OneClause, "search", search)
    desk = office.desk()
    result = await standard(desk, Topic("How fast must a complaint be answered?"))
    for language in ("en", "zh", "es"):
        told = render("standard", language, values_of(result))
        assert CLAUSE.section in told
        assert "99 days" in told
    assert [citation.id for citation in desk.ledger.citations] == [CLAUSE.id, other.id]


async def test_what_has_no_answer_is_told_and_kept(office: Office) -> None:
    desk = office.desk()
    topic = Topic("How fast must a complaint be answered, and how is sourdough bread baked?")
    result = await standard(desk, topic)
    assert (result.answered, result.complete, desk.unanswered) == (True, False, [topic])
