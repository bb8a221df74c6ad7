"""The tables of the store that an import may fill: their columns, and what each column takes."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, Integer, String, Table, Text

from knowledge.crm import codes
from knowledge.crm.money import Amount, Rate
from knowledge.crm.tables import Base

Kind = Literal["text", "currency", "date", "datetime", "amount", "rate", "integer", "boolean", "list", "map"]

IMPORTABLE = (
    "unit",
    "employee",
    "customer",
    "customer_identifier",
    "risk_assessment",
    "product",
    "account",
    "account_party",
    "standing_order",
    "balance",
    "transaction",
    "contact",
    "task",
    "feedback",
    "offer",
    "campaign",
    "campaign_group",
    "campaign_target",
    "campaign_item",
)

RISKS = tuple(f"R{level}" for level in range(1, 6))
TOLERANCES = tuple(f"C{level}" for level in range(1, 6))
_LISTS = {"interests", "consents", "customer_kinds", "knows"}
_DEFAULTS: dict[Kind, str] = {"list": "[]", "map": "{}", "boolean": "false"}
_CODES: dict[tuple[str, str], type[StrEnum] | tuple[str, ...]] = {
    ("unit", "kind"): codes.UnitKind,
    ("employee", "role"): codes.Role,
    ("customer", "kind"): codes.CustomerKind,
    ("customer", "tier"): codes.Tier,
    ("customer", "tolerance"): TOLERANCES,
    ("customer", "consents"): codes.Consent,
    ("product", "kind"): codes.ProductKind,
    ("product", "risk"): RISKS,
    ("product", "issuer_risk"): RISKS,
    ("product", "investor_class"): codes.InvestorClass,
    ("risk_assessment", "tolerance"): TOLERANCES,
    ("risk_assessment", "knows"): codes.ProductKind,
    ("risk_assessment", "investor_class"): codes.InvestorClass,
    ("risk_assessment", "channel"): codes.Channel,
    ("product", "customer_kinds"): codes.CustomerKind,
    ("account", "kind"): codes.ProductKind,
    ("account", "state"): codes.AccountState,
    ("account_party", "role"): codes.PartyRole,
    ("transaction", "kind"): codes.TransactionKind,
    ("transaction", "channel"): codes.Channel,
    ("contact", "channel"): codes.Channel,
    ("contact", "mood"): codes.Mood,
    ("task", "kind"): codes.TaskKind,
    ("task", "state"): codes.TaskState,
    ("feedback", "channel"): codes.Channel,
    ("feedback", "kind"): codes.FeedbackKind,
    ("feedback", "cause"): codes.FeedbackCause,
    ("feedback", "severity"): codes.Severity,
    ("feedback", "state"): codes.FeedbackState,
    ("offer", "state"): codes.OfferState,
    ("campaign", "method"): codes.CampaignMethod,
    ("campaign", "frequency"): codes.Frequency,
    ("campaign", "state"): codes.CampaignState,
    ("campaign_target", "state"): codes.InvitationState,
}


@dataclass(frozen=True)
class TargetColumn:
    """One column of a target table. `length` is in characters; `codes` are the only values it takes.

    `required` ones have to be given; those with neither `required` nor `nullable` have a `default`, written as
    the staging database takes it.
    """

    name: str
    kind: Kind
    required: bool
    nullable: bool
    length: int | None
    codes: frozenset[str] | None
    references: str | None
    default: str | None = None


NUMBER = TargetColumn("_number", "text", required=False, nullable=True, length=64, codes=None, references=None)
"""The number under which a system knows a customer; beside the columns of the staged customers."""
AS_OF = TargetColumn("_as_of", "date", required=False, nullable=True, length=None, codes=None, references=None)
"""The day from which the system says so."""


@dataclass(frozen=True)
class Target:
    """One table that an import may fill. `key` names its primary key columns in order."""

    table: Table
    columns: dict[str, TargetColumn]
    key: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.table.name


@cache
def targets() -> dict[str, Target]:
    """Every table an import may fill, by name, parents before children; with `customer_name`, which follows
    from the customers."""
    wanted = {*IMPORTABLE, "customer_name"}
    return {table.name: _target(table) for table in Base.metadata.sorted_tables if table.name in wanted}


def _target(table: Table) -> Target:
    columns = {column.name: _target_column(table.name, column) for column in table.columns}
    return Target(table, columns, tuple(column.name for column in table.primary_key))


def _target_column(table: str, column: Column[object]) -> TargetColumn:
    allowed = _CODES.get((table, column.name))
    references = next((key.column.table.name for key in column.foreign_keys), None)
    kind = _kind(column)
    required = not column.nullable and column.default is None
    return TargetColumn(
        name=column.name,
        kind=kind,
        required=required,
        nullable=bool(column.nullable),
        length=column.type.length if isinstance(column.type, String) else None,
        codes=frozenset(str(code) for code in allowed) if allowed else None,
        references=references,
        default=None if required or column.nullable else _DEFAULTS[kind],
    )


def _kind(column: Column[object]) -> Kind:
    match column.type:
        case Amount():
            return "amount"
        case Rate():
            return "rate"
        case Boolean():
            return "boolean"
        case Integer() | BigInteger():
            return "integer"
        case DateTime():
            return "datetime"
        case Date():
            return "date"
        case JSON():
            return "list" if column.name in _LISTS else "map"
        case String() | Text():
            return "currency" if column.name == "currency" else "text"
        case other:
            raise TypeError(f"{column} has a type that an import cannot fill: {other!r}")
