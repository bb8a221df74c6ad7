"""Where a customer's file comes from: what each system said, what contradicts, who was found to be the same.

A customer is what one or several source records say of them. A record is what one system delivered about one
of its numbers; its id is the id its customer would have alone. Joining two customers turns the records, and
the rows, of one over to the other, and keeps what it takes to turn them back.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.money import Rate
from knowledge.crm.tables import Base, Code, CustomerFields, Id, Names


class SourceRecord(CustomerFields, Base):
    """One customer as one system knows them: the fields of `Customer`, as last delivered.

    `customer_id` is the customer it counts for now; alone that is its own id. `as_of` is the day from which the
    system says so; `dates` names, in ISO form, the fields that it has said since another day.
    """

    __tablename__ = "source_record"
    id: Mapped[str] = mapped_column(Id, primary_key=True, sort_order=-1)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True, sort_order=-1)
    system: Mapped[str] = mapped_column(Code, sort_order=-1)
    number: Mapped[str] = mapped_column(Id, sort_order=-1)
    as_of: Mapped[date] = mapped_column(sort_order=-1)
    dates: Mapped[Names] = mapped_column(default=dict, sort_order=-1)
    recorded_at: Mapped[datetime] = mapped_column(sort_order=-1)
    __table_args__ = (Index(None, "system", "number"),)


class SourceValue(Base):
    """One value of one customer field as one system gave it: the field's history.

    `previous` is what that system had said before, where this replaced something; `recorded_by` is the employee
    or the import that brought it.
    """

    __tablename__ = "source_value"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    record_id: Mapped[str | None] = mapped_column(Id)
    field: Mapped[str] = mapped_column(Code)
    previous: Mapped[str | None] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    system: Mapped[str] = mapped_column(Code)
    as_of: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Id)


class Conflict(Base):
    """Systems that contradict each other on one field of one customer.

    `claims` holds what each says: {"system", "value", "as_of", "record_id"}. `state` is a code of `ConflictState`.
    """

    __tablename__ = "conflict"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    field: Mapped[str] = mapped_column(Code)
    claims: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(Code)
    found_on: Mapped[date]
    settled_on: Mapped[date | None]
    settled_by: Mapped[str | None] = mapped_column(Id)


class Likeness(Base):
    """Two source records that may be the same customer, with the evidence field by field.

    `customer_id` and `other_customer_id` are the customers the records count for now. `verdict` is a code of
    `Verdict`; `probability` is in percent. `evidence` holds {"field", "one", "other", "level", "weight"} with the
    weight in bits. `state` is a code of `LikenessState`: a person's word stands against every later import.
    """

    __tablename__ = "likeness"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    record_id: Mapped[str] = mapped_column(Id, index=True)
    other_record_id: Mapped[str] = mapped_column(Id, index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    other_customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    verdict: Mapped[str] = mapped_column(Code)
    probability: Mapped[Decimal | None] = mapped_column(Rate)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(Code, index=True)
    found_on: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None]


class Merge(Base):
    """Two customers joined: `absorbed_id` went up in `customer_id`. Undone merges stay, with who undid them.

    `absorbed` is the row of the absorbed customer as it was, by column; `evidence` as in `Likeness`.
    """

    __tablename__ = "merge"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    absorbed_id: Mapped[str] = mapped_column(Id, index=True)
    absorbed: Mapped[dict[str, Any]] = mapped_column(JSON)
    probability: Mapped[Decimal | None] = mapped_column(Rate)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    merged_at: Mapped[datetime]
    merged_by: Mapped[str] = mapped_column(Id)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(Id)


class MergedRow(Base):
    """One row that a merge turned over to the surviving customer, also of imports after it.

    `key` is the row's primary key by column, as it was before. `dropped` is the whole row where the survivor had
    the same one already and only one could stay.
    """

    __tablename__ = "merged_row"
    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[str] = mapped_column(ForeignKey("merge.id"), index=True)
    table: Mapped[str] = mapped_column(Code)
    key: Mapped[dict[str, Any]] = mapped_column(JSON)
    dropped: Mapped[dict[str, Any] | None] = mapped_column(JSON)
