"""The scope told to PostgreSQL, whose row-level security holds it below the application.

The policies (migration 0003) compare rows with settings that last one transaction: whose rows are read,
or that the transaction is the service's own (writing, audit, bulk loading). Without settings no row is
there. Reading also becomes the role `rapport_reader`, which may write nothing and to which even an owner
or superuser is bound; see docs/postgresql.md for what this does not hold.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, text

from knowledge.crm.scope import Scope
from knowledge.errors import StoreError

_BIND = """SELECT set_config('rapport.access', '', true), set_config('rapport.employee', :employee, true),
    set_config('rapport.role', :role, true), set_config('rapport.units', :units, true)"""
_AS_READER = ", set_config('role', 'rapport_reader', true)"
_SERVICE = "SELECT set_config('rapport.access', 'service', true)"
_RIGHTS = """
SELECT me.rolname, me.rolsuper OR me.rolbypassrls AS bypasses,
    coalesce(pg_has_role(me.oid, reader.oid, 'SET') AND NOT reader.rolsuper AND NOT reader.rolbypassrls, false)
    AS becomes
FROM pg_roles me LEFT JOIN pg_roles reader ON reader.rolname = 'rapport_reader'
WHERE me.rolname = current_user"""


@dataclass
class RowSecurity:
    """What one store's transactions begin with. Does nothing on a database without row-level security."""

    dialect: str
    _becomes_reader: bool | None = None

    def bind_scope(self, connection: Connection, scope: Scope) -> None:
        """Opens the rows of `scope`, and no others, until the transaction ends.

        Raises StoreError for a login that row-level security does not bind.
        """
        if self.dialect != "postgresql":
            return
        if self._becomes_reader is None:
            self._becomes_reader = _becomes_reader(connection)
        values = {"employee": scope.employee_id, "role": scope.role.value, "units": json.dumps(scope.unit_ids)}
        connection.execute(text(_BIND + (_AS_READER if self._becomes_reader else "")), values)

    def bind_service(self, connection: Connection) -> None:
        """Opens all rows until the transaction ends: for the journal, audits and confirmed writes."""
        if self.dialect == "postgresql":
            connection.execute(text(_SERVICE))


def _becomes_reader(connection: Connection) -> bool:
    login = connection.execute(text(_RIGHTS)).one()
    if login.bypasses and not login.becomes:
        raise StoreError(
            reason=f"the login {login.rolname} passes by row-level security and may not become rapport_reader:"
            " grant it that role, or take another login"
        )
    return bool(login.becomes)
