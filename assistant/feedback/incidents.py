"""Several messages about one incident: found by how alike they are, when they came and what they are about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveInt
from sqlalchemy import ColumnElement, Select, or_, select

from knowledge.crm.tables import Feedback

FILE = Path(__file__).with_name("incidents.yaml")


class IncidentRules(BaseModel):
    """The content of `incidents.yaml`, whose comments say what each part means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    days: PositiveInt
    alike: float = Field(gt=0, le=1)
    most: PositiveInt
    similar: float = Field(gt=0, le=1)
    similar_months: PositiveInt


@cache
def incident_rules() -> IncidentRules:
    return IncidentRules.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def near_cases(received_at: datetime, about: str | None, cause: str | None, rules: IncidentRules) -> Select[Feedback]:
    """The cases that may tell of the same incident, the newest first."""
    days = timedelta(days=rules.days)
    near = (Feedback.received_at >= received_at - days, Feedback.received_at <= received_at + days)
    return select(Feedback).where(*near, _same_matter(about, cause)).order_by(
        Feedback.received_at.desc(), Feedback.id
    ).limit(rules.most)  # fmt: skip


def incident_of(cases: Sequence[Feedback], alike: Sequence[float], rules: IncidentRules) -> Feedback | None:
    """The case whose incident a message belongs to: the most alike, if it is alike enough; of equals the earliest."""
    near = [(-value, case.received_at, case.id, case) for value, case in zip(alike, cases, strict=True)
            if value >= rules.alike]  # fmt: skip
    return min(near, key=lambda one: one[:3])[3] if near else None


def incident_id(case: Feedback) -> str:
    """The name of its incident: the id of the first case of it."""
    return case.incident_id or case.id


def _same_matter(about: str | None, cause: str | None) -> ColumnElement[bool]:
    """About the same product or of the same cause; a case of which neither is known is about anything."""
    same = [Feedback.about == about] if about else []
    same += [Feedback.cause == cause] if cause else []
    return or_(*same, Feedback.cause.is_(None) & Feedback.about.is_(None))
