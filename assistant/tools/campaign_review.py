"""The review of a campaign: conversion, cost per result, and its effect against those who were held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.care.campaign_figures import CampaignHead, head_of, in_view, meant, one_meant
from assistant.care.campaign_review import GroupReview, Review, Share, Uplift, review
from assistant.care.campaign_rules import campaign_rules
from assistant.care.campaigns import CONTROL, TREATED, Known, tallies_of
from assistant.grounding.ledger import Figure, Ledger
from assistant.tools.desk import CampaignId, Desk, Topic
from knowledge.crm.codes import CampaignState, Role
from knowledge.crm.scope import Scope
from knowledge.crm.store import Reader

CHOICES = 10


@dataclass(frozen=True)
class Interval:
    """A share in percent, or a difference of shares in points, and the limits between which the true one lies."""

    value: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True)
class GroupLine:
    """One group. `whole_size` is set where not all members are in view; `unscreened` where some went in past the rules
    of suitability. `took` is None for a campaign without a product."""

    name: str
    control: bool
    size: Figure
    whole_size: Figure | None
    unscreened: Figure | None
    reached: Figure
    accepted: Figure
    took: Figure | None
    conversion: Interval | None
    won: list[Figure]
    cost: Figure | None
    cost_per_result: Figure | None
    no_cost: str | None


@dataclass(frozen=True)
class UpliftLine:
    difference: Interval
    telling: str


@dataclass(frozen=True)
class CampaignReview:
    """`chosen` is the campaign; None where it is not clear which is meant, and `choices` are those that it may be.

    `costs` and `won` are sums by currency, `several` says that there are several currencies. `is_open`: the campaign is
    not over, so the figures are of today.
    """

    chosen: CampaignHead | None
    choices: list[CampaignHead]
    is_open: bool
    groups: list[GroupLine]
    uplift: UpliftLine | None
    no_uplift: str | None
    costs: list[Figure]
    won: list[Figure]
    several: bool
    confidence: Figure | None
    after_days: Figure | None


async def campaign_review(desk: Desk, asked: Topic, campaign: CampaignId | None = None) -> CampaignReview:
    """What a campaign came to, group by group: size, reached, accepted, conversion with its interval, amount won, cost
    per result, and the uplift of the addressed against the held-out, or that the numbers are too small to tell."""
    known = await in_view(desk.reader, desk.scope, desk.today)
    chosen = one_meant(asked, known, campaign)
    if chosen is None:
        choices = [head_of(desk.ledger, one) for one in meant(asked, known, None)[:CHOICES]]
        return CampaignReview(None, choices, False, [], None, None, [], [], False, None, None)
    return await reviewed(desk.reader, desk.scope, desk.ledger, chosen)


async def reviewed(reader: Reader, scope: Scope, ledger: Ledger, known: Known) -> CampaignReview:
    """The review of that campaign with its Facts, over the members in the reader's view."""
    rules, campaign = campaign_rules(), known.campaign
    sees_all = scope.role is Role.HEAD_OFFICE
    tallies = await reader.together(lambda lookups: tallies_of(lookups, campaign, ledger.today, sees_all=sees_all))
    found = review(tallies, confidence=rules.confidence, smallest=rules.smallest)
    source = f"campaigns/rules/{rules.version}"
    return CampaignReview(
        chosen=head_of(ledger, known),
        choices=[],
        is_open=known.state is not CampaignState.CLOSED,
        groups=[_group(ledger, campaign.id, one) for one in found.groups],
        uplift=_uplift(ledger, campaign.id, found.uplift) if found.uplift else None,
        no_uplift=ledger.label(found.no_uplift, "no_uplift") if found.no_uplift else None,
        costs=_sums(ledger, campaign.id, "cost", found.costs, f"campaign_group?campaign={campaign.id}"),
        won=_sums(ledger, campaign.id, "won", found.won, f"offer?campaign={campaign.id}"),
        several=_has_several(found),
        confidence=ledger.percent("campaigns", "confidence", Decimal(rules.confidence), source),
        after_days=ledger.number("campaigns", "after_days", rules.after_days, "days", source),
    )


def _has_several(found: Review) -> bool:
    return len({*found.costs, *found.won}) > 1


def _group(ledger: Ledger, campaign: str, one: GroupReview) -> GroupLine:
    tally, subject = one.tally, f"{campaign}/{one.tally.name}"
    targets = f"campaign_target?campaign={campaign}&group={tally.name}"
    known = tally.name in (TREATED, CONTROL)
    partly = tally.whole_size > tally.size
    return GroupLine(
        name=ledger.label(tally.name, "campaign_group") if known else tally.name,
        control=tally.control,
        size=ledger.number(subject, "size", tally.size, "count", targets),
        whole_size=ledger.number(subject, "whole_size", tally.whole_size, "count", f"campaign_group/{subject}")
        if partly
        else None,
        unscreened=ledger.number(subject, "unscreened", tally.unscreened, "count", f"{targets}&unscreened")
        if tally.unscreened
        else None,
        reached=ledger.number(subject, "reached", tally.reached, "count", f"{targets}&reached"),
        accepted=ledger.number(subject, "accepted", tally.accepted, "count", f"{targets}&accepted"),
        took=ledger.number(subject, "took", tally.took, "count", f"{targets}&took") if tally.took is not None else None,
        conversion=_interval(ledger, subject, "conversion", one.conversion, targets) if one.conversion else None,
        won=_sums(ledger, subject, "won", tally.won, f"offer?campaign={campaign}&group={tally.name}"),
        cost=ledger.money(subject, "cost", tally.cost.amount, tally.cost.currency, f"campaign_group/{subject}")
        if tally.cost
        else None,
        cost_per_result=ledger.money(
            subject, "cost_per_result", one.cost_per_result.amount, one.cost_per_result.currency, targets
        )
        if one.cost_per_result
        else None,
        no_cost=ledger.label(one.no_cost, "no_cost") if one.no_cost else None,
    )


def _uplift(ledger: Ledger, campaign: str, found: Uplift) -> UpliftLine:
    source, share = f"campaign_target?campaign={campaign}", found.difference
    difference = Interval(
        value=ledger.points(campaign, "uplift", share.value, source),
        low=ledger.points(campaign, "uplift_low", share.low, source, beside_others=True),
        high=ledger.points(campaign, "uplift_high", share.high, source, beside_others=True),
    )
    return UpliftLine(difference, ledger.label(found.telling, "telling"))


def _interval(ledger: Ledger, subject: str, measure: str, share: Share, source: str) -> Interval:
    return Interval(
        value=ledger.percent(subject, measure, share.value, source),
        low=ledger.percent(subject, f"{measure}_low", share.low, source),
        high=ledger.percent(subject, f"{measure}_high", share.high, source),
    )


def _sums(ledger: Ledger, subject: str, measure: str, sums: Mapping[str, Decimal], source: str) -> list[Figure]:
    return [ledger.money(subject, measure, amount, currency, source) for currency, amount in sorted(sums.items())]
