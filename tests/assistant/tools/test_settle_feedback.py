"""Which case is meant, against the rows: a number that leads to none leads to no other either."""

from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime
from decimal import Decimal

import pytest

from assistant.access import scope_of
from assistant.proposals.settle_feedback import SettleFeedback
from assistant.tools.desk import Cases, Topic
from assistant.tools.feedback import feedback
from assistant.tools.settle_feedback import settle_feedback
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Employee, Feedback, Unit
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, HEAD_OFFICE, MANAGERS, RawBank, Row

OPEN = "SELECT * FROM feedback WHERE state NOT IN ('resolved', 'closed') AND received_at < ? ORDER BY id"


def of_others(raw: RawBank, employee: str, rows: Iterable[Row]) -> list[Row]:
    customers = raw.seen_by(employee)
    return [row for row in rows if row["customer_id"] not in customers and row["owner_id"] != employee]


@pytest.mark.parametrize("employee", MANAGERS)
async def test_a_number_out_of_view_is_like_one_that_does_not_exist(
    office_of: OfficeOf, raw: RawBank, employee: str
) -> None:
    hidden = of_others(raw, employee, raw.rows(OPEN, str(AS_OF)))[0]["id"]
    office = await office_of(employee)
    for number in (hidden, "F99999"):
        desk = office.desk()
        result = await settle_feedback(desk, f"close case {number}: we refunded 30")
        assert desk.drafts == []
        assert (result.chosen, result.cases) == (None, [])


async def test_the_numbered_case_is_the_one_that_is_proposed(office_of: OfficeOf, raw: RawBank) -> None:
    employee = MANAGERS[0]
    rows = [row for row in raw.rows(OPEN, str(AS_OF)) if row["customer_id"] in raw.seen_by(employee)]
    desk = (await office_of(employee)).desk()
    result = await settle_feedback(desk, f"close case {rows[0]['id']}: we refunded 30.50")
    assert result.chosen is not None
    assert result.chosen.number.value == rows[0]["id"]
    write = desk.drafts[0].write
    assert isinstance(write, SettleFeedback)
    assert (write.case, write.state, write.redress) == (rows[0]["id"], "closed", Decimal("30.50"))


async def test_a_case_that_came_in_later_is_not_there_yet(office_of: OfficeOf, raw: RawBank) -> None:
    (row,) = raw.rows("SELECT * FROM feedback WHERE id = 'F00001'")
    desk = (await office_of(row["owner_id"])).desk(date.fromisoformat(row["received_at"][:10]) - date.resolution)
    result = await settle_feedback(desk, "close case F00001: the transfer arrived")
    assert (result.chosen, result.cases, desk.drafts) == (None, [], [])


@pytest.mark.parametrize(
    "told, state, proposed, unfit, to_reopen",
    [
        ("close case {}: it was settled", "resolved", "closed", False, False),
        ("reopen case {}", "resolved", "reopened", False, False),
        ("put case {} on hold", "resolved", None, True, True),
        ("mark case {} as resolved: done", "resolved", None, True, False),
        ("case {} is complex: it takes longer", "resolved", None, True, True),
        ("reopen case {}", "in_progress", None, True, False),
        ("start work on case {}", "in_progress", None, True, False),
        ("close case {}: done", "in_progress", "closed", False, False),
    ],
)
async def test_a_numbered_case_only_comes_into_a_state_that_may_follow(
    office_of: OfficeOf, raw: RawBank, told: str, state: str, proposed: str | None, unfit: bool, to_reopen: bool
) -> None:
    number = raw.one("SELECT id FROM feedback WHERE state = ? AND customer_id IS NOT NULL ORDER BY id", state)
    desk = (await office_of(HEAD_OFFICE)).desk()
    result = await settle_feedback(desk, told.format(number))
    assert result.chosen is not None
    assert (result.chosen.number.value, result.unfit, result.to_reopen) == (number, unfit, to_reopen)
    assert [draft.write.state for draft in desk.drafts if isinstance(draft.write, SettleFeedback)] == (
        [proposed] if proposed else []
    )


async def test_open_cases_go_before_those_that_were_answered(office_of: OfficeOf, raw: RawBank) -> None:
    desk = (await office_of(HEAD_OFFICE)).desk()
    answered, still_open = (
        raw.one(f"SELECT id FROM feedback WHERE state {which} ORDER BY id") for which in ("= 'resolved'", "= 'new'")
    )
    for shown, chosen in (((answered, still_open), still_open), ((answered,), answered)):
        result = await settle_feedback(desk, "close it: it was settled", None, Cases(shown))
        assert result.chosen is not None
        assert result.chosen.number.value == chosen


NUMBERS = ("2026-00123", "INC0012345", "KF-88/2026", "12345", "kf-9")


@pytest.fixture
async def imported(store: CrmStore) -> AsyncIterator[Office]:
    """What the manager Ana sees of a bank whose cases came from other systems; the last is a colleague's."""
    async with store.writing() as session:
        session.add(Unit(id="north", kind="branch", name="North"))
        await session.flush()
        session.add_all(Employee(id=id, unit_id="north", role="manager", name=id) for id in ("ana", "ben"))
        await session.flush()
        session.add_all(
            Feedback(
                id=id, owner_id="ben" if id == NUMBERS[-1] else "ana", unit_id="north", channel="web", kind="complaint",
                received_at=datetime(2026, 11, 2), text="The app failed", state="new", due_on=date(2026, 11, 17),
            )
            for id in NUMBERS
        )  # fmt: skip
    scope = await scope_of(store, "ana", AS_OF)
    async with store.reading(scope) as reader:
        yield Office(reader, scope)


@pytest.mark.parametrize(
    "told, number",
    [
        ("close case 2026-00123: we refunded 30", "2026-00123"),
        ("close inc0012345: we refunded 30", "INC0012345"),
        ("结掉KF-88/2026号案件：已退款30元", "KF-88/2026"),
        ("cierra el caso número 12345: devolvimos 30", "12345"),
        ("close case 12345: we refunded 30", "12345"),
        ("close case KF-9: we refunded 30", None),
        ("close case 2026-00124: we refunded 30", None),
        ("close case number 30: we refunded 12345", None),
    ],
)
async def test_a_case_is_found_by_the_number_that_another_system_gave_it(
    imported: Office, told: str, number: str | None
) -> None:
    desk = imported.desk()
    result = await settle_feedback(desk, told)
    assert (result.chosen.number.value if result.chosen else None) == number
    assert len(desk.drafts) == (number is not None)
    asked = await feedback(imported.desk(), None, Topic(told))
    assert asked.by_number
    assert [line.case.number.value for line in asked.numbered] == ([number] if number else [])


async def test_a_bare_number_closes_no_case(imported: Office) -> None:
    for told in ("close it: we refunded 12345", "we refunded 12345 euros, close her complaint"):
        desk = imported.desk()
        result = await settle_feedback(desk, told)
        assert result.chosen is None
        assert len(result.cases) == len(NUMBERS) - 1
