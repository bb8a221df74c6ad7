"""What a campaign came to: conversion, cost per result, uplift, and how sure one may be of them. Nothing is read here.

Every member of a group counts, invited or not: whoever was to be invited and was not reached belongs to the group as
drawn (intention to treat). Else those who are easy to reach would make the treated look better than the held-out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import sqrt

from knowledge.crm.money import HUNDREDTH, Money

HUNDRED = Decimal(100)


class NoCost(StrEnum):
    """Why a group has no cost per result. The words for them stand under `no_cost`."""

    UNKNOWN = "unknown"
    NO_RESULT = "no_result"
    PARTLY_SEEN = "partly_seen"


class NoUplift(StrEnum):
    """Why the effect cannot be measured. The words for them stand under `no_uplift`."""

    NO_CONTROL = "no_control"
    NO_TREATED = "no_treated"
    NO_PRODUCT = "no_product"


class Telling(StrEnum):
    """What the uplift says. UNCLEAR: its interval holds zero; TOO_FEW: a group besides is too small to show much."""

    MORE = "more"
    LESS = "less"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Tally:
    """What is counted of one group: `size` members in view of `whole_size`, of whom `reached` were addressed,
    `accepted` agreed and `took` the product, invited or not; `unscreened` went in past the rules of suitability.

    `won` are the amounts of accepted offers by currency. `took` is None where there is no product to take.
    """

    name: str
    control: bool
    size: int
    whole_size: int
    unscreened: int
    reached: int
    accepted: int
    took: int | None
    won: Mapping[str, Decimal]
    cost: Money | None

    @property
    def results(self) -> int:
        """What the campaign is for: the product taken; where it has none, a yes to the invitation."""
        return self.accepted if self.took is None else self.took


@dataclass(frozen=True)
class Share:
    """A share in percent with the limits between which the true one lies."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class GroupReview:
    """`conversion` is None for an empty group. `cost_per_result` is None for the reason `no_cost`, and for the
    held-out, whose results nobody paid for."""

    tally: Tally
    conversion: Share | None
    cost_per_result: Money | None
    no_cost: NoCost | None


@dataclass(frozen=True)
class Uplift:
    """By how many percentage points more of the treated had a result than of the held-out."""

    difference: Share
    telling: Telling


@dataclass(frozen=True)
class Review:
    """`costs` and `won` are sums by currency: what is in different currencies is not added up."""

    groups: Sequence[GroupReview]
    uplift: Uplift | None
    no_uplift: NoUplift | None
    costs: Mapping[str, Decimal]
    won: Mapping[str, Decimal]


def review(tallies: Sequence[Tally], *, confidence: int, smallest: int) -> Review:
    """The review of a campaign's groups. `confidence` is in percent; groups below `smallest` are small."""
    uplift, no_uplift = _uplift(tallies, confidence, smallest)
    return Review(
        groups=[_of_group(tally, confidence) for tally in tallies],
        uplift=uplift,
        no_uplift=no_uplift,
        costs=_sums([{one.cost.currency: one.cost.amount} for one in tallies if one.cost]),
        won=_sums([one.won for one in tallies]),
    )


def wilson(successes: int, size: int, confidence: int) -> tuple[float, float]:
    """The limits of a proportion: Wilson's score interval without continuity correction (E. B. Wilson, Journal of the
    American Statistical Association 22, 1927). Raises ValueError for an empty group or more successes than members."""
    from scipy.stats import binomtest  # takes a second, and only reviews need it

    if not 0 <= successes <= size or not size:
        raise ValueError(f"{successes} of {size} is no proportion")
    found = binomtest(successes, size).proportion_ci(confidence / 100, method="wilson")
    return float(found.low), float(found.high)


def newcombe(successes: int, size: int, others: int, size_of_others: int, confidence: int) -> tuple[float, float]:
    """The limits of the difference of two independent proportions, the first less the second: the hybrid score interval
    without continuity correction, method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890.

    Raises ValueError as `wilson` does.
    """
    (low, high), (low_of_others, high_of_others) = (
        wilson(successes, size, confidence),
        wilson(others, size_of_others, confidence),
    )
    share, share_of_others = successes / size, others / size_of_others
    difference = share - share_of_others
    below = sqrt((share - low) ** 2 + (high_of_others - share_of_others) ** 2)
    above = sqrt((high - share) ** 2 + (share_of_others - low_of_others) ** 2)
    return difference - below, difference + above


def _of_group(tally: Tally, confidence: int) -> GroupReview:
    conversion = None
    if tally.size:
        limits = wilson(tally.results, tally.size, confidence)
        conversion = _share(Decimal(tally.results) / tally.size, limits)
    no_cost = None if tally.control else _no_cost(tally)
    per_result = None
    if tally.cost and no_cost is None and not tally.control:
        amount = (tally.cost.amount / tally.results).quantize(HUNDREDTH, ROUND_HALF_UP)
        per_result = Money(amount, tally.cost.currency)
    return GroupReview(tally, conversion, per_result, no_cost)


def _no_cost(tally: Tally) -> NoCost | None:
    if tally.cost is None:
        return NoCost.UNKNOWN
    if tally.size < tally.whole_size:
        return NoCost.PARTLY_SEEN
    return None if tally.results else NoCost.NO_RESULT


def _uplift(tallies: Sequence[Tally], confidence: int, smallest: int) -> tuple[Uplift | None, NoUplift | None]:
    treated, control = _pooled([t for t in tallies if not t.control]), _pooled([t for t in tallies if t.control])
    if not control[1]:
        return None, NoUplift.NO_CONTROL
    if not treated[1]:
        return None, NoUplift.NO_TREATED
    if any(tally.took is None for tally in tallies):
        return None, NoUplift.NO_PRODUCT
    limits = newcombe(*treated, *control, confidence)
    value = Decimal(treated[0]) / treated[1] - Decimal(control[0]) / control[1]
    return Uplift(_share(value, limits), _telling(limits, min(treated[1], control[1]) < smallest)), None


def _pooled(tallies: Sequence[Tally]) -> tuple[int, int]:
    return sum(tally.results for tally in tallies), sum(tally.size for tally in tallies)


def _telling(limits: tuple[float, float], small: bool) -> Telling:
    low, high = limits
    if low > 0:
        return Telling.MORE
    if high < 0:
        return Telling.LESS
    return Telling.TOO_FEW if small else Telling.UNCLEAR


def _share(value: Decimal, limits: tuple[float, float]) -> Share:
    low, high = (_percent(Decimal(limit)) for limit in limits)
    return Share(_percent(value), low, high)


def _percent(share: Decimal) -> Decimal:
    return (share * HUNDRED).quantize(HUNDREDTH, ROUND_HALF_UP)


def _sums(parts: Sequence[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for part in parts:
        for currency, amount in part.items():
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    return sums
