"""Offers made to customers and what came of them, within campaigns and outside."""

from datetime import date
from decimal import Decimal
from functools import cache
from random import Random

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import CustomerKind, OfferState, ProductKind, Tier
from knowledge.crm.demo.catalogue import catalogue
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.tables import Campaign, CampaignTarget, Offer

_OFFERED = ("P-TD12", "P-TD36", "P-W-180", "P-W-365", "P-F-BOND", "P-C-GOLD", "P-I-HEALTH", "P-M-ACCUM", "P-L-CONS")
_LONE_OFFERS = 420
_CONTROL_SHARE = 0.15


@dataclass(frozen=True, config=STRICT)
class CampaignPlan:
    """`starts` and `ends` are days relative to the as-of date."""

    id: str
    unit: str
    product: str
    theme: str
    method: str
    starts: int
    ends: int
    cost: Decimal
    tiers: list[Tier]
    size: int


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
    making.sheets.add(
        Campaign, id=plan.id, unit_id=plan.unit, product_id=plan.product, theme=plan.theme, method=plan.method,
        starts_on=first, ends_on=last, cost=plan.cost, currency="CNY",
    )  # fmt: skip
    fitting = [each for each in people if each.branch_id == plan.unit and each.tier in plan.tiers and each.manager_id]
    for client in rng.sample(fitting, min(plan.size, len(fitting))):
        control, invited = rng.random() < _CONTROL_SHARE, rng.random() < 0.8
        state = "control" if control else "invited" if invited else "selected"
        making.sheets.add(CampaignTarget, campaign_id=plan.id, customer_id=client.id, control=control, state=state)
        if state == "invited":
            day = period.day_in(rng, max(first, client.since), min(last, period.ago(1)))
            write_offer(making, client, plan.product, day, _outcome(rng, client, plan.product, plan.ends > 0), plan.id)


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
