"""Units and employees of the demo bank, and whom to ask as."""

from datetime import timedelta
from functools import cache

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import Role, UnitKind
from knowledge.crm.demo.period import Period, add_months
from knowledge.crm.demo.sheets import Sheets
from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.tables import Employee, Unit


@dataclass(frozen=True, config=STRICT)
class BranchWords:
    id: str
    names: dict[str, str]
    profile: dict[str, str]
    parent: str | None = None


@dataclass(frozen=True, config=STRICT)
class EmployeeWords:
    """`joined` is years, `left` days before the as-of date."""

    id: str
    unit: str
    role: Role
    name: str
    language: str
    joined: int
    left: int | None = None


@dataclass(frozen=True, config=STRICT)
class GuideWords:
    employee: str
    about: str
    question: str


@dataclass(frozen=True, config=STRICT)
class Organisation:
    """Who works where."""

    units: list[BranchWords]
    employees: list[EmployeeWords]
    guides: list[GuideWords]

    def managers(self, unit_id: str) -> list[EmployeeWords]:
        """The customer managers of a branch who still work there."""
        return [e for e in self.employees if e.unit == unit_id and e.role is Role.MANAGER and e.left is None]

    def former_manager(self, unit_id: str) -> EmployeeWords | None:
        return next((e for e in self.employees if e.unit == unit_id and e.left is not None), None)

    def service_desk(self, unit_id: str) -> str:
        return next(e.id for e in self.employees if e.unit == unit_id and e.role is Role.SERVICE_DESK)

    def employee(self, employee_id: str) -> EmployeeWords:
        return next(e for e in self.employees if e.id == employee_id)

    def branch(self, unit_id: str) -> BranchWords:
        return next(unit for unit in self.units if unit.id == unit_id)

    @property
    def branch_ids(self) -> list[str]:
        return [unit.id for unit in self.units if unit.parent]


@cache
def organisation() -> Organisation:
    return read_words("organisation.yaml", Organisation)


def write_organisation(sheets: Sheets, period: Period) -> None:
    for unit in organisation().units:
        kind = UnitKind.BRANCH if unit.parent else UnitKind.HEAD_OFFICE
        sheets.add(
            Unit, id=unit.id, parent_id=unit.parent, kind=kind.value, name=unit.names["zh"], names=unit.names,
            profile=unit.profile,
        )  # fmt: skip
    for person in organisation().employees:
        joined = add_months(period.as_of, -12 * person.joined) - timedelta(days=17 * len(person.id) % 300)
        left = None if person.left is None else period.ago(person.left)
        sheets.add(
            Employee, id=person.id, unit_id=person.unit, role=person.role.value, name=person.name,
            email=f"{person.id}@bank.example", language=person.language, joined_on=joined, left_on=left,
        )  # fmt: skip
