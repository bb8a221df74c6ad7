"""A reply to a case, against the rows: what it cites, whose language it speaks, what it is like, and for whom."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
from rapidfuzz import fuzz

from assistant.access import scope_of
from assistant.proposals.reply_feedback import ReplyFeedback
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.reply_draft import SIMILAR, reply_draft
from knowledge.crm.casework import FeedbackReply
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, Employee, Feedback, Unit
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, HEAD_OFFICE, MANAGERS, RawBank, Row, listed

CLAUSES = ("3.2", "4.2", "5.3")
"""By when an answer comes, that it is personal, and whom else the customer may turn to."""


def drafted(desk: Desk) -> ReplyFeedback:
    (draft,) = desk.drafts
    assert isinstance(draft.write, ReplyFeedback)
    return draft.write


def open_cases(raw: RawBank) -> list[Row]:
    return raw.rows(
        "SELECT f.*, c.consents, c.language AS speaks, c.name FROM feedback f JOIN customer c ON c.id = f.customer_id"
        " WHERE f.state NOT IN ('resolved', 'closed') AND f.received_at <= ? ORDER BY f.id",
        str(AS_OF),
    )


async def test_the_draft_takes_up_the_case_the_history_and_the_clauses(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(HEAD_OFFICE)
    told = [row for row in open_cases(raw) if listed(row["consents"]) and row["kind"] == "complaint"]
    late = [row for row in told if row["due_on"] < str(AS_OF)][:2]
    for row in [*late, *[row for row in told if row["due_on"] >= str(AS_OF)][:2]]:
        desk = office.desk()
        result = await reply_draft(desk, f"draft a reply to case {row['id']}")
        write = drafted(desk)
        assert (write.case, write.customer, write.language) == (row["id"], row["customer_id"], row["speaks"])
        assert write.channel in listed(row["consents"])
        assert row["id"] in write.text
        assert [quotation.citation.section.split()[0] for quotation in result.clauses] == list(CLAUSES)
        assert "3.2" in write.text
        assert "5.3" in write.text
        before = raw.one(
            "SELECT MAX(received_at) FROM feedback WHERE customer_id = ? AND kind = 'complaint' AND received_at < ?",
            row["customer_id"], row["received_at"],
        )  # fmt: skip
        since = raw.customers[row["customer_id"]]["customer_since"]
        assert (before or since)[:4] in write.text
        promise = {"es": "tendrá una respuesta", "zh": "最迟于", "en": "at the latest"}[row["speaks"]]
        assert (promise in write.text) == (row["due_on"] >= str(AS_OF))


@pytest.mark.parametrize("employee", [HEAD_OFFICE, "ana.garcia"])
async def test_similar_cases_were_settled_and_are_in_view(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    office = await office_of(employee)
    result = await reply_draft(office.desk(), "draft a reply to case F00045")
    assert 1 <= len(result.similar) <= SIMILAR
    for line in result.similar:
        (row,) = raw.rows("SELECT * FROM feedback WHERE id = ?", line.number.value)
        assert row["state"] in ("resolved", "closed")
        assert line.resolution is not None
        assert line.resolution.value == row["resolution"]
        assert employee == HEAD_OFFICE or row["owner_id"] == employee or row["customer_id"] in raw.seen_by(employee)


async def test_a_colleagues_case_has_no_reply(office_of: OfficeOf, raw: RawBank) -> None:
    for employee in MANAGERS:
        hidden = next(
            row["id"]
            for row in open_cases(raw)
            if row["owner_id"] != employee and row["customer_id"] not in raw.seen_by(employee)
        )
        desk = (await office_of(employee)).desk()
        result = await reply_draft(desk, f"draft a reply to case {hidden}")
        assert (result.chosen, result.cases, desk.drafts) == (None, [], [])


async def test_nobody_is_written_to_who_does_not_agree(office_of: OfficeOf, raw: RawBank) -> None:
    row = next(row for row in open_cases(raw) if not listed(row["consents"]))
    for told in ("draft a reply to case {}", "draft a reply to case {} by e-mail"):
        desk = (await office_of(HEAD_OFFICE)).desk()
        result = await reply_draft(desk, told.format(row["id"]))
        assert result.refused
        assert (desk.drafts, result.lines) == ([], [])
    unknown = raw.one("SELECT id FROM feedback WHERE customer_id IS NULL AND state IN ('new', 'in_progress')")
    result = await reply_draft((await office_of(HEAD_OFFICE)).desk(), f"draft a reply to case {unknown}")
    assert result.refused


@pytest.fixture
async def two_cases(store: CrmStore) -> AsyncIterator[tuple[CrmStore, Office]]:
    """A customer with a praise in spring, and a complaint without a deadline that was answered once before."""
    async with store.writing() as session:
        session.add(Unit(id="north", kind="branch", name="North"))
        await session.flush()
        session.add(Employee(id="ana", unit_id="north", role="manager", name="Ana Ruiz"))
        await session.flush()
        session.add(
            Customer(id="C1", name="Mary Jones", kind="person", currency="CNY", branch_id="north", manager_id="ana",
                     language="en", consents=["email"], customer_since=date(2011, 5, 1)),
        )  # fmt: skip
        await session.flush()
        session.add_all(
            Feedback(id=id, customer_id="C1", owner_id="ana", unit_id="north", received_at=at, channel=channel,
                     kind=kind, cause="e_banking", text="The app lost my transfer", state=state)
            for id, at, channel, kind, state in (
                ("K-1", datetime(2026, 3, 2), "web", "praise", "closed"),
                ("K-2", datetime(2026, 11, 2), "phone", "complaint", "new"),
                ("K-3", datetime(2026, 11, 3), "web", "complaint", "new"),
            )
        )  # fmt: skip
    scope = await scope_of(store, "ana", AS_OF)
    async with store.reading(scope) as reader:
        yield store, Office(reader, scope)


async def test_it_differs_from_the_last_one_the_customer_got(two_cases: tuple[CrmStore, Office]) -> None:
    store, _ = two_cases
    last: list[str] = []
    for day in range(3):
        async with store.reading(await scope_of(store, "ana", AS_OF)) as reader:
            desk = Office(reader, two_cases[1].scope).desk()
            await reply_draft(desk, "draft a reply to case K-2", CustomerId("C1"))
        text = drafted(desk).text
        assert all(fuzz.ratio(text, one) < 100 for one in last[-1:])
        last.append(text)
        async with store.writing() as session:
            at = datetime(2026, 11, 10) + timedelta(days=day)
            session.add(FeedbackReply(id=f"R{day}", feedback_id="K-2", employee_id="ana", at=at, channel="email",
                                      language="en", text=text))  # fmt: skip


async def test_words_on_the_phone_are_not_quoted_and_no_day_is_promised(two_cases: tuple[CrmStore, Office]) -> None:
    _, office = two_cases
    for number, quoted, before in (("K-2", False, "2011"), ("K-3", True, "Nov 2, 2026")):
        desk = office.desk()
        await reply_draft(desk, f"draft a reply to case {number}", CustomerId("C1"))
        text = drafted(desk).text
        assert ("The app lost my transfer" in text) == quoted
        assert before in text, "an earlier complaint is taken up, an earlier praise is no trouble"
        assert "as soon as we know more" in text
        assert "Dear " in text
        assert "Ana Ruiz" in text
    asked = await reply_draft(office.desk(), "draft a reply to her complaint", CustomerId("C1"))
    assert [line.number.value for line in asked.cases] == ["K-2", "K-3"], "which of two is asked back"
