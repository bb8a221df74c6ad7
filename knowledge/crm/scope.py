"""Who may see which rows, compiled into SQL.

A `Scope` is decided once per turn from the employee table and bound into the store before any tool
runs. `visible_rows` gives, for every table that holds customers' data, the condition that its rows
must meet; the store adds it to every statement, sub-queries included. A table that is not listed
here and not in `OPEN_TABLES` cannot be read through a scope at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import BindParameter, ColumnElement, String, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from knowledge.crm.asked import Asked
from knowledge.crm.campaign import Campaign, CampaignGroup, CampaignItem, CampaignTarget
from knowledge.crm.casework import FeedbackAttachment, FeedbackChange, FeedbackReply, Survey
from knowledge.crm.codes import Role
from knowledge.crm.exchange import Exchange, Rating
from knowledge.crm.insights import (
    MEMBERS,
    Insight,
    InsightAverage,
    InsightEvent,
    InsightModel,
    InsightResult,
    InsightRun,
)
from knowledge.crm.lineage import Conflict, Likeness, Merge, MergedRow, SourceRecord, SourceValue
from knowledge.crm.product_score import ProductScore
from knowledge.crm.quality_count import QualityCount
from knowledge.crm.risk_assessment import RiskAssessment
from knowledge.crm.tables import (
    Account,
    AccountParty,
    Balance,
    Base,
    Contact,
    Conversation,
    Customer,
    CustomerIdentifier,
    CustomerName,
    Employee,
    Feedback,
    Offer,
    Product,
    Proposal,
    StandingOrder,
    Task,
    Transaction,
    Unit,
)

Employed = str | BindParameter[str]
Units = Sequence[str] | BindParameter[str]
_EMPLOYEE, _UNITS = "rapport_employee", "rapport_units"
Reference = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
OPEN_TABLES: frozenset[type[Base]] = frozenset(
    {Unit, Employee, Product, Campaign, InsightAverage, InsightModel, InsightRun}
)


@dataclass(frozen=True)
class Scope:
    """What one employee may see. `unit_ids` is their unit and all units below it, `unit_id` their own; where it is not
    said, the first of them."""

    employee_id: str
    role: Role
    unit_ids: tuple[str, ...] = field(default=())
    unit_id: str = ""

    @property
    def home(self) -> str:
        """The employee's own unit, "" where none is known."""
        return self.unit_id or (self.unit_ids[0] if self.unit_ids else "")


def visible_rows(scope: Scope) -> dict[type[Base], ColumnElement[bool]]:
    """The condition per table under which a row may be seen by the scope's employee.

    They look up all customers in view once a statement, which suits lists and sums.
    """
    return _conditions(scope.role, scope.employee_id, scope.unit_ids, one_by_one=False)


def few_rows(scope: Scope) -> dict[type[Base], ColumnElement[bool]]:
    """The same conditions with each row's customer looked up by itself: right for a few rows of a large bank, where all
    customers in view would have to be gathered for each statement."""
    return _conditions(scope.role, scope.employee_id, scope.unit_ids, one_by_one=True)


def rows_one_by_one(role: Role) -> dict[type[Base], ColumnElement[bool]]:
    """The conditions of `few_rows` for every employee of that role, whom the statement's parameters name
    (`parameters_of`).
    """
    return _conditions(role, Asked(_EMPLOYEE, type_=String), Asked(_UNITS, expanding=True), one_by_one=True)


def parameters_of(scope: Scope) -> dict[str, object]:
    """The parameters that `rows_one_by_one` needs."""
    return {_EMPLOYEE: scope.employee_id, _UNITS: list(scope.unit_ids)}


def _customer_condition(role: Role, employee: Employed, units: Units, *, one_by_one: bool) -> ColumnElement[bool]:
    branch, manager = (
        # Written so that the indexes of branches and managers do not fit: rows are found by something else.
        func.coalesce(column, "") if one_by_one else column
        for column in (Customer.branch_id, Customer.manager_id)
    )
    match role:
        case Role.HEAD_OFFICE:
            return true()
        case Role.BRANCH:
            return branch.in_(units)
        case Role.MANAGER:
            return manager == employee
        case Role.SERVICE_DESK:
            return false()


def _own_feedback(role: Role, employee: Employed, units: Units) -> ColumnElement[bool]:
    """Feedback that is the employee's, or their unit's, to answer; the service desk sees all."""
    match role:
        case Role.BRANCH:
            return Feedback.unit_id.in_(units)
        case Role.MANAGER:
            return Feedback.owner_id == employee
        case _:
            return true()


def _of_case(column: Reference, seen: ColumnElement[bool], one_by_one: bool) -> ColumnElement[bool]:
    """Whether the case that a row belongs to is seen."""
    if one_by_one:
        return select(Feedback.id).where(Feedback.id == column, seen).correlate_except(Feedback).exists()
    return column.in_(select(Feedback.id).where(seen))


