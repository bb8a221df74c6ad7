"""The owner of a case by rule: data with a version, of which the first rule that fits counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt
from sqlalchemy import func, or_, select

from assistant.errors import RoutingError
from knowledge.crm.codes import OPEN_FEEDBACK, FeedbackKind, Role, Severity
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer, Employee, Feedback, Unit

SHIPPED = Path(__file__).with_name("routing.yaml")

Holder = Literal["manager", "branch", "service_desk", "head_office"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Repeated(_Part):
    complaints: PositiveInt
    months: PositiveInt


class RoutingRule(_Part):
    """`kinds`, `causes`, `products` and `severities` are those it holds for; None is any."""

    to: tuple[Holder, ...]
    kinds: frozenset[FeedbackKind] | None = None
    causes: frozenset[str] | None = None
    products: frozenset[str] | None = None
    severities: frozenset[Severity] | None = None

    def fits(self, case: "RoutedCase") -> bool:
        return (
            (self.kinds is None or case.kind in self.kinds)
            and (self.causes is None or case.cause in self.causes)
            and (self.products is None or case.about in self.products)
            and (self.severities is None or case.severity in self.severities)
        )


class RoutingRules(_Part):
    """The content of `routing.yaml`, whose comments say what each part means."""

    version: str
    source: str
    repeated: Repeated
    rules: tuple[RoutingRule, ...]

    def holders(self, case: "RoutedCase") -> tuple[Holder, ...]:
        return next((rule.to for rule in self.rules if rule.fits(case)), ())


@dataclass(frozen=True)
class RoutedCase:
    """What the owner is chosen by. `about` is the product's code in the taxonomy, `unit` where it is handled."""

    kind: FeedbackKind
    about: str | None
    cause: str | None
    severity: Severity
    customer: Customer | None
    unit: str | None


def read_routing(home: Path | None = None) -> RoutingRules:
    """The bank's own rules, or those that ship. Raises RoutingError where they are wrong."""
    own = home / SHIPPED.name if home else None
    return _read(own) if own and own.is_file() else _shipped()


def unit_of(lookups: Lookups, customer: Customer | None, given: str | None) -> str | None:
    """Where a case is handled: the customer's branch, else where it was taken in, else the bank's head."""
    if customer and customer.branch_id:
        return customer.branch_id
    return given or lookups.scalar(select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))


def owner_of(lookups: Lookups, rules: RoutingRules, case: RoutedCase, today: date) -> Employee | None:
    """Who is to own the case; None where nobody holds any of the roles."""
    for holder in rules.holders(case):
        if found := _holder(lookups, holder, case, today):
            return found
    return None


def _holder(lookups: Lookups, holder: Holder, case: RoutedCase, today: date) -> Employee | None:
    if holder == "manager":
        own = lookups.get(Employee, case.customer.manager_id) if case.customer and case.customer.manager_id else None
        return own if own and (own.left_on is None or own.left_on > today) else None
    unit = case.unit
    while unit:
        if found := _least_busy(lookups, _holding(lookups, Role(holder), unit, today)):
            return found
        unit = lookups.scalar(select(Unit.parent_id).where(Unit.id == unit))
    return None


def _holding(lookups: Lookups, role: Role, unit: str, today: date) -> Sequence[Employee]:
    here = (Employee.unit_id == unit, Employee.role == role, or_(Employee.left_on.is_(None), Employee.left_on > today))
    return lookups.scalars(select(Employee).where(*here).order_by(Employee.id))


def _least_busy(lookups: Lookups, employees: Sequence[Employee]) -> Employee | None:
    if len(employees) < 2:
        return employees[0] if employees else None
    owned = (Feedback.owner_id.in_([one.id for one in employees]), Feedback.state.in_(OPEN_FEEDBACK))
    counted = select(Feedback.owner_id, func.count(Feedback.id)).where(*owned).group_by(Feedback.owner_id)
    busy = {owner: number for owner, number in lookups.rows(counted)}  # noqa: C416
    return min(employees, key=lambda one: (busy.get(one.id, 0), one.id))


@cache
def _shipped() -> RoutingRules:
    return _read(SHIPPED)


def _read(file: Path) -> RoutingRules:
    try:
        return RoutingRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RoutingError(file=file.name, reason=" ".join(str(error).split())) from error
