"""Campaigns as the store has them: which there are, how far their invitations are, and what is counted for a review."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import and_, or_, select

from assistant.care.campaign_review import Tally
from assistant.care.campaign_rules import campaign_rules, state_of
from knowledge.crm.campaign import Campaign, CampaignGroup, CampaignItem, CampaignTarget
from knowledge.crm.codes import CampaignState, InvitationState, OfferState, Role
from knowledge.crm.money import Money
from knowledge.crm.scope import Scope
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Offer, Product

TREATED, CONTROL = "treated", "control"
"""The groups of a campaign that is made here; where a bank names none, its members fall into the same two."""
REACHED = frozenset(
    {
        InvitationState.INVITED,
        InvitationState.ACCEPTED,
        InvitationState.DECLINED,
        InvitationState.ATTENDED,
        InvitationState.NO_ANSWER,
    }
)
MOST = 100
"""Campaigns that are looked through, the newest first."""
_ORDER = (CampaignState.RUNNING, CampaignState.DRAFT, CampaignState.CLOSED)


@dataclass(frozen=True)
class Known:
    """A campaign in view, with its product and the state in which it is today."""

    campaign: Campaign
    product: Product | None
    state: CampaignState


@dataclass(frozen=True)
class Progress:
    """How far a campaign is: its members in view by state, and its checklist in order of days."""

    states: Mapping[InvitationState, int]
    items: Sequence[CampaignItem]

    @property
    def members(self) -> int:
        return sum(self.states.values())

    @property
    def reached(self) -> int:
        return sum(self.states.get(state, 0) for state in REACHED)


def campaigns_in_view(lookups: Lookups, scope: Scope, today: date) -> list[Known]:
    """Campaigns that the asker made, that are of their units, or that address customers in view: what runs first."""
    if scope.role is Role.SERVICE_DESK:
        return []
    addressed = select(CampaignTarget.campaign_id)
    theirs = or_(
        Campaign.owner_id == scope.employee_id, Campaign.unit_id.in_(scope.unit_ids), Campaign.id.in_(addressed)
    )
    found = select(Campaign, Product).outerjoin(Product, Product.id == Campaign.product_id)
    newest = found.order_by(Campaign.starts_on.desc(), Campaign.id).limit(MOST)
    rows = lookups.rows(newest if scope.role is Role.HEAD_OFFICE else newest.where(theirs))
    known = [Known(campaign, product, state_of(campaign, today)) for campaign, product in rows]
    return sorted(known, key=lambda one: _ORDER.index(one.state))


def progress_of(lookups: Lookups, campaign: Campaign) -> Progress:
    targets = lookups.scalars(select(CampaignTarget.state).where(CampaignTarget.campaign_id == campaign.id))
    return Progress(Counter(map(InvitationState, targets)), items_of(lookups, campaign))


def items_of(lookups: Lookups, campaign: Campaign) -> Sequence[CampaignItem]:
    """The checklist in the order of its days; what has none comes last."""
    found = select(CampaignItem).where(CampaignItem.campaign_id == campaign.id)
    return lookups.scalars(found.order_by(CampaignItem.due_on.is_(None), CampaignItem.due_on, CampaignItem.id))


def tallies_of(lookups: Lookups, campaign: Campaign, today: date, *, sees_all: bool) -> list[Tally]:
    """What a review counts, group by group, the control last.

    A product counts as taken by an accepted offer or an account in the days of the campaign and a while after, whether
    the customer was invited or not: the held-out are measured as the treated are. `sees_all` says that nobody is out of
    the reader's view; else a campaign whose bank names no groups cannot tell how many there are.
    """
    targets = lookups.scalars(select(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id))
    groups = {
        one.name: one for one in lookups.scalars(select(CampaignGroup).where(CampaignGroup.campaign_id == campaign.id))
    }
    members: dict[str, list[CampaignTarget]] = defaultdict(list)
    for target in targets:
        members[_group_name(target, groups)].append(target)
    took = _took(lookups, campaign, today)
    won = _won(lookups, campaign)
    names = sorted({*groups, *members}, key=lambda name: (_is_control(name, groups), name))
    return [_tally(name, members.get(name, []), groups, campaign, took, won, sees_all=sees_all) for name in names]


def _group_name(target: CampaignTarget, groups: Mapping[str, CampaignGroup]) -> str:
    if target.group_name in groups:
        return str(target.group_name)
    return target.group_name or (CONTROL if target.control else TREATED)


def _is_control(name: str, groups: Mapping[str, CampaignGroup]) -> bool:
    return groups[name].control if name in groups else name == CONTROL


def _tally(
    name: str, members: Sequence[CampaignTarget], groups: Mapping[str, CampaignGroup], campaign: Campaign,
    took: frozenset[str] | None, won: Mapping[str, Mapping[str, Decimal]], *, sees_all: bool,
) -> Tally:  # fmt: skip
    group, control = groups.get(name), _is_control(name, groups)
    ids = {one.customer_id for one in members}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for id in ids:
        for currency, amount in won.get(id, {}).items():
            sums[currency] += amount
    states = Counter(one.state for one in members)
    unseen = 0 if sees_all else 1
    return Tally(
        name=name,
        control=control,
        size=len(ids),
        whole_size=max(group.size, len(ids)) if group else len(ids) + unseen,
        unscreened=sum(one.screened_on is None for one in members),
        reached=sum(states[state] for state in REACHED),
        accepted=states[InvitationState.ACCEPTED],
        took=None if took is None else len(ids & took),
        won=sums,
        cost=_cost(group, control, groups, campaign),
    )


def _cost(
    group: CampaignGroup | None, control: bool, groups: Mapping[str, CampaignGroup], campaign: Campaign
) -> Money | None:
    """The group's own cost; where the bank names no groups, all that the campaign cost is the treated ones'."""
    if group:
        return None if group.cost is None else Money(group.cost, group.currency)
    if groups or control or campaign.cost is None:
        return None
    return Money(campaign.cost, campaign.currency)


def _took(lookups: Lookups, campaign: Campaign, today: date) -> frozenset[str] | None:
    """Members who took the product in time; None for a campaign without one."""
    if campaign.product_id is None:
        return None
    last = min(today, (campaign.ends_on or today) + timedelta(days=campaign_rules().after_days))
    of_members = select(CampaignTarget.customer_id).where(CampaignTarget.campaign_id == campaign.id)
    opened = select(Account.customer_id).where(
        Account.customer_id.in_(of_members),
        Account.product_id == campaign.product_id,
        Account.opened_on.between(campaign.starts_on, last),
    )
    in_time = Offer.offered_on.between(campaign.starts_on, last)
    accepted = select(Offer.customer_id).where(
        Offer.customer_id.in_(of_members),
        Offer.product_id == campaign.product_id,
        Offer.state == OfferState.ACCEPTED,
        or_(and_(Offer.campaign_id == campaign.id, Offer.offered_on <= today), in_time),
    )
    return frozenset(lookups.scalars(opened)) | frozenset(lookups.scalars(accepted))


def _won(lookups: Lookups, campaign: Campaign) -> dict[str, dict[str, Decimal]]:
    """What accepted offers of the campaign are worth, by customer and currency."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for offer in lookups.scalars(
        select(Offer).where(Offer.campaign_id == campaign.id, Offer.state == OfferState.ACCEPTED)
    ):
        if offer.amount is not None and offer.currency is not None:
            sums[offer.customer_id][offer.currency] += offer.amount
    return sums
