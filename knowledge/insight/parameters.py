"""What the measures are computed with: the bank's own prices, costs and thresholds, as data with a version."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator

from knowledge.crm.codes import ProductKind, Tier
from knowledge.errors import InsightError

SHIPPED = Path(__file__).with_name("parameters.yaml")
Prices = dict[str, Decimal]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Costs(_Part):
    """What one contact, booking or account-year costs, in the bank's own currency; `other` is for the rest."""

    contact: Prices
    booking: Prices
    account: Prices


class Points(_Part):
    """Deposit points: one for each `amount` of average deposits a month, times the weight of its kind."""

    amount: Decimal
    demand: Decimal
    term: Decimal


class LargeWithdrawal(_Part):
    amount: Decimal
    share: Decimal


class IdleBalance(_Part):
    amount: Decimal
    months: PositiveInt


class NewPayee(_Part):
    amount: Decimal


class Parameters(_Part):
    """The content of `parameters.yaml`; its comments say what each means."""

    version: str
    currency: str
    exchange: Prices
    transfer_prices: dict[str, dict[int, Decimal]]
    costs: Costs
    default_chance: Prices
    lost_given_default: Decimal
    tiers: dict[Tier, Decimal]
    service_budget: dict[Tier, Decimal]
    contact_days: dict[Tier, PositiveInt]
    points: Points
    smallest_group: PositiveInt
    closest_estimate: Decimal
    large_withdrawal: LargeWithdrawal
    idle_balance: IdleBalance
    new_payee: NewPayee

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """What is missing here would silently drop rows from the measures."""
        kinds, tiers = set(ProductKind), set(Tier)
        needed: tuple[tuple[str, bool], ...] = (
            (f"exchange gives {self.currency} no rate of 1", self.exchange.get(self.currency) != 1),
            ("transfer_prices has no other", "other" not in self.transfer_prices),
            ("transfer_prices does not begin at 0 months", any(min(one) != 0 for one in self.transfer_prices.values())),
            ("costs has no other", "other" not in self.costs.contact or "other" not in self.costs.booking),
            ("costs.account lacks a kind of product", not kinds <= self.costs.account.keys()),
            ("default_chance has no unrated", "unrated" not in self.default_chance),
            ("a tier is missing", not all(tiers <= one.keys() for one in self._by_tier())),
        )
        for reason, wrong in needed:
            if wrong:
                raise ValueError(reason)
        return self

    def _by_tier(self) -> tuple[Mapping[Tier, object], ...]:
        return self.tiers, self.service_budget, self.contact_days


@cache
def read_parameters(path: Path = SHIPPED) -> Parameters:
    """The parameters of that file. Raises InsightError with the place of the mistake."""
    try:
        return Parameters.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InsightError(reason=f"{path.name}: {error}") from error
