"""What has become of a campaign, as the asker tells it: an invitation, an item of the checklist, or the whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from assistant.care.campaign_figures import CampaignHead, head_of, in_view, meant, one_meant
from assistant.care.campaign_rules import CONSENTS
from assistant.care.campaigns import Known, items_of
from assistant.grounding.ledger import Figure
from assistant.proposals.settle_campaign import SettleCampaign
from assistant.proposals.settle_invitation import SettleInvitation
from assistant.proposals.settle_item import SettleItem
from assistant.recommend.target_list import why_not
from assistant.tools.desk import CampaignId, CustomerId, Desk, Told
from assistant.understanding.campaigning import (
    amount_of,
    campaign_state_of,
    campaigns_meant,
    invitation_of,
    is_undone,
    tells_of_cost,
)
from knowledge.crm.campaign import CampaignItem, CampaignTarget
from knowledge.crm.codes import CampaignMethod, CampaignState, InvitationState
from knowledge.crm.tables import Customer

SHOWN = 10


@dataclass(frozen=True)
class UpdatedCampaign:
    """`chosen` is the campaign that is meant; where it is not clear, `choices` are those that it may be.

    `name` is the customer whose invitation is told of: `is_held_out` where they are not to be invited, `held` why not
    today, `no_member` where they are in no running campaign. `item` is what stands on the checklist; `items` are those
    that may be meant.
    """

    chosen: CampaignHead | None = None
    choices: list[CampaignHead] = field(default_factory=list)
    name: Figure | None = None
    is_held_out: bool = False
    held: str | None = None
    no_member: bool = False
    item: Figure | None = None
    items: list[Figure] = field(default_factory=list)
    unclear: bool = False


async def update_campaign(
    desk: Desk, told: Told, customer: CustomerId | None = None, campaign: CampaignId | None = None
) -> UpdatedCampaign:
    """Proposes to note in a campaign that a customer was invited, accepted, declined, came or did not answer; that an
    item of its checklist is done; that it is started or closed, and what it cost. Nothing is written before the asker
    has said yes."""
    known = await in_view(desk.reader, desk.scope, desk.today)
    if customer is not None:
        return await _invitation(desk, told, await desk.customer(customer), known, campaign)
    found = await _items(desk, told, known, campaign)
    if found:
        return await _checklist(desk, told, found)
    return await _whole(desk, told, known, campaign)


async def _invitation(
    desk: Desk, told: str, customer: Customer, known: Sequence[Known], campaign: str | None
) -> UpdatedCampaign:
    name = desk.ledger.customer(customer)
    mine = select(CampaignTarget).where(CampaignTarget.customer_id == customer.id)
    targets = {one.campaign_id: one for one in await desk.reader.scalars(mine)}
    theirs = [one for one in known if one.campaign.id in targets and one.state is not CampaignState.CLOSED]
    running = [one for one in theirs if one.state is CampaignState.RUNNING] or theirs
    chosen = one_meant(told, running, campaign)
    if chosen is None:
        choices = [head_of(desk.ledger, one) for one in running[:SHOWN]]
        return UpdatedCampaign(choices=choices, name=name, no_member=not running)
    target, head = targets[chosen.campaign.id], head_of(desk.ledger, chosen)
    if target.control:
        return UpdatedCampaign(chosen=head, name=name, is_held_out=True)
    state = invitation_of(told)
    if state is None:
        return UpdatedCampaign(chosen=head, name=name, unclear=True)
    if target.state == InvitationState.TO_INVITE and (held := await _held(desk, chosen, customer)):
        return UpdatedCampaign(chosen=head, name=name, held=desk.ledger.label(held, "left_out"))
    amount = amount_of(told) if state is InvitationState.ACCEPTED else None
    write = SettleInvitation(
        campaign=chosen.campaign.id,
        customer=customer.id,
        state=state,
        amount=amount,
        currency=chosen.campaign.currency,
    )
    await desk.propose(write, customer.id)
    return UpdatedCampaign(chosen=head, name=name)


async def _held(desk: Desk, known: Known, customer: Customer) -> str | None:
    """Why the customer may not be invited today."""
    campaign = known.campaign
    if known.product is None:
        return None
    consent = CONSENTS.get(CampaignMethod(campaign.method)) if campaign.method else None
    return await why_not(desk.reader, desk.gate, known.product, customer.id, desk.today, consent, campaign.id)


async def _items(
    desk: Desk, told: str, known: Sequence[Known], campaign: str | None
) -> list[tuple[Known, CampaignItem]]:
    """The items that the words may mean: of the campaign spoken of where it has one, else of those not over."""
    spoken_of = [one for one in known if one.campaign.id == campaign]
    unfinished = [one for one in known if one.state is not CampaignState.CLOSED]
    for among in (spoken_of, unfinished, known):
        pairs = [(one, item) for one in among for item in await _checklist_of(desk, one)]
        found = campaigns_meant(told, [(pair[1].title, pair) for pair in pairs])
        if found:
            return found
    return []


async def _checklist_of(desk: Desk, known: Known) -> Sequence[CampaignItem]:
    return await desk.reader.together(lambda lookups: items_of(lookups, known.campaign))


async def _checklist(desk: Desk, told: str, found: Sequence[tuple[Known, CampaignItem]]) -> UpdatedCampaign:
    wanted = "open" if is_undone(told) else "done"
    waiting = [pair for pair in found if (pair[1].done_on is None) == (wanted == "done")]
    among = waiting or found
    titles = [desk.ledger.words(item.id, "title", item.title, f"campaign_item/{item.id}") for _, item in among[:SHOWN]]
    if len(among) > 1:
        return UpdatedCampaign(items=titles)
    known, item = among[0]
    if waiting:
        await desk.propose(SettleItem(item=item.id, state="open" if wanted == "open" else "done"))
    return UpdatedCampaign(chosen=head_of(desk.ledger, known), item=titles[0], unclear=not waiting)


async def _whole(desk: Desk, told: str, known: Sequence[Known], campaign: str | None) -> UpdatedCampaign:
    unfinished = [one for one in known if one.state is not CampaignState.CLOSED]
    state = campaign_state_of(told)
    cost = amount_of(told) if tells_of_cost(told) else None
    among = [one for one in unfinished if one.state is CampaignState.DRAFT] or unfinished
    if state is not CampaignState.RUNNING:
        among = unfinished if state else list(known)
    chosen = one_meant(told, among, campaign)
    if chosen is None:
        choices = [head_of(desk.ledger, one) for one in meant(told, among, None)[:SHOWN]]
        return UpdatedCampaign(choices=choices, unclear=not choices)
    head = head_of(desk.ledger, chosen)
    if state is None and cost is None:
        return UpdatedCampaign(chosen=head, unclear=True)
    await desk.propose(SettleCampaign(campaign=chosen.campaign.id, state=state or chosen.state, cost=cost))
    return UpdatedCampaign(chosen=head)
