"""The rules of ranking, as data with a version: weights, signals, and what is not offered again."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt

from knowledge.crm.codes import ProductKind


class NeedCode(StrEnum):
    """What a customer may need now. Each has a sentence in `prompts/needs.yaml`."""

    MATURING = "maturing"
    MONEY_TO_OTHER_BANK = "money_to_other_bank"
    IDLE_BALANCE = "idle_balance"
    INFLOW = "inflow"
    LIFE_EVENT = "life_event"
    INTEREST = "interest"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Weights(_Part):
    need: Decimal
    alike: Decimal
    acceptance: Decimal


class NeedRule(_Part):
    """`kinds` are what the need asks for, the first the most; a need that `keeps` is about money that may leave."""

    strength: Decimal
    keeps: bool
    kinds: tuple[ProductKind, ...]


class RankingRules(_Part):
    """The content of `ranking.yaml`; its comments say what each means."""

    version: str
    weights: Weights
    same_kind: Decimal
    shown: PositiveInt
    telling_share: Decimal
    rejected_days: PositiveInt
    offered_days: PositiveInt
    maturing_days: PositiveInt
    recent_days: PositiveInt
    inflow: Decimal
    needs: Mapping[NeedCode, NeedRule]
    interests: Mapping[str, ProductKind]
    one_is_enough: frozenset[ProductKind]
    only_for_a_need: frozenset[ProductKind]


@cache
def ranking_rules() -> RankingRules:
    file = Path(__file__).with_name("ranking.yaml")
    return RankingRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
