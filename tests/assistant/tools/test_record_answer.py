"""How a customer rated us, as it is told: the card that comes of it, and what is asked back."""

import pytest

from assistant.errors import UnknownCustomer
from assistant.proposals.record_answer import RecordAnswer
from assistant.tools.desk import CustomerId, Told
from assistant.tools.record_answer import record_answer
from knowledge.crm.codes import SurveyKind
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, MANAGERS, TOLD, RawBank

SATISFACTION, RECOMMENDATION = SurveyKind
NEVER_ASKED = CustomerId(TOLD[0])
LATELY = " AND invited_on BETWEEN date('2026-11-20', '-80 days') AND '2026-11-20'"


def written(desk: object) -> RecordAnswer:
    (draft,) = desk.drafts  # type: ignore[attr-defined]
    assert isinstance(draft.write, RecordAnswer)
    return draft.write


async def test_a_told_answer_is_proposed_and_not_written(office: Office, raw: RawBank) -> None:
    desk = office.desk()
    result = await record_answer(desk, Told("record her survey answer: 9 of 10, 'quick and friendly'"), NEVER_ASKED)
    write = written(desk)
    assert (write.survey_kind, write.score, write.comment) == (RECOMMENDATION, 9, "quick and friendly")
    assert (write.survey, write.replaces, write.answered_on) == (None, None, AS_OF)
    assert (result.invited, result.earlier, result.clause) == (None, None, None)
    assert raw.rows("SELECT * FROM survey WHERE customer_id = ?", NEVER_ASKED) == []


@pytest.mark.parametrize(
    "told, asks",
    [
        ("record her survey answer", "no_score"), ("she gave us a 4", "scale"), ("she gave us an 8", "scale"),
        ("she gave us 6 out of 5", "off_scale"), ("she gave us 0 of 5", "off_scale"),
        ("she gave us 4.5 out of 5", "off_scale"), ("she gave us 14 of 20", "off_scale"),
        ("she gave us 30", "off_scale"), ("her satisfaction is 4 of 10", "scale"),
        ("she is satisfied and recommends us, 4", "scale"),
    ],
)  # fmt: skip
async def test_what_is_not_clear_is_asked_and_nothing_is_proposed(office: Office, told: str, asks: str) -> None:
    desk = office.desk()
    result = await record_answer(desk, Told(told), NEVER_ASKED)
    said = "no_score" if result.no_score else "scale" if result.which_scale else "off_scale"
    assert (said, desk.drafts) == (asks, [])
    assert [(line.lowest.value, line.highest.value) for line in result.scales] == [(1, 5), (0, 10)]


async def test_a_bare_score_is_of_the_survey_that_waits(office: Office, raw: RawBank) -> None:
    waiting = "SELECT * FROM survey s WHERE score IS NULL AND kind = ?" + LATELY
    alone = " AND NOT EXISTS (SELECT 1 FROM survey o WHERE o.customer_id = s.customer_id AND o.id != s.id)"
    for kind in SurveyKind:
        row = raw.rows(waiting + alone + " ORDER BY id LIMIT 1", kind)[0]
        desk = office.desk()
        result = await record_answer(desk, Told("she gave us a 2"), CustomerId(row["customer_id"]))
        assert (written(desk).survey, written(desk).survey_kind, written(desk).score) == (row["id"], kind, 2)
        assert result.invited is not None
        assert str(result.invited.invited_on and result.invited.invited_on.value) == row["invited_on"]
        assert result.clause is not None, "what follows a low score"


async def test_an_answer_that_is_there_is_shown_and_replaced_only_by_a_yes(office: Office, raw: RawBank) -> None:
    row = raw.rows("SELECT * FROM survey WHERE kind = ? AND score IS NOT NULL" + LATELY + " LIMIT 1", SATISFACTION)[0]
    desk = office.desk()
    result = await record_answer(desk, Told("she gave us 5 of 5"), CustomerId(row["customer_id"]))
    assert (written(desk).survey, written(desk).replaces) == (row["id"], row["score"])
    assert result.earlier is not None
    assert result.earlier.score is not None
    assert result.earlier.score.value == row["score"]
    assert raw.one("SELECT score FROM survey WHERE id = ?", row["id"]) == row["score"]


async def test_a_colleagues_customer_is_unknown(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(MANAGERS[0])
    foreign = sorted(set(raw.customers) - raw.seen_by(MANAGERS[0]))[0]
    with pytest.raises(UnknownCustomer):
        await record_answer(office.desk(), Told("she gave us 4 of 5"), CustomerId(foreign))
