"""What was computed of the bank's customers: measures, averages to compare with, events, and results per unit.

A value holds from `as_of` until the day before `until`; without `until` it is the present one. A run of the
measures ends and begins rows only where something changed, so the tables are their own history. Values are in
`unit`; money is in the bank's own currency, which the newest `InsightRun` names.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.money import Rate
from knowledge.crm.tables import Base, Code, Currency, Id

RELATED_CUSTOMERS = "related_customers"
"""The measure whose label names a customer's household or company group."""
_PRESENT = text("until IS NULL")
_RELATED = text(f"metric = '{RELATED_CUSTOMERS}'")


class Insight(Base):
    """One measure of one customer. `label` is the code that the value stands for, `reasons` are reason codes."""

    __tablename__ = "insight"
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    metric: Mapped[str] = mapped_column(Code, primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    value: Mapped[Decimal | None] = mapped_column(Rate)
    unit: Mapped[str] = mapped_column(Code)
    label: Mapped[str | None]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    definition_version: Mapped[str] = mapped_column(Code)
    __table_args__ = (
        Index("ix_insight_ranking", "metric", "value", sqlite_where=_PRESENT, postgresql_where=_PRESENT),
        Index("ix_insight_related", "label", sqlite_where=_RELATED, postgresql_where=_RELATED),
        {"sqlite_with_rowid": False},
    )


class InsightAverage(Base):
    """The mean of a measure over the customers of a group: `of` names the peer group or the branch, "" the bank.

    `largest` is the value of the member with the largest, whatever its sign, of a score the most that there can be: by
    it an average is rounded for who may not see them all. None in rows that were written before it was kept.
    """

    __tablename__ = "insight_average"
    metric: Mapped[str] = mapped_column(Code, primary_key=True)
    grouping: Mapped[str] = mapped_column(Code, primary_key=True)
    of: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    members: Mapped[int]
    average: Mapped[Decimal] = mapped_column(Rate)
    largest: Mapped[Decimal | None] = mapped_column(Rate)
    definition_version: Mapped[str] = mapped_column(Code)


class InsightEvent(Base):
    """Something that happened to a customer's money or people, found by rule. `source` is the row behind it.

    `unit_id` is the customer's branch when it was found, "" where they had none: it leads to the events of a branch.
    """

    __tablename__ = "insight_event"
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    amount: Mapped[Decimal | None] = mapped_column(Rate)
    detail: Mapped[str | None]
    as_of: Mapped[date]
    definition_version: Mapped[str] = mapped_column(Code)
    unit_id: Mapped[str] = mapped_column(Id, default="", server_default="")
    __table_args__ = (Index("ix_insight_event_unit", "unit_id", "kind", "day", "amount", "customer_id", "source"),)


MEMBERS = "members"
"""The kind of results that count the customers of a peer group in a branch, by measure."""


class InsightResult(Base):
    """What was found of a unit, an employee, a product, a group of customers (`kind` says which, `subject_id` whom),
    or a customer's place in a list (kind ranking). `unit_id` is the unit it is told for, "" the whole bank."""

    __tablename__ = "insight_result"
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    subject_id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    metric: Mapped[str] = mapped_column(Code, primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    value: Mapped[Decimal | None] = mapped_column(Rate)
    unit: Mapped[str] = mapped_column(Code)
    customers: Mapped[int | None]
    definition_version: Mapped[str] = mapped_column(Code)
    __table_args__ = (
        Index(
            "ix_insight_result_list", "kind", "metric", "unit_id", "value",
            sqlite_where=_PRESENT, postgresql_where=_PRESENT,
        ),
    )  # fmt: skip


class InsightRun(Base):
    """One computation of all measures. `definitions` holds the version of each, models included.

    `token` is known to the analytic copy that the run left behind, and to no other.
    """

    __tablename__ = "insight_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    run_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(Currency)
    parameters_version: Mapped[str] = mapped_column(Code)
    definitions: Mapped[dict[str, Any]] = mapped_column(JSON)
    customers: Mapped[int]
    token: Mapped[str | None] = mapped_column(Id)


class InsightModel(Base):
    """A model that was trained, or why there is none.

    `state` is "used", "short" (too little history) or "worse" (than the rule).
    `evaluation` holds AUC, calibration and lift on the newest half year, `judged_on` its first day; `digest` is the
    SHA-256 of `file` in the home folder, `library` the version of scikit-learn that wrote it.
    """

    __tablename__ = "insight_model"
    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(Code)
    as_of: Mapped[date]
    trained_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Code)
    reason: Mapped[str | None]
    judged_on: Mapped[date | None]
    learnt_rows: Mapped[int]
    evaluation: Mapped[dict[str, Any]] = mapped_column(JSON)
    inputs: Mapped[list[str]]
    library: Mapped[str] = mapped_column(Code)
    file: Mapped[str | None]
    digest: Mapped[str | None] = mapped_column(Id)
