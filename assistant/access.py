"""Who is asking, and so which rows they may see."""

from datetime import date

from sqlalchemy import Select, String, bindparam, select

from assistant.errors import UnknownEmployee
from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.scoped_session import KEPT
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Employee, Unit
from knowledge.errors import StoreError

DOORKEEPER = Scope(employee_id="", role=Role.SERVICE_DESK)
"""Sees no customer. Employees and units are open to every scope, so this is enough to decide on one."""


def _employee_and_units() -> Select[Employee, str]:
    """The asker, once for each of their unit and the units below it."""
    asker = bindparam("asker", type_=String)
    own = select(Employee.unit_id).where(Employee.id == asker).scalar_subquery()
    top = select(Unit.id).where(Unit.id == own).cte("below", recursive=True)
    below = top.union(select(Unit.id).join(top, Unit.parent_id == top.c.id))
    each = select(Employee, below.c.id).join(below, below.c.id.is_not(None)).where(Employee.id == asker)
    return each.execution_options(**{KEPT: True})


_EMPLOYEE_AND_UNITS = _employee_and_units()


async def scope_of(store: CrmStore, employee_id: str, today: date) -> Scope:
    """What that employee may see: their role, their unit and all units below it.

    `today` is the real day, never a date that came with a question: who has left by then may ask
    nothing, not even about the days when they still worked here. Raises UnknownEmployee for them and
    for nobody alike, and StoreError if the employee table names a role that does not exist.
    """
    async with store.reading(DOORKEEPER) as reader:
        rows = await reader.rows(_EMPLOYEE_AND_UNITS, {"asker": employee_id})
    employee = rows[0][0] if rows else None
    if employee is None or (employee.left_on is not None and employee.left_on <= today):
        raise UnknownEmployee(employee=employee_id)
    return Scope(employee.id, _role(employee), tuple(sorted(unit for _, unit in rows)), employee.unit_id)


def _role(employee: Employee) -> Role:
    try:
        return Role(employee.role)
    except ValueError:
        raise StoreError(
            reason=f"employee {employee.id} has the role {employee.role!r}, which does not exist"
        ) from None
