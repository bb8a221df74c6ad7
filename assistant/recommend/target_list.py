"""Whom to address about a product: customers whom it suits, the likeliest and most valuable first.

Only what the gate lets through is on a list. Whoever refused or was offered the product lately, gave no consent, or has
had as many offers as the contact limits allow is left out and counted.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt
from sqlalchemy import and_, func, or_, select

from assistant.care.campaign_rules import state_of
from assistant.care.contact_limits import (
    HoldReason,
    contact_limits,
    first_day_of_limits,
    is_day_off,
    marketing_hold,
)
from assistant.care.working_days import WorkingDays, working_days
from assistant.recommend.circumstances import Circumstances
from assistant.recommend.gate import Assessed, Gate, Recommendable
from assistant.recommend.needs import EVENTS, Need, needs_of
from assistant.recommend.ranking import HUNDRED, Ranked, held_back, is_idle
from assistant.recommend.ranking_rules import RankingRules, ranking_rules
from assistant.recommend.rule_pack import Code, Verdict
from knowledge.crm.campaign import Campaign, CampaignTarget
from knowledge.crm.codes import DEPOSIT_KINDS, CampaignState, Consent, TransactionKind
from knowledge.crm.insights import InsightEvent
from knowledge.crm.product_score import ProductScore
from knowledge.crm.store import Lookups, ReadsTogether
from knowledge.crm.tables import Account, Contact, Customer, Offer, Product, Transaction

MONEY_IN = (TransactionKind.TRANSFER_IN, TransactionKind.CASH_IN)
NOT_NEEDED = "not_needed"
"""Why somebody whom a product suits is left out where they have it already, or nobody needs it."""
IN_CAMPAIGN = "in_campaign"
"""... and where they are in a campaign for it that is not over, addressed or held out."""
UNSUITABLE = "unsuitable"
"""Why a member of a campaign is not addressed whom its product does not suit any more."""


class Weights(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    need: Decimal
    acceptance: Decimal
    value: Decimal


class TargetRules(BaseModel):
    """The content of `target_list.yaml`; its comments say what each means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    default: PositiveInt
    most: PositiveInt
    examined: PositiveInt
    full_value: Decimal
    weights: Weights


@cache
def target_rules() -> TargetRules:
    file = Path(__file__).with_name("target_list.yaml")
    return TargetRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Target:
    """A customer on the list. `deposits` are what they hold, in the bank's own currency."""

    ranked: Ranked
    assessed: Assessed
    deposits: Decimal

    @property
    def customer(self) -> Customer:
        return self.assessed.circumstances.customer


@dataclass(frozen=True)
class Screened:
    """`in_view` customers, of whom `examined` were checked. `refused` counts those whom the product does not suit by
    every reason, `left_out` the others who are not addressed now by theirs; `suiting` is how many are left."""

    targets: Sequence[Target]
    in_view: int
    examined: int
    suiting: int
    unsuitable: int
    refused: Counter[Code]
    left_out: Counter[str]


@dataclass(frozen=True)
class _Rows:
    """What was read, by customer."""

    scores: dict[str, ProductScore]
    offers: dict[str, list[Offer]]
    inflows: dict[str, list[Transaction]]
    events: dict[str, list[InsightEvent]]
    with_colleague: frozenset[str]
    in_campaign: frozenset[str]


async def screened(
    reader: ReadsTogether, gate: Gate, product: Product, number: int, today: date, consent: Consent | None = None
) -> Screened:
    """The list of at most `number` customers within the reader's scope, in as many statements as for one customer;
    where they are to be addressed by a channel that needs its own `consent`, of those who gave that one."""
    in_view, ids = await reader.together(lambda lookups: _candidates(lookups, product, today))
    sieve = await _sift(reader, gate, product, ids, today, consent)
    targets = sorted(sieve.targets, key=lambda each: (-each.ranked.score, each.customer.id))
    return Screened(
        targets[:number],
        in_view,
        sieve.examined,
        len(targets),
        sieve.unsuitable,
        sieve.refused,
        Counter(sieve.held.values()),
    )


async def still_free(
    reader: ReadsTogether, gate: Gate, product: Product, ids: Sequence[str], today: date,
    consent: Consent | None = None,
) -> frozenset[str]:  # fmt: skip
    """Those of the customers whom the gate lets through today and who may be addressed about the product."""
    sieve = await _sift(reader, gate, product, ids, today, consent)
    return frozenset(target.customer.id for target in sieve.targets)


