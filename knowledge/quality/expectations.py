"""What a customer's file should hold: a rule the bank may change."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, PositiveInt, field_validator

from knowledge.crm.codes import CustomerKind
from knowledge.crm.tables import Customer


class Limits(BaseModel):
    """Days, years, digits and yearly income within which a value can be right; pairs are least and most."""

    assessment_days: PositiveInt
    oldest_years: PositiveInt
    phone_digits: tuple[PositiveInt, PositiveInt]
    income: tuple[int, int]
    stale_days: PositiveInt


class Weights(BaseModel):
    """What each part of the score counts."""

    integrity: PositiveInt
    truthfulness: PositiveInt
    accuracy: PositiveInt


class Expectations(BaseModel):
    """The content of `expected_fields.yaml`: fields by kind of customer, inputs of segmentation, limits, weights."""

    version: str
    expected: dict[CustomerKind, tuple[str, ...]]
    segmentation: dict[str, tuple[str, ...]]
    limits: Limits
    weights: Weights

    @field_validator("expected", "segmentation")
    @classmethod
    def _name_columns(cls, named: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        strangers = {field for fields in named.values() for field in fields} - set(Customer.__table__.columns.keys())
        if strangers:
            raise ValueError(f"no fields of a customer: {', '.join(sorted(strangers))}")
        return named

    def kinds_with(self, field: str) -> tuple[CustomerKind, ...]:
        """The kinds of customer whose file should have that field."""
        return tuple(kind for kind, fields in self.expected.items() if field in fields)


@cache
def expectations() -> Expectations:
    file = Path(__file__).with_name("expected_fields.yaml")
    return Expectations.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def missing_fields(customer: Customer) -> list[str]:
    """The fields that a file of this kind should have and this one does not."""
    return [field for field in expectations().expected[CustomerKind(customer.kind)] if getattr(customer, field) is None]


def missing_inputs(customer: Customer) -> list[str]:
    """What segmentation would need of this person and does not have; nothing of others than persons."""
    if customer.kind != CustomerKind.PERSON:
        return []
    inputs = expectations().segmentation.items()
    return [name for name, fields in inputs if all(getattr(customer, field) is None for field in fields)]
