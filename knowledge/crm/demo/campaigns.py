"""Offers made to customers and what came of them, within campaigns and outside."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from pydantic.dataclasses import dataclass

from knowledge.crm.campaign import Campaign, CampaignGroup, CampaignItem, CampaignTarget
from knowledge.crm.codes import CampaignState, CustomerKind, InvitationState, OfferState, ProductKind, Tier
from knowledge.crm.demo.catalogue import catalogue
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.tables import Offer

_OFFERED = ("P-TD12", "P-TD36", "P-W-180", "P-W-365", "P-F-BOND", "P-C-GOLD", "P-I-HEALTH", "P-M-ACCUM", "P-L-CONS")
_LONE_OFFERS = 420
_CONTROL_SHARE = 0.15


_TREATED, _CONTROL = "treated", "control"
_ANSWERED = {
    OfferState.ACCEPTED: InvitationState.ACCEPTED,
    OfferState.REJECTED: InvitationState.DECLINED,
}


@dataclass(frozen=True, config=STRICT)
class ItemPlan:
    """`due` is in days before the campaign starts."""

    title: str
    employee: str
    due: int
    done: bool


@dataclass(frozen=True, config=STRICT)
class CampaignPlan:
    """`starts` and `ends` are days relative to the as-of date; `amounts` are what an accepted offer may be worth."""

    id: str
    unit: str
    owner: str
    product: str
    theme: str
    method: str
    frequency: str
    starts: int
    ends: int
    cost: Decimal
    budget: Decimal
    amounts: list[Decimal]
    tiers: list[Tier]
    size: int
    items: list[ItemPlan]

    @property
    def is_over(self) -> bool:
        return self.ends < 0


@dataclass(frozen=True, config=STRICT)
class CampaignWords:
    campaigns: list[CampaignPlan]
    reasons: dict[str, list[str]]


@cache
def campaign_words() -> CampaignWords:
    return read_words("campaigns.yaml", CampaignWords)


def make_campaigns(making: Making) -> None:
    people = [client for client in making.clients if client.kind is CustomerKind.PERSON and not client.closed_on]
    for plan in campaign_words().campaigns:
        _run(making, plan, people)
    rng = making.rng("offers")
    for client in rng.choices(people, k=_LONE_OFFERS):
        product_id = rng.choice(_OFFERED)
        day = making.period.ago(rng.randint(2, 500))
        start = making.period.ahead(catalogue()[product_id].start)
        if client.manager_id and day >= max(client.since, start):
            write_offer(
                making, client, product_id, day, _outcome(rng, client, product_id, day >= making.period.ago(20))
            )


def _run(making: Making, plan: CampaignPlan, people: list[Client]) -> None:
    rng, period = making.rng(plan.id), making.period
    first, last = period.ahead(plan.starts), period.ahead(plan.ends)
    state = CampaignState.CLOSED if plan.is_over else CampaignState.RUNNING
    making.sheets.add(
        Campaign, id=plan.id, unit_id=plan.unit, product_id=plan.product, theme=plan.theme, method=plan.method,
        starts_on=first, ends_on=last, cost=plan.cost, currency="CNY", owner_id=plan.owner, frequency=plan.frequency,
        state=state.value, budget=plan.budget, held_out=Decimal(str(_CONTROL_SHARE * 100)),
    )  # fmt: skip
    fitting = [each for each in people if each.branch_id == plan.unit and each.tier in plan.tiers and each.manager_id]
    members = rng.sample(fitting, min(plan.size, len(fitting)))
    in_control = 0
    for client in members:
        control, invited = rng.random() < _CONTROL_SHARE, rng.random() < 0.8
        in_control += control
        member = {
            "campaign_id": plan.id, "customer_id": client.id, "control": control,
            "group_name": _CONTROL if control else _TREATED,
        }  # fmt: skip
        if control or not invited:
            untouched = InvitationState.HELD_OUT if control else InvitationState.TO_INVITE
            making.sheets.add(CampaignTarget, **member, state=untouched.value)
            continue
        day = period.day_in(rng, max(first, client.since), min(last, period.ago(1)))
        outcome = _outcome(rng, client, plan.product, plan.ends > 0)
        write_offer(making, client, plan.product, day, outcome, plan.id)
        _write_invitation(making, plan, member, day, outcome)
    _write_groups(making, plan, len(members), in_control)
    _write_items(making, plan)


def _write_invitation(
    making: Making, plan: CampaignPlan, member: dict[str, object], day: date, outcome: OfferState
) -> None:
    """The member as invited on that day, and what the offer just written came to."""
    rng = making.rng(f"{plan.id}/{member['customer_id']}")
    silent = InvitationState.NO_ANSWER if plan.is_over else InvitationState.INVITED
    decided = outcome in _ANSWERED
    answered_on = min(day + timedelta(days=rng.randint(0, 9)), making.period.as_of) if decided else None
    making.sheets.add(
        CampaignTarget, **member, state=_ANSWERED.get(outcome, silent).value, invited_on=day, answered_on=answered_on
    )
    offer = making.sheets.sheet(Offer)[-1]
    offer["decided_on"] = answered_on
    if outcome is OfferState.ACCEPTED:
        offer |= {"amount": rng.choice(plan.amounts), "currency": "CNY"}


def _write_groups(making: Making, plan: CampaignPlan, members: int, in_control: int) -> None:
    for name, size in ((_TREATED, members - in_control), (_CONTROL, in_control)):
        control = name == _CONTROL
        making.sheets.add(
            CampaignGroup, campaign_id=plan.id, name=name, control=control, size=size, currency="CNY",
            budget=Decimal(0) if control else plan.budget, cost=Decimal(0) if control else plan.cost,
        )  # fmt: skip


def _write_items(making: Making, plan: CampaignPlan) -> None:
    for number, item in enumerate(plan.items, 1):
        due = making.period.ahead(plan.starts - item.due)
        making.sheets.add(
            CampaignItem, id=f"{plan.id}-{number}", campaign_id=plan.id, title=item.title, employee_id=item.employee,
            due_on=due, done_on=due if item.done else None,
        )  # fmt: skip


def _outcome(rng: Random, client: Client, product_id: str, recent: bool) -> OfferState:
    if recent and rng.random() < 0.5:
        return OfferState.OFFERED
    likely = _liking(client, product_id)
    return rng.choices((OfferState.ACCEPTED, OfferState.REJECTED), (likely, 100 - likely))[0]


def _liking(client: Client, product_id: str) -> int:
    """How likely the customer is to accept, in percent: what fits their tolerance, age, means and interests."""
    product, likely = catalogue()[product_id], 30
    tolerance = int(client.tolerance[1]) if client.tolerance else 1
    gap = int(product.risk[1]) - tolerance if product.risk else 0
    likely -= 14 * max(0, gap)
    likely += 8 if product.risk and gap == 0 else 0
    if product.kind is ProductKind.METAL:
        likely += 30 if "precious_metals" in client.interests else -12
    if product.kind is ProductKind.TERM_DEPOSIT:
        likely += 18 if client.retired else -6
    if product.kind in (ProductKind.CARD, ProductKind.LOAN):
        likely += -18 if client.retired else 8
    likely += 8 if product.kind in client.product_kinds else 0
    return min(85, max(4, likely))


def write_offer(
    making: Making, client: Client, product_id: str, day: date, state: OfferState, campaign_id: str | None = None
) -> None:
    """An offer; a rejected one has its reason in the customer's words."""
    reason = client.rng.choice(campaign_words().reasons[client.language]) if state is OfferState.REJECTED else None
    making.sheets.add(
        Offer, id=making.sheets.number("O", 5), customer_id=client.id, product_id=product_id,
        employee_id=client.manager_id, campaign_id=campaign_id, offered_on=day, state=state.value, reason=reason,
    )  # fmt: skip
