"""In which order products that suit are offered. Pure: takes only what the gate has let through.

What the customer needs now, what people like them take and how likely an offer is accepted are added by the weights of
`ranking.yaml`. Needs about money that may leave come before all others; a second product of one kind counts for less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from assistant.recommend.gate import Recommendable
from assistant.recommend.needs import Need
from assistant.recommend.ranking_rules import RankingRules
from knowledge.crm.codes import OfferState
from knowledge.crm.product_score import ProductScore
from knowledge.crm.tables import Offer

HUNDRED = Decimal(100)


class Waiting(StrEnum):
    """Why a product that suits is not offered now. Each has a sentence in `prompts/needs.yaml`."""

    REJECTED_LATELY = "rejected_lately"
    OFFERED_LATELY = "offered_lately"


@dataclass(frozen=True)
class HeldBack:
    """A product that is not offered again yet, with the offer that says why."""

    recommendable: Recommendable
    why: Waiting
    offer: Offer


@dataclass(frozen=True)
class Ranked:
    """A product on the list: its score, the need that it answers best, and what is known of takers like them."""

    recommendable: Recommendable
    score: Decimal
    need: Need | None
    likeness: ProductScore | None

    @property
    def keeps(self) -> bool:
        """Whether it answers a need about money that may leave."""
        return self.need is not None and self.need.rule.keeps


def held_back(
    candidates: Sequence[Recommendable], offers: Sequence[Offer], rules: RankingRules, today: date
) -> list[HeldBack]:
    """Those that were refused, or offered without an answer yet, too short a time ago."""
    newest: dict[str, Offer] = {}
    for offer in sorted(offers, key=lambda one: (one.offered_on, one.id)):
        newest[offer.product_id] = offer
    found = []
    for one in candidates:
        last = newest.get(one.product.id)
        if last is None or last.offered_on > today:
            continue
        days = (today - last.offered_on).days
        if last.state == OfferState.REJECTED and days < rules.rejected_days:
            found.append(HeldBack(one, Waiting.REJECTED_LATELY, last))
        elif last.state == OfferState.OFFERED and days < rules.offered_days:
            found.append(HeldBack(one, Waiting.OFFERED_LATELY, last))
    return found


def rank(
    candidates: Sequence[Recommendable],
    needs: Sequence[Need],
    scores: Mapping[str, ProductScore],
    holds: frozenset[str],
    rules: RankingRules,
) -> list[Ranked]:
    """The products to offer, best first, as many as are shown. `scores` are by product, `holds` products and kinds
    that the customer has."""
    most = max((one.taken_alike for one in scores.values()), default=Decimal(0)) or Decimal(1)
    found = []
    for one in candidates:
        need = max(needs, key=lambda each: each.pull(one.product.kind), default=None)
        pull = need.pull(one.product.kind) if need else Decimal(0)
        likeness = scores.get(one.product.id)
        if is_idle(one, pull, holds, rules) or (not pull and likeness is None):
            continue
        alike = likeness.taken_alike / most if likeness else Decimal(0)
        likely = (likeness.acceptance or Decimal(0)) / HUNDRED if likeness else Decimal(0)
        weights = rules.weights
        score = weights.need * pull + weights.alike * alike + weights.acceptance * likely
        found.append(Ranked(one, score, need if pull else None, likeness))
    return _diverse(found, rules)


def is_idle(one: Recommendable, pull: Decimal, holds: frozenset[str], rules: RankingRules) -> bool:
    """Whether offering it makes no sense: they have it, or one of its kind is enough, or nobody needs it."""
    kind = one.product.kind
    enough = kind in rules.one_is_enough and (kind in holds or one.product.id in holds)
    return enough or (kind in rules.only_for_a_need and not pull)


def _diverse(found: Sequence[Ranked], rules: RankingRules) -> list[Ranked]:
    """The best one, then the best one of what is left, where each kind that is on the list already counts for less."""
    left, chosen = list(found), list[Ranked]()
    while left and len(chosen) < rules.shown:
        kinds = [one.recommendable.product.kind for one in chosen]

        def worth(one: Ranked, kinds: list[str] = kinds) -> tuple[bool, Decimal, str]:
            same = kinds.count(one.recommendable.product.kind)
            return (one.keeps, one.score - rules.same_kind * same, one.recommendable.product.id)

        best = max(left, key=worth)
        chosen.append(best)
        left.remove(best)
    return chosen
