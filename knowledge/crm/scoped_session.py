"""Sessions of the store: one that carries a scope's conditions, and one of the service itself, which none bounds."""

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from sqlalchemy import ColumnElement, Connection, Executable, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from knowledge.crm.codes import Role
from knowledge.crm.guard import tables_read
from knowledge.crm.scope import OPEN_TABLES, Scope, few_rows, parameters_of, rows_one_by_one, visible_rows
from knowledge.crm.tables import Base
from knowledge.errors import OutOfScope

KEPT = "rapport_kept"
"""The execution option of a statement that is made once, asked again and again with other parameters, and reads few
rows. Its conditions are added once for each role, which is most of what a small statement costs, and look at the
customer of each row instead of all customers in view."""
_FEW_FOR = "rapport_few_for"
FEW = {_FEW_FOR: frozenset(Role)}
"""The execution options of any other statement that reads few rows: those of some customers, or found by an index.
Its conditions look at the customer of each row too; without it a branch's statement first gathers all its customers."""
FEW_BESIDE_A_BRANCH = {_FEW_FOR: frozenset(Role) - {Role.MANAGER}}
"""Of one whose rows may be many more than a manager's customers: those of a name that thirty thousand bear."""
SCOPES, KEPT_STATEMENTS = 256, 500
Conditions = dict[str, ExecutableOption | None]


class ScopedSession(Session):
    """A session whose every SELECT carries the conditions of its scope (`info["scope"]`)."""


class ServiceSession(Session):
    """A session of the service itself, which no scope bounds."""


@event.listens_for(ScopedSession, "after_begin")
def _open_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    session.info["security"].bind_scope(connection, session.info["scope"])


@event.listens_for(ServiceSession, "after_begin")
def _open_all(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    session.info["security"].bind_service(connection)


@event.listens_for(ScopedSession, "do_orm_execute")
def _bind_scope(state: ORMExecuteState) -> None:
    if state.is_column_load:
        return
    if not (state.is_select and state.is_orm_statement):
        raise OutOfScope(table="a statement that is no SELECT over mapped classes")
    scope: Scope = state.session.info["scope"]
    if state.execution_options.get(KEPT):
        given = cast(Mapping[str, object], state.parameters or {})
        state.parameters = {**given, **parameters_of(scope)}
        state.statement = _kept_for(state.statement, scope.role)
    else:
        few = scope.role in state.execution_options.get(_FEW_FOR, ())
        state.statement = _with_conditions(state.statement, _conditions_for(scope, few))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _kept_for(statement: Executable, role: Role) -> Executable:
    return _with_conditions(statement, _options(rows_one_by_one(role)))


def _with_conditions(statement: Executable, conditions: Conditions) -> Executable:
    """The statement with the conditions of the tables that it reads. Raises OutOfScope for one they do not cover."""
    read = tables_read(statement, frozenset(conditions))
    return statement.options(*filter(None, (conditions[name] for name in sorted(read))))


@lru_cache(maxsize=SCOPES)
def _conditions_for(scope: Scope, few: bool) -> Conditions:
    return _options(few_rows(scope) if few else visible_rows(scope))


def _options(rows: Mapping[type[Base], ColumnElement[bool]]) -> Conditions:
    """The tables that may be read, each with the condition that goes with a statement on it; open tables have none."""
    conditions: Conditions = {table.__tablename__: None for table in OPEN_TABLES}
    return conditions | {
        table.__tablename__: with_loader_criteria(table, condition) for table, condition in rows.items()
    }
