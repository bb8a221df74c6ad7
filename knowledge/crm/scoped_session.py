"""Sessions of the store: one that carries a scope's conditions, and one of the service itself, which none bounds."""

from functools import lru_cache

from sqlalchemy import Connection, Executable, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from knowledge.crm.guard import tables_read
from knowledge.crm.scope import OPEN_TABLES, Scope, visible_rows
from knowledge.errors import OutOfScope

KEPT = "rapport_kept"
"""The execution option of a statement that is made once and asked again and again with other parameters: its
conditions are added once for each scope, which is most of what a small statement costs."""
SCOPES, KEPT_STATEMENTS = 256, 1_000


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
    bound = _bound_once if state.execution_options.get(KEPT) else _bound
    state.statement = bound(state.statement, state.session.info["scope"])


def _bound(statement: Executable, scope: Scope) -> Executable:
    """The statement with the conditions of the tables that it reads. Raises OutOfScope for one they do not cover."""
    conditions = _conditions(scope)
    read = tables_read(statement, frozenset(conditions))
    return statement.options(*filter(None, (conditions[name] for name in sorted(read))))


_bound_once = lru_cache(maxsize=KEPT_STATEMENTS)(_bound)


@lru_cache(maxsize=SCOPES)
def _conditions(scope: Scope) -> dict[str, ExecutableOption | None]:
    """The tables that may be read, each with the condition that goes with a statement on it; open tables have none."""
    rows = visible_rows(scope)
    conditions: dict[str, ExecutableOption | None] = {table.__tablename__: None for table in OPEN_TABLES}
    return conditions | {
        table.__tablename__: with_loader_criteria(table, condition) for table, condition in rows.items()
    }