async def why_not(
    reader: ReadsTogether, gate: Gate, product: Product, customer: str, today: date, consent: Consent | None,
    in_campaign: str,
) -> str | None:  # fmt: skip
    """Why that member of a campaign may not be addressed today, as a code of `left_out`; None where they may be."""
    if is_day_off(today):
        return HoldReason.DAY_OFF.value
    sieve = await _sift(reader, gate, product, [customer], today, consent, in_campaign)
    return None if sieve.targets else sieve.held.get(customer, UNSUITABLE)


@dataclass(frozen=True)
class _Sieve:
    """Who got through, and why the others did not: `held` says why somebody whom it suits is not addressed now."""

    targets: list[Target]
    examined: int
    unsuitable: int
    refused: Counter[Code]
    held: dict[str, str]


async def _sift(
    reader: ReadsTogether, gate: Gate, product: Product, ids: Sequence[str], today: date, consent: Consent | None,
    in_campaign: str | None = None,
) -> _Sieve:  # fmt: skip
    rules = ranking_rules()
    assessed = {id: found[0] for id, found in (await gate.assessed_for(ids, [product])).items()}
    suit = [id for id, one in assessed.items() if one.recommendable]
    rows = await reader.together(lambda lookups: _read(lookups, suit, product, rules, today, in_campaign))
    refused = Counter(
        reason.code
        for one in assessed.values()
        if one.recommendable is None
        for reason in one.assessment.reasons
        if gate.rules.verdicts[reason.code] is Verdict.NOT_ALLOWED
    )
    held, targets = dict[str, str](), []
    for id, one in assessed.items():
        if one.recommendable is None:
            continue
        needs = _needs(one.circumstances, rows, rules, today)
        why = _held(one.recommendable, one.circumstances, needs, rows, rules, today, consent)
        if why:
            held[id] = why
        else:
            targets.append(_target(one, one.recommendable, needs, rows))
    return _Sieve(targets, len(assessed), len(assessed) - len(suit), refused, held)


def _candidates(lookups: Lookups, product: Product, today: date) -> tuple[int, list[str]]:
    """How many customers are in view, and the likeliest of them to accept."""
    staying = or_(Customer.closed_on.is_(None), Customer.closed_on > today)
    of_product = and_(
        ProductScore.customer_id == Customer.id, ProductScore.product_id == product.id, ProductScore.as_of <= today
    )
    ((number,),) = lookups.rows(select(func.count(Customer.id)).where(staying))
    likely = func.coalesce(ProductScore.acceptance, -1)
    found = lookups.rows(
        select(Customer.id)
        .outerjoin(ProductScore, of_product)
        .where(staying)
        .order_by(likely.desc(), Customer.id)
        .limit(target_rules().examined)
    )
    return number, [id for (id,) in found]


def _read(
    lookups: Lookups, ids: Sequence[str], product: Product, rules: RankingRules, today: date, in_campaign: str | None
) -> _Rows:
    since = today - timedelta(days=rules.recent_days)
    rows = _Rows(
        {}, defaultdict(list), defaultdict(list), defaultdict(list),
        _with_colleague(lookups, ids, today), _in_campaign(lookups, ids, product, today, in_campaign),
    )  # fmt: skip
    for score in lookups.scalars(
        select(ProductScore).where(
            ProductScore.customer_id.in_(ids), ProductScore.product_id == product.id, ProductScore.as_of <= today
        )
    ):
        rows.scores[score.customer_id] = score
    oldest = min(first_day_of_limits(today), today - timedelta(days=max(rules.rejected_days, rules.offered_days)))
    for offer in lookups.scalars(
        select(Offer).where(Offer.customer_id.in_(ids), Offer.offered_on >= oldest, Offer.offered_on <= today)
    ):
        rows.offers[offer.customer_id].append(offer)
    for customer, booking in lookups.rows(
        select(Account.customer_id, Transaction)
        .join(Account, Account.id == Transaction.account_id)
        .where(
            Account.customer_id.in_(ids), Transaction.booked_on > since, Transaction.booked_on <= today,
            Transaction.kind.in_(MONEY_IN), Transaction.amount >= rules.inflow,
        )
    ):  # fmt: skip
        rows.inflows[customer].append(booking)
    for event in lookups.scalars(
        select(InsightEvent).where(
            InsightEvent.customer_id.in_(ids), InsightEvent.kind.in_(EVENTS), InsightEvent.day > since,
            InsightEvent.day <= today, InsightEvent.as_of <= today,
        )
    ):  # fmt: skip
        rows.events[event.customer_id].append(event)
    return rows


