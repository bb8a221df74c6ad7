"""What a customer needs now: signals in their accounts, bookings, events and interests. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from assistant.recommend.circumstances import Circumstances, Held
from assistant.recommend.ranking_rules import NeedCode, NeedRule, RankingRules
from knowledge.crm.codes import ProductKind
from knowledge.crm.insights import InsightEvent
from knowledge.crm.tables import Transaction

BOUND = (ProductKind.TERM_DEPOSIT, ProductKind.WEALTH)
EVENTS = {
    "idle_balance": NeedCode.IDLE_BALANCE,
    "money_to_other_bank": NeedCode.MONEY_TO_OTHER_BANK,
    "large_withdrawal": NeedCode.LIFE_EVENT,
}
"""Events of the measures that tell of a need."""


@dataclass(frozen=True)
class Need:
    """One need, with the row that tells of it: an account that ends, a booking, an event, or an interest."""

    code: NeedCode
    rule: NeedRule
    row: Held | Transaction | InsightEvent | str

    def pull(self, kind: str) -> Decimal:
        """How much it asks for a product of that kind, 0 to 1: the first kind the most."""
        if kind not in self.rule.kinds:
            return Decimal(0)
        place = self.rule.kinds.index(ProductKind(kind))
        return self.rule.strength * (1 - Decimal(place) / 10)


def needs_of(
    circumstances: Circumstances,
    inflows: Sequence[Transaction],
    events: Sequence[InsightEvent],
    rules: RankingRules,
    today: date,
) -> list[Need]:
    """The needs, the strongest first, at most one of each kind: the nearest end, the largest inflow, the newest event.

    A withdrawal counts as a life event only where its purpose is known.
    """
    found: dict[NeedCode, Held | Transaction | InsightEvent | str] = {}
    last = today + timedelta(days=rules.maturing_days)
    ending = [
        (one.account.matures_on, -one.value, one.account.id, one)
        for one in circumstances.held
        if one.account.kind in BOUND and one.account.matures_on and today <= one.account.matures_on <= last
    ]
    if ending:
        found[NeedCode.MATURING] = min(ending, key=lambda each: each[:3])[-1]
    if inflows:
        found[NeedCode.INFLOW] = max(inflows, key=lambda one: (one.amount, one.booked_on, one.id))
    for event in sorted(events, key=lambda one: (one.day, one.amount or 0)):
        code = EVENTS.get(event.kind)
        if code and (code is not NeedCode.LIFE_EVENT or event.detail):
            found[code] = event
    for interest in circumstances.customer.interests:
        if interest in rules.interests:
            found[NeedCode.INTEREST] = interest
    needs = [Need(code, rules.needs[code], row) for code, row in found.items()]
    return sorted(needs, key=lambda need: (-need.rule.strength, list(NeedCode).index(need.code)))
