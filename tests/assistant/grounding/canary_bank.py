"""A bank whose customers are canaries: whatever is personal of them is a string that stands nowhere else."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from knowledge.crm.names import name_keys
from knowledge.crm.tables import (
    Account,
    Balance,
    Base,
    Contact,
    Customer,
    CustomerIdentifier,
    CustomerName,
    Employee,
    Feedback,
    Product,
    Task,
    Transaction,
    Unit,
)

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Canary:
    """A customer and all that is personal of them. `said` are further names that notes speak of them by."""

    id: str
    kind: str
    name: str
    latin: str | None
    phone: str
    email: str
    address: str
    identity: str
    account: str
    key_contact: str | None = None
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    birth_date: date | None = None

    def secrets(self) -> set[str]:
        """Every string that must not leave."""
        found = {self.id, self.name, self.phone, self.email, self.address, self.identity, self.account, *self.said}
        found |= {self.latin or self.name, self.key_contact or self.name}
        return found | ({self.birth_date.isoformat(), *_written(self.birth_date)} if self.birth_date else set())


def _written(day: date) -> set[str]:
    return {f"{day:%b} {day.day}, {day.year}", f"{day.year}年{day.month}月{day.day}日"}


CANARIES = (
    Canary(
        "C900001",
        "person",
        "欧阳雀丝",
        "Ouyang Quesi",
        "13912340001",
        "queque@canary.example",
        "雀鸣路77号3单元909室",
        "11010519491231002X",
        "6229900100000001",
        said=("欧阳女士", "雀丝"),
        birth_date=date(1949, 12, 31),
        notes=(
            "欧阳女士来电，手机13912340001，说雀丝要搬到雀鸣路77号3单元909室。",
            "欧阳雀丝希望先付20万元，12月再付30万元。",
        ),
    ),
    Canary(
        "C900002",
        "person",
        "Cedric Canarybird",
        None,
        "+44 20 7946 0901",
        "cedric@canary.example",
        "77 Finchley Gate Road, Flat 9",
        "GB-CANARY-77",
        "6229900100000002",
        said=("Canarybird", "Mr Canarybird"),
        notes=("Mr Canarybird asked us to write to cedric@canary.example.", "Cedric will call on +44 20 7946 0901."),
        birth_date=date(1971, 3, 4),
    ),
    Canary(
        "C900003",
        "person",
        "Carla Pájaro Canario",
        None,
        "612345678",
        "carla@canary.example",
        "Calle del Jilguero 77, 3.º B",
        "54362315K",
        "ES9121000418450200051332",
        said=("Pájaro Canario", "Sra. Pájaro"),
        birth_date=date(1988, 2, 2),
        notes=("La Sra. Pájaro vive en Calle del Jilguero 77, 3.º B.", "Carla pide 18.600 euros; DNI 54362315K."),
    ),
    Canary(
        "C900004",
        "company",
        "广州市金雀儿餐饮管理有限公司",
        "Guangzhou Jinqueer Catering Management Co., Ltd.",
        "02087654321",
        "office@canary.example",
        "金雀儿大道99号",
        "91440101MA5XCANARY",
        "6229900100000004",
        key_contact="司徒雀明",
        said=("金雀儿餐饮", "司徒雀明"),
        notes=("金雀儿餐饮的司徒雀明说，公司搬到金雀儿大道99号。",),
    ),
)
SECRETS = frozenset(secret for canary in CANARIES for secret in canary.secrets())
COLLEAGUE = "Magda Zeisigova"


@dataclass
class _Numbers:
    last: int = 0
    made: list[str] = field(default_factory=list)

    def next(self, letter: str) -> str:
        self.last += 1
        self.made.append(f"{letter}{self.last:05d}")
        return self.made[-1]


def canary_bank() -> list[Base]:
    """One branch, one colleague, the canaries with an account, bookings, notes, tasks and cases."""
    numbers = _Numbers()
    rows: list[Base] = [
        Unit(id="hq", kind="head_office", name="Head Office"),
        Unit(id="north", parent_id="hq", kind="branch", name="North Branch"),
        Employee(id="head", unit_id="hq", role="head_office", name="Head Person"),
        Employee(id="magda", unit_id="north", role="manager", name=COLLEAGUE),
        Product(
            id="P-SAVE", kind="term_deposit", name="Blue Saver", currency="EUR", rate=Decimal("1.5"), term_months=6
        ),
    ]
    for canary in CANARIES:
        rows += _rows_of(canary, numbers)
    return rows


def _rows_of(canary: Canary, numbers: _Numbers) -> list[Base]:
    rows: list[Base] = [
        Customer(
            id=canary.id,
            kind=canary.kind,
            name=canary.name,
            name_latin=canary.latin,
            phone=canary.phone,
            email=canary.email,
            address=canary.address,
            city="Toledo",
            currency="EUR",
            manager_id="magda",
            branch_id="north",
            tier="gold",
            key_contact=canary.key_contact,
            birth_date=canary.birth_date,
            income=Decimal(52_000),
            customer_since=date(2019, 5, 6),
        ),
        CustomerIdentifier(system="core", number=canary.identity, customer_id=canary.id, kind="identity_card"),
        Account(
            id=f"A{canary.id}",
            customer_id=canary.id,
            product_id="P-SAVE",
            branch_id="north",
            kind="term_deposit",
            number=canary.account,
            currency="EUR",
            opened_on=date(2020, 1, 2),
            matures_on=date(2026, 12, 1),
            rate=Decimal("1.5"),
            state="active",
        ),
        Balance(account_id=f"A{canary.id}", month=TODAY, end=Decimal("300000.25"), average=Decimal(300_000)),
    ]
    keys = name_keys(canary.name, canary.latin, canary.phone)
    rows += [CustomerName(customer_id=canary.id, key=key, form=form) for key, form in keys.items()]
    return [*rows, *_told_of(canary, numbers)]


def _told_of(canary: Canary, numbers: _Numbers) -> list[Base]:
    """What was said and done, with the canary's own words in it."""
    rows: list[Base] = []
    for number, note in enumerate(canary.notes):
        key = {"customer_id": canary.id}
        rows += [
            Contact(
                id=numbers.next("K"),
                **key,
                employee_id="magda",
                at=datetime(2026, 11, 1 + number),
                channel="phone",
                purpose=note,
                content=note,
                result=note,
                next_step=note,
                next_on=TODAY,
            ),
            Task(id=numbers.next("J"), **key, employee_id="magda", kind="call", title=note, due_on=TODAY, state="open"),
            Feedback(
                id=numbers.next("F"),
                **key,
                unit_id="north",
                owner_id="magda",
                received_at=datetime(2026, 11, 5),
                channel="email",
                kind="complaint",
                text=note,
                state="new",
                severity="high",
            ),
            Transaction(
                id=numbers.next("T"),
                account_id=f"A{canary.id}",
                booked_on=date(2026, 11, 3),
                amount=Decimal("-1234.56"),
                currency="EUR",
                kind="transfer_out",
                counterparty=canary.name,
                purpose=note,
            ),
        ]
    return rows
