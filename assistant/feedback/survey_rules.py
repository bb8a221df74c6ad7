"""How customers rate the bank: the scale of each kind of survey, what is high and low, from when a score is told."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, model_validator

from assistant.errors import SurveyRulesError
from assistant.feedback.deadline_rules import Span
from knowledge.crm.codes import SurveyKind

SHIPPED = Path(__file__).with_name("surveys.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scale(_Part):
    """Whole numbers from `lowest` to `highest`. From `good` on a customer is satisfied, or a promoter; up to `low` they
    are neither satisfied nor neutral, or a detractor."""

    lowest: NonNegativeInt
    highest: PositiveInt
    good: PositiveInt
    low: NonNegativeInt

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.lowest <= self.low < self.good <= self.highest:
            raise ValueError("a scale goes lowest <= low < good <= highest")
        return self

    def holds(self, score: int) -> bool:
        return self.lowest <= score <= self.highest


class SurveyRules(_Part):
    """The content of `surveys.yaml`, whose comments say what each part means. `confidence` is in percent."""

    version: str
    source: str
    fewest_answers: PositiveInt
    confidence: Annotated[int, Field(gt=50, lt=100)]
    new_answer_after: Span
    scales: Mapping[SurveyKind, Scale]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.scales) != set(SurveyKind):
            raise ValueError(f"scales has to have {', '.join(SurveyKind)}")
        if len({scale.highest for scale in self.scales.values()}) < len(self.scales):
            raise ValueError("two scales end with the same number, so that none can be told from the other")
        return self

    def kind_of(self, highest: int) -> SurveyKind | None:
        """The kind whose scale ends there: "4 out of 5" is a satisfaction."""
        return next((kind for kind, scale in self.scales.items() if scale.highest == highest), None)


def read_surveys(home: Path | None = None) -> SurveyRules:
    """The bank's own rules, or those that ship. Raises SurveyRulesError where they are wrong."""
    own = home / SHIPPED.name if home else None
    return _read(own) if own and own.is_file() else _shipped()


@cache
def _shipped() -> SurveyRules:
    return _read(SHIPPED)


def _read(file: Path) -> SurveyRules:
    try:
        return SurveyRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise SurveyRulesError(file=file.name, reason=" ".join(str(error).split())) from error
