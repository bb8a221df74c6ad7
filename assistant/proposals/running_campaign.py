"""The campaign that a write is about, as it stands when it is confirmed."""

from sqlalchemy.ext.asyncio import AsyncSession

from assistant.care.campaign_rules import state_of
from assistant.errors import Outdated
from assistant.proposals.write import Context
from knowledge.crm.campaign import Campaign
from knowledge.crm.codes import CampaignState, Role


async def campaign_of(session: AsyncSession, id: str) -> Campaign:
    """Raises Outdated where there is none."""
    found = await session.get(Campaign, id)
    if found is None:
        raise Outdated(reason=f"there is no campaign {id}")
    return found


async def own_campaign(session: AsyncSession, context: Context, id: str) -> Campaign:
    """The campaign, for who made it and for those who lead its unit. Raises Outdated for anybody else."""
    found = await campaign_of(session, id)
    leads = context.scope.role in (Role.BRANCH, Role.HEAD_OFFICE) and found.unit_id in context.scope.unit_ids
    if found.owner_id != context.employee_id and not leads:
        raise Outdated(reason="only who made the campaign or leads its unit may change it")
    return found


async def running_campaign(session: AsyncSession, context: Context, id: str) -> Campaign:
    """The campaign, if it is running. Raises Outdated where it is a draft or closed."""
    found = await campaign_of(session, id)
    state = state_of(found, context.today)
    if state is not CampaignState.RUNNING:
        raise Outdated(reason="the campaign is closed" if state is CampaignState.CLOSED else "it has not been started")
    return found