def _with_colleague(lookups: Lookups, ids: Sequence[str], today: date) -> frozenset[str]:
    """Those with whom somebody else than their manager has just been in contact (standard contact-limits)."""
    since = datetime.combine(today - timedelta(days=contact_limits().colleague_days - 1), time.min)
    return frozenset(
        lookups.scalars(
            select(Contact.customer_id)
            .join(Customer, Customer.id == Contact.customer_id)
            .where(
                Contact.customer_id.in_(ids), Contact.at >= since,
                Contact.at < datetime.combine(today + timedelta(days=1), time.min),
                Contact.employee_id.is_not(None), Contact.employee_id != Customer.manager_id,
            )
        )
    )  # fmt: skip


def _in_campaign(
    lookups: Lookups, ids: Sequence[str], product: Product, today: date, but: str | None
) -> frozenset[str]:
    """Members of a campaign for the product that is not over. Its held-out above all: addressed, they would no longer
    show what comes without it."""
    rows = lookups.rows(
        select(CampaignTarget.customer_id, Campaign)
        .join(Campaign, Campaign.id == CampaignTarget.campaign_id)
        .where(CampaignTarget.customer_id.in_(ids), Campaign.product_id == product.id, Campaign.id != (but or ""))
    )
    return frozenset(id for id, campaign in rows if state_of(campaign, today) is not CampaignState.CLOSED)


def _needs(circumstances: Circumstances, rows: _Rows, rules: RankingRules, today: date) -> list[Need]:
    id = circumstances.customer.id
    return needs_of(circumstances, rows.inflows.get(id, []), rows.events.get(id, []), rules, today)


def _held(
    one: Recommendable, circumstances: Circumstances, needs: Sequence[Need], rows: _Rows, rules: RankingRules,
    today: date, consent: Consent | None,
) -> str | None:  # fmt: skip
    """Why somebody whom the product suits is not addressed about it now, as a code; None where they may be."""
    customer, offers = circumstances.customer, rows.offers.get(circumstances.customer.id, [])
    if waiting := held_back([one], offers, rules, today):
        return waiting[0].why.value
    pull = max((need.pull(one.product.kind) for need in needs), default=Decimal(0))
    holds = frozenset(
        name for held in circumstances.held for name in (held.account.kind, held.account.product_id or "") if name
    )
    if is_idle(one, pull, holds, rules):
        return NOT_NEEDED
    if customer.id in rows.in_campaign:
        return IN_CAMPAIGN
    if customer.id in rows.with_colleague:
        return HoldReason.COLLEAGUE.value
    day, calendar = _marketing_day(today)
    offered = [offer.offered_on for offer in offers if offer.offered_on >= first_day_of_limits(day)]
    given = frozenset(customer.consents) & {consent} if consent else frozenset(customer.consents)
    hold = marketing_hold(contact_limits(), calendar, day, given, offered)
    return hold.reason.value if hold else None


@cache
def _marketing_day(today: date) -> tuple[date, WorkingDays]:
    """The next day on which customers may be addressed: a list that is made on a Sunday is for the Monday."""
    day, calendar = today, working_days()
    while is_day_off(day):
        day += timedelta(days=1)
    return day, calendar


def _target(assessed: Assessed, one: Recommendable, needs: Sequence[Need], rows: _Rows) -> Target:
    rules, kind = target_rules(), one.product.kind
    need = max(needs, key=lambda each: each.pull(kind), default=None)
    pull = need.pull(kind) if need else Decimal(0)
    likeness = rows.scores.get(one.customer_id)
    likely = (likeness.acceptance or Decimal(0)) / HUNDRED if likeness else Decimal(0)
    deposits = sum(
        (held.value for held in assessed.circumstances.held if held.account.kind in DEPOSIT_KINDS), Decimal(0)
    )
    worth = min(max(deposits, Decimal(0)) / rules.full_value, Decimal(1))
    score = rules.weights.need * pull + rules.weights.acceptance * likely + rules.weights.value * worth
    return Target(Ranked(one, score, need if pull else None, likeness), assessed, deposits)
