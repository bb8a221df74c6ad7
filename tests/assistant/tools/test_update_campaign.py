"""What is told of a campaign becomes the right proposal, or a question, and never one against the rules."""

from decimal import Decimal

import pytest

from assistant.proposals.settle_campaign import SettleCampaign
from assistant.proposals.settle_invitation import SettleInvitation
from assistant.proposals.settle_item import SettleItem
from assistant.tools.desk import CustomerId, Told
from assistant.tools.update_campaign import update_campaign
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import RawBank

MEMBER = "SELECT customer_id FROM campaign_target WHERE campaign_id = 'M-GOLD' AND state = ? ORDER BY 1"


def member(raw: RawBank, state: str) -> CustomerId:
    return CustomerId(raw.rows(MEMBER, state)[0]["customer_id"])


@pytest.mark.parametrize(
    "told, state, amount",
    [
        ("she accepted, 20,000 yuan", "accepted", Decimal(20000)), ("他谢绝了", "declined", None),
        ("no aceptó", "declined", None), ("did not answer", "no_answer", None), ("来了，到场了", "attended", None),
        ("aceptó, 15.000", "accepted", Decimal(15000)), ("没接受", "declined", None),
    ],
)  # fmt: skip
async def test_an_answer_is_read_from_the_words(
    office: Office, raw: RawBank, told: str, state: str, amount: Decimal | None
) -> None:
    desk = office.desk()
    await update_campaign(desk, Told(told), member(raw, "invited"))
    (draft,) = desk.drafts
    assert isinstance(draft.write, SettleInvitation)
    assert (draft.write.campaign, draft.write.state, draft.write.amount) == ("M-GOLD", state, amount)


async def test_the_held_out_and_whom_it_does_not_suit_are_not_proposed(office: Office, raw: RawBank) -> None:
    desk = office.desk()
    assert (await update_campaign(desk, Told("she accepted"), member(raw, "held_out"))).is_held_out
    outcomes = []
    for row in raw.rows(MEMBER, "to_invite"):
        result = await update_campaign(desk, Told("invited"), CustomerId(row["customer_id"]))
        outcomes.append(result.held)
    assert len(desk.drafts) == outcomes.count(None)
    assert any(outcomes)


async def test_who_is_in_no_running_campaign_is_said_so(office: Office, raw: RawBank) -> None:
    (row,) = raw.rows("SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM campaign_target) LIMIT 1")
    desk = office.desk()
    assert (await update_campaign(desk, Told("she accepted"), CustomerId(row["id"]))).no_member
    assert not desk.drafts


async def test_an_item_is_ticked_off_once(office: Office) -> None:
    desk = office.desk()
    await update_campaign(desk, Told("闭幕日礼品到位了，勾掉"))
    (draft,) = desk.drafts
    assert draft.write == SettleItem(item="M-GOLD-4", state="done")
    again = office.desk()
    assert (await update_campaign(again, Told("预订展厅完成了"))).unclear
    assert not again.drafts


async def test_a_campaign_is_closed_with_what_it_cost(office: Office) -> None:
    desk = office.desk()
    await update_campaign(desk, Told("close M-GOLD, it cost 31,500"))
    (draft,) = desk.drafts
    assert draft.write == SettleCampaign(campaign="M-GOLD", state="closed", cost=Decimal(31500))
