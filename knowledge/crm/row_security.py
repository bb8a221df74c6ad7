"""The scope told to PostgreSQL, whose row-level security holds it below the application.

Reading becomes the role of its level (`rapport_manager` ...), which may write nothing and to which even an
owner or superuser is bound. The policies of that role (migration 0003) compare rows with settings that last
one transaction; without settings no row is there. Writing, audit and bulk loading say that they are the
service itself. See docs/postgresql.md for what this does not hold.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, text

from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.errors import StoreError

_BIND = """SELECT set_config('rapport.access', '', true), set_config('rapport.employee', :employee, true),
    set_config('rapport.role', :role, true), set_config('rapport.units', :units, true),
    set_config('role', :level, true)"""
_SERVICE = "SELECT set_config('rapport.access', 'service', true)"
_LEVELS = [f"rapport_{role.value}" for role in Role]
_BINDING = """SELECT rolname FROM pg_roles WHERE rolname = ANY (:levels)
    AND pg_has_role(oid, 'SET') AND NOT rolsuper AND NOT rolbypassrls"""


@dataclass
class RowSecurity:
    """What one store's transactions begin with. Does nothing on a database without row-level security."""

    dialect: str
    _checked: bool = False

    def bind_scope(self, connection: Connection, scope: Scope) -> None:
        """Opens the rows of `scope`, and no others, until the transaction ends.

        Raises StoreError for a login that may not become the roles of the levels.
        """
        if self.dialect != "postgresql":
            return
        if not self._checked:
            _refuse_unbound(connection)
            self._checked = True
        role = scope.role.value
        values = {"employee": scope.employee_id, "role": role, "units": json.dumps(scope.unit_ids)}
        connection.execute(text(_BIND), values | {"level": f"rapport_{role}"})

    def bind_service(self, connection: Connection) -> None:
        """Opens all rows until the transaction ends: for the journal, audits and confirmed writes."""
        if self.dialect == "postgresql":
            connection.execute(text(_SERVICE))

    def end(self, connection: Connection) -> None:
        """Ends a reading. Not by psycopg's own rollback, after which it prepares, and PostgreSQL plans, all anew."""
        if self.dialect == "postgresql":
            connection.exec_driver_sql("ROLLBACK")


def _refuse_unbound(connection: Connection) -> None:
    held = set(connection.execute(text(_BINDING), {"levels": _LEVELS}).scalars())
    missing = sorted(set(_LEVELS) - held)
    if missing:
        raise StoreError(
            reason=f"row-level security cannot hold: the login may not become {missing[0]}, or that role bypasses it"
        )
