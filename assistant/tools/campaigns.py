"""Campaigns: which there are, and how one of them is doing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.care.campaign_figures import CampaignHead, head_of, in_view, meant
from assistant.care.campaigns import Known, Progress, progress_of
from assistant.grounding.ledger import Figure
from assistant.tools.desk import CampaignId, Desk, Topic
from knowledge.crm.campaign import CampaignTarget
from knowledge.crm.codes import InvitationState
from knowledge.crm.tables import Customer

SHOWN = 10
NEXT = 8
"""Customers who are to be invited next that an answer names."""


@dataclass(frozen=True)
class Counted:
    """How many members in view stand so."""

    state: str
    count: Figure


@dataclass(frozen=True)
class CampaignLine:
    """One campaign: its members in view, how many were reached and accepted, and what is left on its checklist."""

    head: CampaignHead
    members: Figure
    reached: Figure
    accepted: Figure
    left: Figure


@dataclass(frozen=True)
class Campaigns:
    """`lines` are the campaigns meant. Of a single one there are also the members by state, the items of the checklist
    that are late, and `to_invite`, customers whose turn is next."""

    lines: list[CampaignLine]
    more: bool
    states: list[Counted]
    late: Figure | None
    to_invite: list[Figure]


async def campaigns(desk: Desk, asked: Topic, campaign: CampaignId | None = None) -> Campaigns:
    """Campaigns in view with their state, invitations and checklist: all of them, or how one of them is doing and who
    is to be invited next."""
    known = await in_view(desk.reader, desk.scope, desk.today)
    found = meant(asked, known, campaign)
    progress = [await _progress(desk, one) for one in found[:SHOWN]]
    lines = [_line(desk, one, so_far) for one, so_far in zip(found, progress, strict=False)]
    if len(found) != 1:
        return Campaigns(lines, len(found) > SHOWN, [], None, [])
    (one,), (so_far,) = found, progress
    source = f"campaign_target?campaign={one.campaign.id}"
    states = [
        Counted(
            desk.ledger.label(state, "invitation_state"),
            desk.ledger.number(one.campaign.id, f"in_{state}", so_far.states[state], "count", f"{source}&{state}"),
        )
        for state in InvitationState
        if so_far.states.get(state)
    ]
    late = sum(not item.done_on and item.due_on is not None and item.due_on < desk.today for item in so_far.items)
    return Campaigns(
        lines,
        False,
        states,
        desk.ledger.number(one.campaign.id, "late_items", late, "count", f"campaign_item?campaign={one.campaign.id}"),
        await _to_invite(desk, one),
    )


async def _progress(desk: Desk, known: Known) -> Progress:
    return await desk.reader.together(lambda lookups: progress_of(lookups, known.campaign))


def _line(desk: Desk, known: Known, so_far: Progress) -> CampaignLine:
    ledger, id = desk.ledger, known.campaign.id
    targets, left = f"campaign_target?campaign={id}", sum(item.done_on is None for item in so_far.items)
    accepted = so_far.states.get(InvitationState.ACCEPTED, 0)
    return CampaignLine(
        head=head_of(ledger, known),
        members=ledger.number(id, "members", so_far.members, "count", targets),
        reached=ledger.number(id, "reached", so_far.reached, "count", f"{targets}&reached"),
        accepted=ledger.number(id, "accepted", accepted, "count", f"{targets}&accepted"),
        left=ledger.number(id, "open_items", left, "count", f"campaign_item?campaign={id}&open"),
    )


async def _to_invite(desk: Desk, known: Known) -> list[Figure]:
    waiting: Sequence[Customer] = await desk.reader.scalars(
        select(Customer)
        .join(CampaignTarget, CampaignTarget.customer_id == Customer.id)
        .where(CampaignTarget.campaign_id == known.campaign.id, CampaignTarget.state == InvitationState.TO_INVITE)
        .order_by(Customer.id)
        .limit(NEXT)
    )
    return [desk.ledger.customer(one) for one in waiting]
