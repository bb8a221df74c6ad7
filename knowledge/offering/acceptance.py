"""How likely an offer is accepted: learnt from the bank's own offers, within campaigns and outside.

What is known of customer and product on the day of an offer is put beside what came of it; offers that wait for an
answer teach nothing. The model is that of the measures: gradient boosting (scikit-learn), calibrated.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

import numpy as np
from threadpoolctl import threadpool_limits

from knowledge.crm.codes import OfferState, ProductKind, Tier
from knowledge.insight.score_model import Features, Flags, Probabilities, ScoreModel, TooFewToLearn

KINDS = tuple(ProductKind)
TIERS = tuple(Tier)
NAMES = (
    "age", "income", "years", "tier", "tolerance", "product_kind", "risk", "risk_gap", "term_months", "rate",
    "held_products", "held_of_kind", "offers_accepted", "offers_rejected",
)  # fmt: skip
UNKNOWN = float("nan")
MANY = 100_000
"""Rows from which several threads are worth it."""


@dataclass(frozen=True)
class Taker:
    """A customer as offers are judged by. `opened` is when each product that they had was first opened, `offers` the
    days and outcomes of offers to them."""

    born: date | None
    income: float | None
    since: date | None
    tier: str | None
    tolerance: str | None
    opened: Mapping[str, date]
    offers: Sequence[tuple[date, str]]


@dataclass(frozen=True)
class Thing:
    """A product as offers are judged by. `rate` is in percent."""

    kind: str
    risk: str | None
    term_months: int | None
    rate: float | None


@dataclass(frozen=True)
class Made:
    """An offer with its outcome."""

    customer: str
    product: str
    day: date
    state: str


class Acceptance:
    """Probabilities that offers are accepted."""

    def __init__(self, takers: Mapping[str, Taker], things: Mapping[str, Thing]) -> None:
        self._takers, self._things = takers, things
        self._model: ScoreModel | None = None

    def learn(self, offers: Sequence[Made]) -> str | None:
        """Learns from offers that were answered. Returns why there is nothing to learn from, or None."""
        answered = [one for one in offers if one.state != OfferState.OFFERED and one.customer in self._takers]
        rows = self.inputs([(one.customer, one.product, one.day) for one in answered])
        accepted: Flags = np.array([one.state == OfferState.ACCEPTED for one in answered], dtype=np.bool_)
        try:
            with _one_thread(rows):
                self._model = ScoreModel(NAMES, ("product_kind",)).fit(rows, accepted)
        except TooFewToLearn as error:
            return str(error)
        return None

    def probabilities(self, asked: Sequence[tuple[str, str, date]]) -> Probabilities | None:
        """The probability of each (customer, product, day); None where nothing was learnt."""
        if self._model is None or not asked:
            return None
        rows = self.inputs(asked)
        with _one_thread(rows):
            return self._model.probabilities(rows)

    def inputs(self, asked: Sequence[tuple[str, str, date]]) -> Features:
        """What was known on each day, one row for each."""
        rows = [self._row(self._takers[customer], self._things[product], day) for customer, product, day in asked]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))

    def _row(self, taker: Taker, thing: Thing, day: date) -> list[float]:
        tolerance, risk = _rank(taker.tolerance), _rank(thing.risk)
        before = [state for on, state in taker.offers if on < day]
        held = [product for product, on in taker.opened.items() if on < day]
        return [
            _years(taker.born, day),
            UNKNOWN if taker.income is None else taker.income,
            _years(taker.since, day),
            float(TIERS.index(Tier(taker.tier))) if taker.tier else UNKNOWN,
            tolerance,
            float(KINDS.index(ProductKind(thing.kind))),
            risk,
            risk - tolerance,
            UNKNOWN if thing.term_months is None else float(thing.term_months),
            UNKNOWN if thing.rate is None else thing.rate,
            float(len(held)),
            float(sum(self._things[product].kind == thing.kind for product in held)),
            float(before.count(OfferState.ACCEPTED)),
            float(before.count(OfferState.REJECTED)),
        ]


def _one_thread(rows: Features) -> AbstractContextManager[object]:
    """On few rows the threads of the trees wait for one another longer than they work: 25 s instead of 1 s on a busy
    machine."""
    limits: AbstractContextManager[object] = threadpool_limits(1 if len(rows) < MANY else None)
    return limits


def _rank(scale: str | None) -> float:
    """R3 and C3 are 3."""
    return float(scale[1:]) if scale else UNKNOWN


def _years(since: date | None, day: date) -> float:
    return UNKNOWN if since is None else (day - since).days / 365.25
