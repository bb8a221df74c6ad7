"""A campaign as it was planned: its members, who of them is held out, and what has to be ready."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bounded
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.care.campaign_rules import CONSENTS
from assistant.care.campaigns import CONTROL, TREATED
from assistant.care.holding_out import held_out
from assistant.errors import BadChange, Outdated, UnknownProduct
from assistant.grounding import figures
from assistant.grounding.ledger import Ledger
from assistant.proposals.write import Context, Field, Write
from assistant.recommend.gate import Gate
from assistant.recommend.target_list import still_free
from knowledge.crm.campaign import Campaign, CampaignGroup, CampaignItem, CampaignTarget
from knowledge.crm.codes import CampaignMethod, CampaignState, Frequency, InvitationState
from knowledge.crm.scope import visible_rows
from knowledge.crm.store import Reader, WithinWriting
from knowledge.crm.tables import Customer, Product
from prompts import proposal_words, word

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Sum = Annotated[Decimal, Bounded(ge=0, max_digits=15, decimal_places=2)]
NAMED = 5
"""Customers whom a refusal names."""


class PlannedItem(BaseModel):
    """Something that has to be ready by that day."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Short
    due_on: date


class MakeCampaign(Write):
    """`campaign` is the id that it gets, by which the held-out are drawn; `members` are all of them, in order of rank,
    and `held_out` the share in percent that is not addressed. `budget` is in `currency`."""

    kind: ClassVar[str] = "make_campaign"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("theme", "line", editable=True),
        Field("method", "code", editable=True, vocabulary="campaign_method", codes=tuple(CampaignMethod)),
        Field("frequency", "code", editable=True, vocabulary="frequency", codes=tuple(Frequency)),
        Field("starts_on", "day", editable=True),
        Field("ends_on", "day", editable=True),
        Field("budget", "line", editable=True),
        Field("currency", "line"),
        Field("held_out", "line"),
    )

    campaign: Id
    product: Id
    theme: Short
    method: CampaignMethod
    frequency: Frequency
    starts_on: date
    ends_on: date
    members: Annotated[tuple[Id, ...], Bounded(min_length=1, max_length=200)]
    held_out: Annotated[Decimal, Bounded(ge=0, le=90, decimal_places=4)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    budget: Sum | None = None
    items: tuple[PlannedItem, ...] = ()

    @property
    def control(self) -> frozenset[str]:
        return held_out(self.campaign, self.members, self.held_out)

    async def describe(self, reader: Reader, language: str) -> str:
        """Campaign “Structured deposit” by phone calls, from Nov 23 to Dec 23, 2026: 16 customers, 4 held out."""
        control = len(self.control)
        values = {
            "theme": self.theme,
            "method": word("campaign_method", self.method, language),
            "start": figures.day(self.starts_on, language),
            "end": figures.day(self.ends_on, language),
            "treated": str(len(self.members) - control),
            "control": str(control),
        }
        return proposal_words(self.kind, "summary", language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises BadChange for days that cannot be, UnknownProduct, and Outdated where a member is out of view or may
        no longer be addressed about the product by that method."""
        if self.starts_on < context.today:
            raise BadChange(field="starts_on", reason=f"{self.starts_on} is past")
        if self.ends_on < self.starts_on:
            raise BadChange(field="ends_on", reason=f"{self.ends_on} is before the start")
        if await session.get(Campaign, self.campaign):
            raise Outdated(reason="the campaign has been made already")
        product = await session.get(Product, self.product)
        if product is None:
            raise UnknownProduct(product=self.product)
        seen = visible_rows(context.scope)[Customer]
        found = await session.scalars(select(Customer).where(Customer.id.in_(self.members), seen))
        names = {one.id: one.name for one in found}
        gone = [id for id in self.members if id not in names]
        if gone:
            raise Outdated(reason=f"{len(gone)} of the customers are no longer in your view")
        gate, reads, consent = gate_of(session, context), WithinWriting(session), CONSENTS.get(self.method)
        free = await still_free(reads, gate, product, self.members, context.today, consent)
        held = [names[id] for id in self.members if id not in free]
        if held:
            more = ", ..." if len(held) > NAMED else ""
            raise Outdated(reason=f"it no longer suits or may not be offered now to {', '.join(held[:NAMED])}{more}")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        session.add(self._campaign(context))
        await session.flush()
        control = self.control
        session.add_all(self._groups(len(control)))
        await session.flush()
        for id in self.members:
            out = id in control
            session.add(
                CampaignTarget(
                    campaign_id=self.campaign,
                    customer_id=id,
                    control=out,
                    state=InvitationState.HELD_OUT if out else InvitationState.TO_INVITE,
                    group_name=CONTROL if out else TREATED,
                    screened_on=context.today,
                )
            )
        for item in self.items:
            session.add(
                CampaignItem(
                    id=uuid.uuid4().hex,
                    campaign_id=self.campaign,
                    title=item.title,
                    employee_id=context.employee_id,
                    due_on=item.due_on,
                )
            )
        return {"campaign": self.campaign}

    def _campaign(self, context: Context) -> Campaign:
        return Campaign(
            id=self.campaign,
            unit_id=context.scope.home or None,
            product_id=self.product,
            theme=self.theme,
            method=self.method,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            currency=self.currency,
            owner_id=context.employee_id,
            frequency=self.frequency,
            state=CampaignState.DRAFT,
            budget=self.budget,
            held_out=self.held_out,
        )

    def _groups(self, control: int) -> list[CampaignGroup]:
        """All that is planned to be spent is spent on the treated."""
        sizes: Mapping[str, int] = {TREATED: len(self.members) - control, CONTROL: control}
        return [
            CampaignGroup(
                campaign_id=self.campaign,
                name=name,
                control=name == CONTROL,
                size=size,
                budget=self.budget if name == TREATED else None,
                currency=self.currency,
            )
            for name, size in sizes.items()
            if size
        ]


def gate_of(session: AsyncSession, context: Context) -> Gate:
    """The gate, asked within the write for customers who are in the view of who confirms."""
    return Gate(WithinWriting(session), Ledger("en", context.today), context.rules)
