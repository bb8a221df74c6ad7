"""Deadlines of feedback as data with a version: what the bank promises and what the law demands, country by country."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator

from assistant.errors import DeadlineRulesError
from knowledge.crm.codes import FeedbackKind

FOLDER = Path(__file__).with_name("deadlines")
OWN_FILE = "deadlines.yaml"
DEFAULT_RULES = "cn"


class Clock(StrEnum):
    """Which of the two deadlines is meant: the bank's promise, or the law's."""

    STANDARD = "standard"
    STATUTORY = "statutory"


class Level(StrEnum):
    """Who is told that a deadline is near."""

    OWNER = "owner"
    BRANCH = "branch"
    HEAD_OFFICE = "head_office"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(_Part):
    """A number of days after the day of receipt, which does not count: all days, or those on which the bank works."""

    days: PositiveInt
    counted: Literal["calendar", "business"]


class Statutory(_Part):
    """What the law demands of cases of these kinds, about these products (codes of the taxonomy; None is any).

    `complex` is in place of `simple`, counted from receipt; `approved` comes on top of `complex` with an approval.
    """

    kinds: frozenset[FeedbackKind]
    products: frozenset[str] | None = None
    simple: Span
    complex: Span | None = None
    approved: Span | None = None

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.approved and not self.complex:
            raise ValueError("approved comes on top of complex, which is missing")
        if self.complex and (self.complex.counted != self.simple.counted or self.complex.days < self.simple.days):
            raise ValueError("complex is counted as simple is, and is no shorter")
        if self.approved and self.complex and self.approved.counted != self.complex.counted:
            raise ValueError("approved is counted as complex is")
        return self

    def covers(self, kind: FeedbackKind, product: str | None) -> bool:
        return kind in self.kinds and (self.products is None or product in self.products)


class Escalation(_Part):
    """Who is told how long before the earlier deadline."""

    before: Span
    to: Level


class DeadlineRules(_Part):
    """The content of a file of `deadlines/`.

    `confirmed`: until when receipt is confirmed. `pauses_stop`: the clocks that stand still while the bank waits for
    the customer. `on_closed_day`: where a deadline in calendar days that falls on a day without work goes.
    """

    code: str
    version: str
    source: str
    confirmed: Span
    standard: Mapping[FeedbackKind, Span]
    statutory: tuple[Statutory, ...]
    pauses_stop: frozenset[Clock]
    on_closed_day: Literal["keep", "before", "after"]
    escalation: tuple[Escalation, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = sorted(set(FeedbackKind) - set(self.standard))
        if missing:
            raise ValueError(f"standard lacks {', '.join(missing)}")
        return self

    def law(self, kind: FeedbackKind, product: str | None) -> Statutory | None:
        """The first statutory rule that covers such a case."""
        return next((rule for rule in self.statutory if rule.covers(kind, product)), None)


def read_deadlines(code: str = DEFAULT_RULES, home: Path | None = None) -> DeadlineRules:
    """The bank's own rules, where its home folder holds `deadlines.yaml`, or the pack of that name.

    Raises DeadlineRulesError where there is none or it is wrong.
    """
    own = home / OWN_FILE if home else None
    return _read(own) if own and own.is_file() else _shipped(code)


def deadline_codes() -> tuple[str, ...]:
    """The packs that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def _shipped(code: str) -> DeadlineRules:
    if code not in deadline_codes():
        raise DeadlineRulesError(file=code, reason=f"there are {', '.join(deadline_codes())}")
    return _read(FOLDER / f"{code}.yaml")


def _read(file: Path) -> DeadlineRules:
    try:
        return DeadlineRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DeadlineRulesError(file=file.name, reason=" ".join(str(error).split())) from error
