"""Campaigns: what for, in which groups, whom they address, what has to be ready, and what came of the invitations.

What an invitation led to is an `Offer` of the campaign.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.money import Rate
from knowledge.crm.tables import Base, Code, Currency, Id


class Campaign(Base):
    """An action of the bank for a group of customers and a product.

    `method` is a code of `CampaignMethod`, `frequency` one of `Frequency`, `state` one of `CampaignState`; where a bank
    tells no state, its days do. `budget` is what may be spent, `cost` what was, in `currency`. `held_out` is the share
    of the members, in percent, that is not addressed so that the effect can be measured.
    """

    __tablename__ = "campaign"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    product_id: Mapped[str | None] = mapped_column(ForeignKey("product.id"))
    theme: Mapped[str]
    method: Mapped[str | None] = mapped_column(Code)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    cost: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(Currency)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    frequency: Mapped[str | None] = mapped_column(Code)
    state: Mapped[str | None] = mapped_column(Code)
    budget: Mapped[Decimal | None]
    held_out: Mapped[Decimal | None] = mapped_column(Rate)


class CampaignGroup(Base):
    """A part of a campaign's members with a cost of its own. `size` is how many there are, in view or not."""

    __tablename__ = "campaign_group"
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    control: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int]
    budget: Mapped[Decimal | None]
    cost: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(Currency)


class CampaignTarget(Base):
    """A customer selected for a campaign; `control` ones are left out on purpose, to measure its effect.

    `state` is a code of `InvitationState`. `group_name` is the name of one of the campaign's groups. `screened_on` is
    the day on which the rules of suitability let the customer through; None where nobody asked them.
    """

    __tablename__ = "campaign_target"
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), primary_key=True, index=True)
    control: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(Code)
    group_name: Mapped[str | None] = mapped_column(Id)
    screened_on: Mapped[date | None]
    invited_on: Mapped[date | None]
    answered_on: Mapped[date | None]


class CampaignItem(Base):
    """Something that has to be ready for a campaign: who sees to it, by when, and when it was done."""

    __tablename__ = "campaign_item"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    title: Mapped[str]
    employee_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    __table_args__ = (Index(None, "campaign_id"),)
