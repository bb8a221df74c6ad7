"""Reviews in chat against plain SQL: whose members are counted, what is said of groups of which little can be said."""

import pytest

from assistant.tools.campaign_review import campaign_review
from assistant.tools.desk import CampaignId, Topic
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, MANAGERS, SERVICE_DESK, RawBank

TOOK = """SELECT t.control, count(*) AS size,
    sum(t.state IN ('invited', 'accepted', 'declined', 'no_answer')) AS reached,
    sum(EXISTS (SELECT 1 FROM account a WHERE a.customer_id = t.customer_id AND a.product_id = k.product_id
            AND a.opened_on BETWEEN k.starts_on AND min(date(k.ends_on, '+30 day'), ?))
        OR EXISTS (SELECT 1 FROM offer o WHERE o.customer_id = t.customer_id AND o.product_id = k.product_id
            AND o.state = 'accepted'
            AND o.offered_on BETWEEN k.starts_on AND min(date(k.ends_on, '+30 day'), ?))) AS took
    FROM campaign_target t JOIN campaign k ON k.id = t.campaign_id
    WHERE k.id = ? GROUP BY t.control ORDER BY t.control"""


@pytest.mark.parametrize("campaign", ["M-GOLD", "M-RENEW", "M-SALON"])
async def test_the_groups_are_counted_as_plain_sql_counts_them(office: Office, raw: RawBank, campaign: str) -> None:
    found = await campaign_review(office.desk(), Topic(f"review of {campaign}"))
    counted = [
        (group.control, group.size.value, group.reached.value, group.took.value if group.took else None)
        for group in found.groups
    ]
    rows = raw.rows(TOOK, str(AS_OF), str(AS_OF), campaign)
    assert counted == [(bool(row["control"]), row["size"], row["reached"], row["took"]) for row in rows]
    assert found.uplift
    assert found.is_open == (campaign == "M-GOLD")


async def test_the_whole_campaign_has_a_cost_per_result_and_a_part_of_it_none(office_of: OfficeOf) -> None:
    branch = await office_of(BRANCH)
    treated = (await campaign_review(branch.desk(), Topic("review of M-RENEW"))).groups[0]
    assert treated.cost_per_result
    assert treated.cost_per_result.fact.unit == "CNY"
    assert treated.whole_size is None
    manager = await office_of(MANAGERS[0])
    treated = (await campaign_review(manager.desk(), Topic("review of M-RENEW"))).groups[0]
    assert treated.cost_per_result is None
    assert treated.no_cost == "not all members are in your view"
    assert treated.whole_size


async def test_members_past_the_rules_are_said(office: Office) -> None:
    treated, control = (await campaign_review(office.desk(), Topic("M-SALON"))).groups
    for group in (treated, control):
        assert group.unscreened
        assert group.unscreened.value == group.size.value


async def test_the_words_choose_the_campaign_before_the_conversation_does(office: Office) -> None:
    for asked, spoken_of, expected in (
        ("review of the gold bars", "M-RENEW", "M-GOLD"),
        ("and the review?", "M-RENEW", "M-RENEW"),
        ("定期到期关怀复盘", "M-GOLD", "M-RENEW"),
        ("balance del salón", None, "M-SALON"),
    ):
        found = await campaign_review(office.desk(), Topic(asked), CampaignId(spoken_of) if spoken_of else None)
        assert found.chosen
        assert found.chosen.number.value == expected


async def test_nobody_reviews_what_is_out_of_view(office_of: OfficeOf) -> None:
    elsewhere = await office_of(MANAGERS[2])
    found = await campaign_review(elsewhere.desk(), Topic("review of M-RENEW"), CampaignId("M-RENEW"))
    assert found.chosen is None or found.chosen.number.value == "M-SALON"
    desk = await office_of(SERVICE_DESK)
    nothing = await campaign_review(desk.desk(), Topic("review of M-RENEW"))
    assert (nothing.chosen, nothing.choices) == (None, [])
