"""A campaign that is started or closed, and what it cost."""

from collections.abc import Mapping
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.care.campaign_rules import state_of
from assistant.errors import Outdated
from assistant.grounding import figures
from assistant.proposals.make_campaign import Id, Sum
from assistant.proposals.running_campaign import own_campaign
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.campaign import Campaign, CampaignGroup
from knowledge.crm.codes import CampaignState
from knowledge.crm.store import Reader
from prompts import proposal_words, word

NEXT: Mapping[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.RUNNING, CampaignState.CLOSED}),
    CampaignState.RUNNING: frozenset({CampaignState.RUNNING, CampaignState.CLOSED}),
    CampaignState.CLOSED: frozenset({CampaignState.CLOSED}),
}
"""What may become of a campaign; what stays as it is gets a cost."""


class SettleCampaign(Write):
    """`cost` is what the campaign has cost so far, all of it the treated ones', in the campaign's currency."""

    kind: ClassVar[str] = "settle_campaign"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("state", "code", editable=True, vocabulary="campaign_state", codes=("running", "closed")),
        Field("cost", "line", editable=True),
    )

    campaign: Id
    state: CampaignState
    cost: Sum | None = None

    async def describe(self, reader: Reader, language: str) -> str:
        """Campaign “Gold week”: closed, cost CN¥28,000.00."""
        campaign = await reader.get(Campaign, self.campaign)
        if campaign is None:
            raise Outdated(reason=f"there is no campaign {self.campaign}")
        values = {"theme": campaign.theme, "state": word("campaign_state", self.state, language)}
        if self.cost is None:
            return proposal_words(self.kind, "summary", language, values)
        cost = figures.money(self.cost, campaign.currency, language)
        return proposal_words(self.kind, "summary_cost", language, values | {"cost": cost})

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises Outdated where the confirmer does not run it, or it cannot become that."""
        campaign = await own_campaign(session, context, self.campaign)
        now = state_of(campaign, context.today)
        if self.state not in NEXT[now] or (self.state is now and self.cost is None):
            raise Outdated(reason=f"the campaign is {now} already")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        campaign = await own_campaign(session, context, self.campaign)
        campaign.state = self.state
        if self.cost is not None:
            campaign.cost = self.cost
            of_campaign = select(CampaignGroup).where(CampaignGroup.campaign_id == campaign.id)
            treated = [group for group in await session.scalars(of_campaign) if not group.control]
            if len(treated) == 1:
                treated[0].cost = self.cost
        return {"campaign": campaign.id}
