"""A rule pack: which product suits which customer, as data with a version, so that another country can add its own."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, model_validator

from assistant.errors import RulePackError
from knowledge.crm.codes import CustomerKind, ProductKind, TransactionKind

FOLDER = Path(__file__).with_name("packs")
DEFAULT_PACK = "cn"


class Verdict(StrEnum):
    """What a check comes to, the best first."""

    ALLOWED = "allowed"
    WARNING = "warning"
    NOT_ALLOWED = "not_allowed"

    @property
    def severity(self) -> int:
        """0 for the best."""
        return list(Verdict).index(self)


class Risk(StrEnum):
    """Risk classes of products, least first."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"


class Tolerance(StrEnum):
    """Risk tolerance of customers, least first."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"


class Code(StrEnum):
    """What a check can find. Each has a sentence in `prompts/suitability.yaml` and a verdict in every pack."""

    RELATIONSHIP_ENDED = "relationship_ended"
    CUSTOMER_KIND = "customer_kind"
    NOT_YET_ON_SALE = "not_yet_on_sale"
    NO_LONGER_ON_SALE = "no_longer_on_sale"
    UNRATED = "unrated"
    TOLERANCE_CONTESTED = "tolerance_contested"
    NOT_ASSESSED = "not_assessed"
    ASSESSMENT_EXPIRED = "assessment_expired"
    RISK_ABOVE_TOLERANCE = "risk_above_tolerance"
    RISK_ABOVE_KIND = "risk_above_kind"
    LOSS_OF_INCOME = "loss_of_income"
    MINOR = "minor"
    AGE_UNKNOWN = "age_unknown"
    INVESTOR_CLASS = "investor_class"
    INEXPERIENCED = "inexperienced"
    BELOW_MINIMUM = "below_minimum"
    MINIMUM_ABOVE_MEANS = "minimum_above_means"
    AMOUNT_ABOVE_MEANS = "amount_above_means"
    NO_RATE = "no_rate"
    HORIZON_TOO_SHORT = "horizon_too_short"
    HORIZON_UNKNOWN = "horizon_unknown"
    RESERVE_TOO_SMALL = "reserve_too_small"
    ON_DEMAND_TOO_SMALL = "on_demand_too_small"
    SPENDING_UNKNOWN = "spending_unknown"
    CONCENTRATED = "concentrated"
    CONCENTRATED_TOGETHER = "concentrated_together"
    CONCENTRATION_WARNED = "concentration_warned"
    IN_ARREARS = "in_arrears"
    SECOND_CHECK = "second_check"
    ACCOMPANIED = "accompanied"
    TOLERANCE_JUMPED = "tolerance_jumped"
    CURRENCY = "currency"
    RISK_WITHIN_TOLERANCE = "risk_within_tolerance"
    NOT_INVESTED = "not_invested"


UNBENDING = frozenset(
    {
        Code.RELATIONSHIP_ENDED, Code.CUSTOMER_KIND, Code.NOT_YET_ON_SALE, Code.NO_LONGER_ON_SALE, Code.UNRATED,
        Code.TOLERANCE_CONTESTED,
        Code.NOT_ASSESSED, Code.ASSESSMENT_EXPIRED, Code.RISK_ABOVE_TOLERANCE, Code.MINOR, Code.INVESTOR_CLASS,
        Code.BELOW_MINIMUM, Code.AMOUNT_ABOVE_MEANS,
    }
)  # fmt: skip
"""Findings that no pack may soften."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AssessmentRule(_Part):
    """How long an assessment holds and how many count; None is no limit. `jump` is in classes."""

    days: PositiveInt
    a_day: PositiveInt | None
    in_a_year: PositiveInt | None
    jump: PositiveInt | None


class Ages(_Part):
    """Ages in years; None where there is no such rule."""

    adult: PositiveInt
    second_check: PositiveInt | None
    second_check_from: Risk
    accompanied: PositiveInt | None


class Reserve(_Part):
    """Months of usual spending that stay within reach."""

    months: NonNegativeInt
    on_demand_months: NonNegativeInt


class Concentration(_Part):
    """Most percent of the financial assets in one product of a class and above, and in all of a class and above."""

    one: PositiveInt
    one_from: Risk
    one_warned: PositiveInt
    together: PositiveInt
    together_from: Risk


class Spending(_Part):
    """Which bookings are usual spending; `below` is in the bank's own currency."""

    kinds: tuple[TransactionKind, ...]
    days: PositiveInt
    below: Decimal


class RulePack(_Part):
    """The content of a file of `packs/`, whose comments say what each part means.

    `standard` is the document of the library that the rules are taken from, `clauses` its clause for each finding.
    """

    code: str
    version: str
    standard: str | None
    invested: frozenset[ProductKind]
    invested_with_benchmark: frozenset[ProductKind]
    debts: frozenset[ProductKind]
    highest_risk: Mapping[Tolerance, Risk]
    own_rating_needed: bool
    assessment: AssessmentRule
    after_loss_of_income: Risk
    ages: Ages
    highest_risk_of_kind: Mapping[CustomerKind, Risk]
    experience_from: Risk | None
    reserve: Reserve
    concentration: Concentration
    spending: Spending
    maturing_days: NonNegativeInt
    verdicts: Mapping[Code, Verdict | None]
    clauses: Mapping[Code, str]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """A finding without a verdict would let products through in silence; so would a scale that falls."""
        missing = sorted(set(Code) - set(self.verdicts))
        soft = sorted(code for code in UNBENDING if self.verdicts.get(code) is not Verdict.NOT_ALLOWED)
        borne = [self.highest_risk.get(tolerance) for tolerance in Tolerance]
        if missing:
            raise ValueError(f"verdicts lack {', '.join(missing)}")
        if soft:
            raise ValueError(f"not to be softened: {', '.join(soft)}")
        if None in borne or borne != sorted(borne, key=str):
            raise ValueError("highest_risk names every tolerance, and a higher one never bears less")
        return self

    @property
    def source(self) -> str:
        """Where a limit of this pack is to be found, as facts name their sources."""
        return f"rules/{self.code}/{self.version}"


@cache
def read_pack(code: str) -> RulePack:
    """The pack of that name. Raises RulePackError where there is none or it is wrong."""
    file = FOLDER / f"{code}.yaml"
    if code not in pack_codes():
        raise RulePackError(pack=code, reason=f"there are {', '.join(pack_codes())}")
    try:
        return RulePack.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValueError, yaml.YAMLError) as error:
        raise RulePackError(pack=code, reason=" ".join(str(error).split())) from error


def pack_codes() -> tuple[str, ...]:
    """The packs that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
