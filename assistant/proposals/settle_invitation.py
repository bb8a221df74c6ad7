"""How far a campaign is with one of its members: invited, accepted, declined, came, or did not answer."""

import uuid
from typing import Annotated, ClassVar, Self

from pydantic import StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.care.campaign_rules import CONSENTS
from assistant.errors import Outdated, UnknownCustomer
from assistant.proposals.make_campaign import Id, Short, Sum, gate_of
from assistant.proposals.running_campaign import running_campaign
from assistant.proposals.write import Context, Field, Write
from assistant.recommend.target_list import why_not
from knowledge.crm.campaign import Campaign, CampaignTarget
from knowledge.crm.codes import CampaignMethod, InvitationState, OfferState
from knowledge.crm.store import Reader, WithinWriting
from knowledge.crm.tables import Customer, Offer, Product
from prompts import proposal_words, word

OFFERS = {InvitationState.ACCEPTED: OfferState.ACCEPTED, InvitationState.DECLINED: OfferState.REJECTED}
"""What an invitation in that state makes of its offer; in any other it is open."""
SETTLED = tuple(state for state in InvitationState if state is not InvitationState.HELD_OUT)


class SettleInvitation(Write):
    """`customer` is a member of `campaign`. An accepted offer may have an `amount` in `currency`, a declined one a
    `reason`."""

    kind: ClassVar[str] = "settle_invitation"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("state", "code", editable=True, vocabulary="invitation_state", codes=SETTLED),
        Field("amount", "line", editable=True),
        Field("currency", "line", editable=True),
        Field("reason", "line", editable=True),
    )

    campaign: Id
    customer: Id
    state: InvitationState
    amount: Sum | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    reason: Short | None = None

    @model_validator(mode="after")
    def _has_a_currency(self) -> Self:
        if self.amount is not None and self.currency is None:
            raise ValueError("an amount needs its currency")
        return self

    async def describe(self, reader: Reader, language: str) -> str:
        """Ana Roca in the campaign “Gold week”: accepted."""
        customer, campaign = await reader.get(Customer, self.customer), await reader.get(Campaign, self.campaign)
        if customer is None:
            raise UnknownCustomer(customer=self.customer)
        if campaign is None:
            raise Outdated(reason=f"there is no campaign {self.campaign}")
        state = word("invitation_state", self.state, language)
        return proposal_words(
            self.kind, "summary", language, {"name": customer.name, "theme": campaign.theme, "state": state}
        )

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, and Outdated where the campaign does not run, the customer is held out or no member,
        or, for whom it would be the invitation itself, may not be addressed today."""
        customer = await context.customer(session, self.customer)
        campaign = await running_campaign(session, context, self.campaign)
        target = await self._target(session)
        if target.control or target.state == InvitationState.HELD_OUT or self.state is InvitationState.HELD_OUT:
            raise Outdated(reason="the customer is held out of the campaign, for comparison")
        if target.state == self.state and self.state is not InvitationState.ACCEPTED:
            raise Outdated(reason="the invitation stands like that already")
        if target.state == InvitationState.TO_INVITE:
            await self._may_be_invited(session, context, campaign, customer)

    async def _may_be_invited(
        self, session: AsyncSession, context: Context, campaign: Campaign, customer: Customer
    ) -> None:
        product = await session.get(Product, campaign.product_id) if campaign.product_id else None
        if product is None:
            return
        consent = CONSENTS.get(CampaignMethod(campaign.method)) if campaign.method else None
        gate, reads = gate_of(session, context), WithinWriting(session)
        held = await why_not(reads, gate, product, customer.id, context.today, consent, campaign.id)
        if held:
            raise Outdated(reason=f"the customer may not be invited today: {word('left_out', held, 'en')}")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        target, campaign = await self._target(session), await running_campaign(session, context, self.campaign)
        today, answered = context.today, self.state not in (InvitationState.TO_INVITE, InvitationState.INVITED)
        target.state = self.state
        target.invited_on = None if self.state is InvitationState.TO_INVITE else target.invited_on or today
        target.answered_on = today if answered and self.state is not InvitationState.NO_ANSWER else None
        done = {"campaign": self.campaign, "customer": self.customer}
        if campaign.product_id is None:
            return done
        offer = await self._offer(session)
        if self.state is InvitationState.TO_INVITE:
            if offer:
                await session.delete(offer)
            return done
        if offer is None:
            offer = Offer(
                id=uuid.uuid4().hex,
                customer_id=self.customer,
                product_id=campaign.product_id,
                employee_id=context.employee_id,
                campaign_id=self.campaign,
                offered_on=today,
            )
            session.add(offer)
        self._note(offer, context)
        return done | {"offer": offer.id}

    def _note(self, offer: Offer, context: Context) -> None:
        """What came of the offer; what no longer holds is taken back."""
        state = OFFERS.get(self.state, OfferState.OFFERED)
        accepted = state is OfferState.ACCEPTED
        offer.state = state
        offer.decided_on = None if state is OfferState.OFFERED else context.today
        offer.amount = self.amount if accepted else None
        offer.currency = self.currency if accepted and self.amount is not None else None
        offer.reason = self.reason if state is OfferState.REJECTED else None

    async def _offer(self, session: AsyncSession) -> Offer | None:
        mine = select(Offer).where(Offer.campaign_id == self.campaign, Offer.customer_id == self.customer)
        return (await session.scalars(mine.order_by(Offer.offered_on.desc(), Offer.id).limit(1))).one_or_none()

    async def _target(self, session: AsyncSession) -> CampaignTarget:
        found = await session.get(CampaignTarget, (self.campaign, self.customer))
        if found is None:
            raise Outdated(reason="the customer is not in that campaign")
        return found
