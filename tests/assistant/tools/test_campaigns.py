"""How campaigns are doing, and what is left on their checklists, as the asker may see it."""

from assistant.tools.campaign_checklist import campaign_checklist
from assistant.tools.campaigns import campaigns
from assistant.tools.desk import Topic
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import BRANCH, MANAGERS, RawBank


async def test_all_campaigns_are_listed_what_runs_first(office: Office) -> None:
    found = await campaigns(office.desk(), Topic("how are the campaigns going?"))
    assert [line.head.number.value for line in found.lines] == ["M-GOLD", "M-SALON", "M-RENEW"]
    assert not found.states


async def test_one_is_told_with_its_states_and_who_is_next(office_of: OfficeOf, raw: RawBank) -> None:
    manager = MANAGERS[1]
    found = await campaigns((await office_of(manager)).desk(), Topic("how is M-GOLD doing?"))
    rows = raw.rows(
        "SELECT t.state, count(*) AS number FROM campaign_target t JOIN customer c ON c.id = t.customer_id "
        "WHERE t.campaign_id = 'M-GOLD' AND c.manager_id = ? GROUP BY t.state",
        manager,
    )
    assert sorted(count.count.value for count in found.states) == sorted(row["number"] for row in rows)
    (line,) = found.lines
    assert line.members.value == sum(row["number"] for row in rows)
    waiting = {row["state"]: row["number"] for row in rows}.get("to_invite", 0)
    assert len(found.to_invite) == min(waiting, 8)


async def test_a_branch_sees_its_own_campaigns_only(office_of: OfficeOf) -> None:
    found = await campaigns((await office_of(BRANCH)).desk(), Topic("which campaigns are there?"))
    assert [line.head.number.value for line in found.lines] == ["M-RENEW"]


async def test_the_checklist_says_what_is_late_and_who_sees_to_it(office: Office) -> None:
    found = await campaign_checklist(office.desk(), Topic("checklist of M-SALON"))
    (left,) = found.left
    assert left.late
    assert left.employee
    assert left.employee.text == "Tom Baker"
    assert len(found.done) == 3
    gold = await campaign_checklist(office.desk(), Topic("checklist of M-GOLD"))
    assert [item.late for item in gold.left] == [False, False]


async def test_where_it_is_not_clear_which_is_meant_it_is_asked(office: Office) -> None:
    found = await campaign_checklist(office.desk(), Topic("checklist of M-SALON and of M-RENEW"))
    assert found.chosen is None
    assert {head.number.value for head in found.choices} == {"M-SALON", "M-RENEW"}
