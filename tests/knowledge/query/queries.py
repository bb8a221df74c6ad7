"""Random queries that are sound, and what somebody of a scope sees of a small bank."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import strategies as st

from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.tables import Account, Customer, Feedback
from knowledge.query import Condition, Field, Group, Holding, Kind, Operator, Query, Show, Step, Subject
from knowledge.query.fields import fields_of, reached_from
from knowledge.query.query import OF_A_FIGURE, OPERATORS
from tests.knowledge.query.small_bank import BRANCHES, CITIES, MANAGERS, METRICS, TODAY

ASKERS = [
    Scope("head", Role.HEAD_OFFICE, ("hq", *BRANCHES)), Scope("north", Role.BRANCH, ("north",)),
    Scope("south", Role.BRANCH, ("south",)), *(Scope(m, Role.MANAGER, (u,)) for m, u in MANAGERS.items()),
    Scope("desk", Role.SERVICE_DESK, ("north",)),
]  # fmt: skip
VALUES = {
    "city": CITIES[:-1], "occupation": ("teacher", "miner"), "interest": ("golf", "caña"), "branch": BRANCHES,
    "manager": tuple(MANAGERS), "contacted_by": tuple(MANAGERS), "handling_branch": BRANCHES,
    "currency": ("CNY", "USD", "XXX"), "product": ("p-fund", "p-loan"), "counterparty": ("café 100%_", "ACME", "x_"),
}  # fmt: skip
KNOWN = {"profit_contribution", *METRICS}


def _askable(field: Field) -> bool:
    return field.metric is None or field.metric in KNOWN


def _values(field: Field) -> st.SearchStrategy[str]:
    match field.kind:
        case Kind.MONEY:
            return st.integers(-90_000_000, 90_000_000).map(lambda cents: f"{cents / 100:.2f}")
        case Kind.NUMBER:
            return st.integers(-10, 300).map(str)
        case Kind.PERCENT:
            return st.integers(0, 100_000).map(lambda n: f"{n / 10_000:.4f}")
        case Kind.DAY:
            return st.integers(-3, 4_000).map(lambda back: str(TODAY - timedelta(days=back)))
    return st.sampled_from(field.codes or VALUES.get(field.name, ("nothing of the kind",)))


@st.composite
def conditions(draw: st.DrawFn, fields: Sequence[Field]) -> Condition:
    field = draw(st.sampled_from([field for field in fields if _askable(field)]))
    operator = draw(st.sampled_from(OPERATORS[field.kind]))
    several = operator is Operator.IS and field.kind is not Kind.NUMBER
    number = {Operator.BETWEEN: 2, Operator.KNOWN: 0}.get(operator, 3 if several else 1)
    values = draw(st.lists(_values(field), min_size=min(number, 1 if several else number), max_size=number))
    if operator is Operator.BETWEEN:
        read = Condition(field=field.name, operator=OPERATORS[field.kind][0], values=values[:1]).read_values
        other = Condition(field=field.name, operator=OPERATORS[field.kind][0], values=values[1:]).read_values
        values = values if read <= other else values[::-1]
    currency = draw(st.sampled_from([None, None, "USD", "EUR"])) if field.kind is Kind.MONEY else None
    return Condition(
        field=field.name, operator=operator, values=values, negated=draw(st.booleans()),
        currency=currency if operator is not Operator.KNOWN else None,
    )  # fmt: skip


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    has = draw(st.sampled_from([subject for subject in Subject if subject is not Subject.CUSTOMERS]))
    fields = [field for s in reached_from(has) - {Subject.CUSTOMERS} for field in fields_of(s)]
    return Holding(
        has=has, where=draw(st.lists(conditions(sorted(fields, key=lambda f: f.name)), max_size=2)),
        at_least=draw(st.sampled_from([1, 1, 2])), negated=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def queries(draw: st.DrawFn) -> Query:
    about = draw(st.sampled_from(Subject))
    fields = sorted((f for s in reached_from(about) for f in fields_of(s) if _askable(f)), key=lambda f: f.name)
    show = draw(st.sampled_from([Show.COUNT, Show.COUNT, *OF_A_FIGURE]))
    figure = draw(st.sampled_from([f.name for f in fields if f.measurable])) if show in OF_A_FIGURE else None
    grouped = [field for field in fields if field.grouped]
    groups = draw(st.lists(st.sampled_from(grouped), max_size=2, unique_by=lambda f: f.name))
    return Query(
        about=about,
        show=show,
        figure=figure,
        where=(*draw(st.lists(conditions(fields), max_size=2)), *draw(st.lists(holdings(), max_size=2))),
        group=tuple(Group(field=f.name, step=draw(st.sampled_from(Step)) if f.kind is Kind.DAY else None)
                    for f in groups),
    )  # fmt: skip


def sees(scope: Scope, customer: Customer) -> bool:
    """The three levels once more, in plain words."""
    match scope.role:
        case Role.HEAD_OFFICE:
            return True
        case Role.BRANCH:
            return customer.branch_id in scope.unit_ids
        case Role.MANAGER:
            return customer.manager_id == scope.employee_id
    return False


def sees_feedback(scope: Scope, case: Feedback, customers: set[str]) -> bool:
    own = {
        Role.HEAD_OFFICE: True, Role.SERVICE_DESK: True, Role.BRANCH: case.unit_id in scope.unit_ids,
        Role.MANAGER: case.owner_id == scope.employee_id,
    }  # fmt: skip
    return own[scope.role] or case.customer_id in customers


def accounts_of(customers: set[str], accounts: Sequence[Account]) -> list[Account]:
    return [account for account in accounts if account.customer_id in customers]
