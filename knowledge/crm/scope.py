"""Who may see which rows, compiled into SQL.

A `Scope` is decided once per turn from the employee table and bound into the store before any tool
runs. `visible_rows` gives, for every table that holds customers' data, the condition that its rows
must meet; the store adds it to every statement, sub-queries included. A table that is not listed
here and not in `OPEN_TABLES` cannot be read through a scope at all.
"""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from knowledge.crm.codes import Role
from knowledge.crm.lineage import Conflict, Likeness, Merge, MergedRow, SourceRecord, SourceValue
from knowledge.crm.tables import (
    Account,
    AccountParty,
    Balance,
    Base,
    Campaign,
    CampaignTarget,
    Contact,
    Conversation,
    Customer,
    CustomerIdentifier,
    CustomerName,
    Employee,
    Feedback,
    Insight,
    Offer,
    Product,
    Proposal,
    StandingOrder,
    Task,
    Transaction,
    Unit,
)

OPEN_TABLES: frozenset[type[Base]] = frozenset({Unit, Employee, Product, Campaign})


@dataclass(frozen=True)
class Scope:
    """What one employee may see. `unit_ids` is their unit and all units below it."""

    employee_id: str
    role: Role
    unit_ids: tuple[str, ...] = field(default=())


def _customer_condition(scope: Scope) -> ColumnElement[bool]:
    match scope.role:
        case Role.HEAD_OFFICE:
            return true()
        case Role.BRANCH:
            return Customer.branch_id.in_(scope.unit_ids)
        case Role.MANAGER:
            return Customer.manager_id == scope.employee_id
        case Role.SERVICE_DESK:
            return false()


def visible_rows(scope: Scope) -> dict[type[Base], ColumnElement[bool]]:
    """The condition per table under which a row may be seen by the scope's employee."""
    customers = _customer_condition(scope)
    everything = scope.role is Role.HEAD_OFFICE
    customer_ids = select(Customer.id).where(customers)
    account_ids = select(Account.id).where(Account.customer_id.in_(customer_ids))
    own_conversations = Conversation.employee_id == scope.employee_id
    own_proposals = Proposal.employee_id == scope.employee_id
    if everything:
        return {table: true() for table in _BY_CUSTOMER + _BY_ACCOUNT + (Task, Feedback, MergedRow, Likeness)} | {
            Customer: true(),
            Conversation: own_conversations,
            Proposal: own_proposals,
        }
    colleagues = select(Employee.id).where(Employee.unit_id.in_(scope.unit_ids))
    own_tasks = Task.employee_id.in_(colleagues) if scope.role is Role.BRANCH else Task.employee_id == scope.employee_id
    own_feedback = {
        Role.BRANCH: Feedback.unit_id.in_(scope.unit_ids),
        Role.MANAGER: Feedback.owner_id == scope.employee_id,
        Role.SERVICE_DESK: true(),
    }[scope.role]
    conditions: dict[type[Base], ColumnElement[bool]] = {
        Customer: customers,
        Conversation: own_conversations,
        Proposal: and_(own_proposals, or_(Proposal.customer_id.is_(None), Proposal.customer_id.in_(customer_ids))),
        MergedRow: MergedRow.merge_id.in_(select(Merge.id).where(Merge.customer_id.in_(customer_ids))),
        Likeness: and_(Likeness.customer_id.in_(customer_ids), Likeness.other_customer_id.in_(customer_ids)),
        Task: and_(
            or_(own_tasks, Task.customer_id.in_(customer_ids)),
            or_(Task.customer_id.is_(None), Task.customer_id.in_(customer_ids)),
        ),
        Feedback: or_(own_feedback, Feedback.customer_id.in_(customer_ids)),
    }
    conditions |= {table: table.customer_id.in_(customer_ids) for table in _BY_CUSTOMER}
    conditions |= {table: table.account_id.in_(account_ids) for table in _BY_ACCOUNT}
    return conditions


_BY_CUSTOMER: tuple[
    type[CustomerName]
    | type[CustomerIdentifier]
    | type[SourceRecord]
    | type[SourceValue]
    | type[Conflict]
    | type[Merge]
    | type[Account]
    | type[Contact]
    | type[Offer]
    | type[CampaignTarget]
    | type[Insight],
    ...,
] = (
    CustomerName,
    CustomerIdentifier,
    SourceRecord,
    SourceValue,
    Conflict,
    Merge,
    Account,
    Contact,
    Offer,
    CampaignTarget,
    Insight,
)
_BY_ACCOUNT: tuple[type[AccountParty] | type[StandingOrder] | type[Balance] | type[Transaction], ...] = (
    AccountParty,
    StandingOrder,
    Balance,
    Transaction,
)
