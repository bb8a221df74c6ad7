"""A standard is quoted word for word, with its clause and validity."""

from assistant.tools.desk import Topic
from assistant.tools.standard import standard
from tests.assistant.conftest import CLAUSE, Office


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
