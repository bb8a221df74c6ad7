"""Something on a campaign's checklist that is done, or is not after all."""

from typing import ClassVar, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated
from assistant.proposals.make_campaign import Id
from assistant.proposals.running_campaign import own_campaign
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.campaign import Campaign, CampaignItem
from knowledge.crm.store import Reader
from prompts import proposal_words, word


class SettleItem(Write):
    """`item` is an id on a checklist; `state` is what it is to be."""

    kind: ClassVar[str] = "settle_item"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("state", "code", editable=True, vocabulary="item_state", codes=("open", "done")),
    )

    item: Id
    state: Literal["open", "done"]

    async def describe(self, reader: Reader, language: str) -> str:
        """Checklist of “Gold week”: Book the venue – done."""
        item = await reader.get(CampaignItem, self.item)
        campaign = await reader.get(Campaign, item.campaign_id) if item else None
        if item is None or campaign is None:
            raise Outdated(reason=f"there is no item {self.item} on a checklist of yours")
        state = word("item_state", self.state, language)
        return proposal_words(
            self.kind, "summary", language, {"theme": campaign.theme, "title": item.title, "state": state}
        )

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises Outdated where it stands like that already, or is neither the confirmer's nor of a campaign that they
        run."""
        item = await self._item(session)
        if item.employee_id != context.employee_id:
            await own_campaign(session, context, item.campaign_id)
        if (item.done_on is not None) == (self.state == "done"):
            raise Outdated(reason=f"it is {self.state} already")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        item = await self._item(session)
        item.done_on = context.today if self.state == "done" else None
        return {"item": item.id, "campaign": item.campaign_id}

    async def _item(self, session: AsyncSession) -> CampaignItem:
        found = await session.get(CampaignItem, self.item)
        if found is None:
            raise Outdated(reason=f"there is no item {self.item}")
        return found
