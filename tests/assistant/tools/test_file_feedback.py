"""What is put to the asker to be filed, against the rows: whose, who owns it, by when, and nothing written."""

from datetime import date, timedelta

import pytest

from assistant.errors import UnknownCustomer
from assistant.proposals.file_feedback import FileFeedback
from assistant.tools.desk import CustomerId, Desk, Told
from assistant.tools.file_feedback import Filed, file_feedback
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, SERVICE_DESK, RawBank

ANGRY = "She is angry, the app lost her transfer and nobody knows where it is"
MONDAY = date(2026, 11, 23)
"""The working day after the as-of date, a Friday."""


async def filed(desk: Desk, told: str, customer: str | None = None) -> tuple[Filed, FileFeedback]:
    result = await file_feedback(desk, Told(told), CustomerId(customer) if customer else None)
    write = desk.drafts[0].write
    assert isinstance(write, FileFeedback)
    return result, write


def owner_of_desk(raw: RawBank, unit: str | None) -> str | None:
    """Of the service desk there, or of the unit above, whoever has the fewest open cases."""
    while unit:
        desk = raw.rows(
            "SELECT e.id, (SELECT COUNT(*) FROM feedback f WHERE f.owner_id = e.id AND f.state NOT IN ('resolved',"
            " 'closed')) AS busy FROM employee e WHERE e.unit_id = ? AND e.role = 'service_desk'"
            " AND (e.left_on IS NULL OR e.left_on > ?) ORDER BY busy, e.id",
            unit, str(AS_OF),
        )  # fmt: skip
        if desk:
            return str(desk[0]["id"])
        unit = raw.one("SELECT parent_id FROM unit WHERE id = ?", unit)
    return None


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, MANAGERS[0]])
async def test_the_case_is_the_customers_their_managers_and_their_branchs(
    office_of: OfficeOf, raw: RawBank, employee: str
) -> None:
    office = await office_of(employee)
    before = raw.one("SELECT COUNT(*) FROM feedback")
    customer = sorted(raw.seen_by(employee))[3]
    row = raw.customers[customer]
    result, write = await filed(office.desk(), f"{ANGRY}: file it", customer)
    assert result.name is not None
    assert (write.case.customer, write.case.unit, write.case.owner) == (customer, row["branch_id"], row["manager_id"])
    assert (write.text, write.case.language) == (ANGRY, "en")
    assert (write.feedback_kind, write.cause, write.severity) == ("complaint", "e_banking", "medium")
    assert (write.confirm_by, write.due_on, write.statutory_on) == (MONDAY, *[AS_OF + timedelta(days=15)] * 2)
    assert result.dues is not None
    assert (result.owner.fact.subject if result.owner else None) == row["manager_id"]
    assert raw.one("SELECT COUNT(*) FROM feedback") == before, "nothing is written before a person says yes"


async def test_a_question_has_five_days_and_no_law(office_of: OfficeOf, raw: RawBank) -> None:
    told = "file a question: what papers do I need to open an account?"
    _, write = await filed((await office_of(HEAD_OFFICE)).desk(), told, "C000001")
    assert (write.feedback_kind, write.due_on, write.statutory_on) == ("question", AS_OF + timedelta(days=5), None)
    assert write.text == "what papers do I need to open an account?"


@pytest.mark.parametrize("employee", [BRANCH, SERVICE_DESK])
async def test_of_nobody_known_it_is_the_service_desks(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    office = await office_of(employee)
    result, write = await filed(office.desk(), "The queue was endless again: file it")
    home = raw.one("SELECT unit_id FROM employee WHERE id = ?", employee)
    assert (result.name, write.case.customer, write.case.unit) == (None, None, home)
    assert write.case.owner == owner_of_desk(raw, home)


async def test_nobody_owns_a_complaint_about_themselves(office_of: OfficeOf, raw: RawBank) -> None:
    customer = sorted(raw.seen_by(MANAGERS[0]))[0]
    told = "her manager was rude and unfriendly to her, the attitude was terrible: file it"
    _, write = await filed((await office_of(MANAGERS[0])).desk(), told, customer)
    assert write.cause == "unfriendly"
    heads = raw.rows("SELECT id FROM employee WHERE role = 'branch' AND unit_id = ?", write.case.unit)
    assert write.case.owner in {head["id"] for head in heads}


async def test_the_third_complaint_within_a_year_is_grave(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(HEAD_OFFICE)
    complaints = {
        row["customer_id"]: row["number"]
        for row in raw.rows(
            "SELECT customer_id, COUNT(*) AS number FROM feedback WHERE kind = 'complaint' AND customer_id IS NOT NULL"
            " AND DATE(received_at) > '2025-11-20' GROUP BY customer_id ORDER BY number DESC, customer_id"
        )
    }
    often, seldom = next(iter(complaints)), next(id for id, number in complaints.items() if number == 1)
    assert complaints[often] >= 2, "the demo bank holds somebody who complained twice"
    mild = "The waiting area is a little cold, she complains: file it"
    for customer, repeated in ((often, True), (seldom, False)):
        result, write = await filed(office.desk(), mild, customer)
        assert write.feedback_kind == "complaint"
        assert (result.repeated, write.severity == "high") == (repeated, repeated)


async def test_a_note_is_filed_with_its_channel_and_its_day(office_of: OfficeOf, raw: RawBank) -> None:
    (note,) = raw.rows(
        "SELECT * FROM contact WHERE customer_id IN (SELECT id FROM customer WHERE manager_id = ?) AND content IS NOT"
        " NULL AND DATE(at) <= ? ORDER BY at DESC, id LIMIT 1",
        MANAGERS[0], str(AS_OF),
    )  # fmt: skip
    desk = (await office_of(MANAGERS[0])).desk()
    _, write = await filed(desk, "file the last call note as a complaint", note["customer_id"])
    assert (write.text, write.channel) == (note["content"].strip(), note["channel"])
    assert str(write.received_on) == note["at"][:10]
    assert write.due_on > write.received_on


async def test_an_incident_is_told_of_by_a_case_in_view(office_of: OfficeOf, raw: RawBank) -> None:
    (known,) = raw.rows("SELECT * FROM feedback WHERE id = 'F00001'")
    again = (
        known["text"]
        .replace("para la residencia de mi madre", "")
        .removesuffix("Si no se resuelve hoy, me llevo todo mi dinero a otro banco.")
    )
    for employee, linked in ((known["owner_id"], True), (HEAD_OFFICE, True), (MANAGERS[0], False)):
        result, write = await filed((await office_of(employee)).desk(), again)
        assert (write.case.incident == "F00001") == linked
        assert (result.incident is not None) == linked


async def test_who_is_not_seen_gets_no_case(office_of: OfficeOf, raw: RawBank) -> None:
    hidden = sorted(set(raw.customers) - raw.seen_by(MANAGERS[0]))[0]
    desk = (await office_of(MANAGERS[0])).desk()
    with pytest.raises(UnknownCustomer):
        await file_feedback(desk, Told("the app failed: file it"), CustomerId(hidden))
    assert desk.drafts == []
    bare = await file_feedback(desk, Told("file a complaint"), None)
    assert bare.no_message
    assert desk.drafts == []
