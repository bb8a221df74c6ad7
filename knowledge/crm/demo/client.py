"""A customer in the making: the row of the customer table and what decides how their money moves."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from knowledge.crm.codes import CustomerKind, ProductKind
from knowledge.crm.demo.passbook import Passbook
from knowledge.crm.demo.sheets import Sheets, money
from knowledge.crm.tables import Customer


@dataclass
class Client:
    """`wealth` is what the customer is planned to hold, `worth` their average assets of late, in cents;
    `product_kinds` has one entry for every account opened.
    """

    id: str
    kind: CustomerKind
    name: str
    name_latin: str | None
    language: str
    branch_id: str
    manager_id: str | None
    since: date
    rng: Random
    wealth: int = 0
    income: int | None = None
    employer: str | None = None
    retired: bool = False
    sex: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    occupation: str | None = None
    education: str | None = None
    industry: str | None = None
    economic_nature: str | None = None
    owning_group: str | None = None
    credit_rating: str | None = None
    qualification_grade: str | None = None
    key_contact: str | None = None
    tier: str | None = None
    tolerance: str | None = None
    tolerance_assessed_on: date | None = None
    interests: list[str] = field(default_factory=list)
    consents: list[str] = field(default_factory=list)
    closed_on: date | None = None
    planted: bool = False
    worth: int = 0
    product_kinds: list[ProductKind] = field(default_factory=list)
    _demand: Passbook | None = None

    @property
    def has_demand(self) -> bool:
        return self._demand is not None

    @property
    def demand(self) -> Passbook:
        """The account that everyday money goes through; every customer has one."""
        if self._demand is None:
            raise AttributeError(f"{self.id} has no demand account yet")
        return self._demand

    @demand.setter
    def demand(self, passbook: Passbook) -> None:
        self._demand = passbook

    def write(self, sheets: Sheets) -> None:
        sheets.add(
            Customer, id=self.id, kind=self.kind.value, name=self.name, name_latin=self.name_latin, sex=self.sex,
            birth_date=self.birth_date, phone=self.phone, email=self.email, address=self.address, city=self.city,
            region=self.region, language=self.language, occupation=self.occupation, education=self.education,
            income=None if self.income is None else money(self.income), currency="CNY", industry=self.industry,
            economic_nature=self.economic_nature, owning_group=self.owning_group, credit_rating=self.credit_rating,
            qualification_grade=self.qualification_grade, key_contact=self.key_contact, manager_id=self.manager_id,
            branch_id=self.branch_id, tier=self.tier, tolerance=self.tolerance,
            tolerance_assessed_on=self.tolerance_assessed_on, interests=self.interests, consents=self.consents,
            customer_since=self.since, closed_on=self.closed_on,
        )  # fmt: skip