def _conditions(
    role: Role, employee: Employed, units: Units, *, one_by_one: bool
) -> dict[type[Base], ColumnElement[bool]]:
    customers = _customer_condition(role, employee, units, one_by_one=one_by_one)

    def of_seen_customer(column: Reference) -> ColumnElement[bool]:
        if one_by_one:
            return select(Customer.id).where(Customer.id == column, customers).correlate_except(Customer).exists()
        return column.in_(select(Customer.id).where(customers))

    def of_seen_account(column: Reference) -> ColumnElement[bool]:
        seen = of_seen_customer(Account.customer_id)
        if one_by_one:
            return select(Account.id).where(Account.id == column, seen).correlate_except(Account).exists()
        return column.in_(select(Account.id).where(seen))

    own: dict[type[Base], ColumnElement[bool]] = {
        Conversation: Conversation.employee_id == employee,
        Exchange: Exchange.employee_id == employee,
        Rating: Rating.employee_id == employee,
    }
    own_proposals = Proposal.employee_id == employee
    if role is Role.HEAD_OFFICE:
        others = (Task, Feedback, Survey, MergedRow, Likeness, InsightResult, QualityCount, CampaignGroup, CampaignItem)
        all_rows = {table: true() for table in _BY_CUSTOMER + _BY_ACCOUNT + _BY_FEEDBACK + others}
        return all_rows | own | {Customer: true(), Proposal: own_proposals}
    colleagues = select(Employee.id).where(Employee.unit_id.in_(units))
    own_tasks = Task.employee_id.in_(colleagues) if role is Role.BRANCH else Task.employee_id == employee
    seen_feedback = or_(_own_feedback(role, employee, units), of_seen_customer(Feedback.customer_id))

    def of_seen_feedback(column: Reference) -> ColumnElement[bool]:
        return _of_case(column, seen_feedback, one_by_one)

    conditions: dict[type[Base], ColumnElement[bool]] = {
        Customer: customers,
        InsightResult: _of_seen_results(role, employee, units),
        QualityCount: false() if role is Role.SERVICE_DESK else QualityCount.unit_id.in_(units),
        Proposal: and_(own_proposals, or_(Proposal.customer_id.is_(None), of_seen_customer(Proposal.customer_id))),
        MergedRow: MergedRow.merge_id.in_(select(Merge.id).where(of_seen_customer(Merge.customer_id))),
        Likeness: and_(of_seen_customer(Likeness.customer_id), of_seen_customer(Likeness.other_customer_id)),
        Task: and_(
            or_(own_tasks, of_seen_customer(Task.customer_id)),
            or_(Task.customer_id.is_(None), of_seen_customer(Task.customer_id)),
        ),
        Feedback: seen_feedback,
        Survey: or_(of_seen_feedback(Survey.feedback_id), of_seen_customer(Survey.customer_id)),
    }
    of_seen_targets = of_seen_customer(CampaignTarget.customer_id)
    conditions |= {
        table: false() if role is Role.SERVICE_DESK else _of_seen_campaign(table, employee, units, of_seen_targets)
        for table in (CampaignGroup, CampaignItem)
    }
    conditions |= {table: of_seen_feedback(table.feedback_id) for table in _BY_FEEDBACK}
    conditions |= own | {table: of_seen_customer(table.customer_id) for table in _BY_CUSTOMER}
    conditions |= {table: of_seen_account(table.account_id) for table in _BY_ACCOUNT}
    return conditions


def _of_seen_results(role: Role, employee: Employed, units: Units) -> ColumnElement[bool]:
    """Measures of groups: a branch's own and its employees', or a manager's own and those of their unit's customers."""
    colleagues = select(Employee.id).where(Employee.unit_id.in_(units))
    of_units = or_(
        InsightResult.unit_id.in_(units),
        InsightResult.subject_id.in_(units),
        and_(InsightResult.kind == "employee", InsightResult.subject_id.in_(colleagues)),
    )
    own = or_(
        and_(InsightResult.kind == "employee", InsightResult.subject_id == employee),
        and_(InsightResult.kind == MEMBERS, InsightResult.unit_id.in_(units)),
    )
    return {Role.BRANCH: of_units, Role.MANAGER: own}.get(role, false())


def _of_seen_campaign(
    table: type[CampaignGroup] | type[CampaignItem], employee: Employed, units: Units, seen: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Rows of campaigns of the asker's units, of their own, and of those with a target that is `seen`."""
    theirs = select(Campaign.id).where(or_(Campaign.unit_id.in_(units), Campaign.owner_id == employee))
    addressed = select(CampaignTarget.campaign_id).where(seen)
    return or_(table.campaign_id.in_(theirs), table.campaign_id.in_(addressed))


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
    | type[Insight]
    | type[InsightEvent]
    | type[RiskAssessment]
    | type[ProductScore],
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
    InsightEvent,
    RiskAssessment,
    ProductScore,
)
_BY_ACCOUNT: tuple[type[AccountParty] | type[StandingOrder] | type[Balance] | type[Transaction], ...] = (
    AccountParty,
    StandingOrder,
    Balance,
    Transaction,
)
_BY_FEEDBACK: tuple[type[FeedbackChange] | type[FeedbackAttachment] | type[FeedbackReply], ...] = (
    FeedbackChange,
    FeedbackAttachment,
    FeedbackReply,
)
