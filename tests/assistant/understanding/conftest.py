"""A small bank of people whose names are easily mistaken for one another."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import pytest

from assistant.understanding.customers import find_customers
from assistant.understanding.intents import _vocabulary
from assistant.understanding.reading import CustomerMention
from assistant.understanding.text import PlainText
from knowledge.crm.codes import CustomerKind, ProductKind, Role
from knowledge.crm.names import name_keys
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, Reader
from knowledge.crm.tables import Account, Customer, CustomerName, Employee, Unit

PEOPLE = [
    ("C01", "王建国", "Wang Jianguo", "M", "19900000001"),
    ("C02", "张丽", "Zhang Li", "F", "19900000002"),
    ("C03", "欧阳文静", "Ouyang Wenjing", "F", None),
    ("C04", "王伟", "Wang Wei", "M", None),
    ("C05", "王伟", "Wang Wei", "M", None),
    ("C06", "李美华", "Li Meihua", "F", None),
    ("C07", "María García López", None, "F", "+34 612 345 678"),
    ("C08", "Javier Ortega Ruiz", None, "M", None),
    ("C09", "James Carter", None, "M", None),
    ("C10", "Emma Hughes", None, "F", None),
    ("C11", "Peter Ward", None, "M", None),
    ("C12", "Anna O'Brien", None, "F", None),
    ("C13", "Hugh Grant", None, "M", None),
    ("C14", "Rose Miller", None, "F", None),
    ("C15", "Will Mayer", None, "M", None),
    ("C16", "Carmen Rodríguez Sánchez", None, "F", None),
    ("C17", "Carmen Rodríguez Sánchez", None, "F", None),
    ("C18", "Anthony Smith-Jones", None, "M", None),
]
COMPANIES = [
    ("B01", "安阳市洹滨餐饮管理有限公司", "Anyang Huanbin Catering Management Co., Ltd."),
    ("B02", "Bodegas Alhambra Asia, S.L.", None),
    ("B03", "Redwood Stores Ltd.", None),
    ("B04", "Hoteles Tres Mares, S.L.", None),
]
TOLD_APART = {"C04": ("Madrid", "platinum", "teacher"), "C05": ("广州", "silver", "engineer")}
ELSEWHERE = ("C99", "赵敏敏", "Zhao Minmin", "F", None)
MANAGER = Scope("lan", Role.MANAGER, ("branch",))

Find = Callable[[str], Awaitable[tuple[CustomerMention, ...]]]


@pytest.fixture(scope="session")
def common() -> frozenset[str]:
    """The words of everyday questions."""
    return _vocabulary()[0]


@pytest.fixture
async def reader(store: CrmStore) -> AsyncIterator[Reader]:
    async with store.writing() as session:
        session.add(Unit(id="branch", kind="branch", name="Branch"))
        await session.flush()
        for id in ("lan", "lei"):
            session.add(Employee(id=id, name=id, role="manager", unit_id="branch"))
        await session.flush()
        for id, name, latin, sex, phone in [*PEOPLE, ELSEWHERE]:
            session.add(_customer(id, CustomerKind.PERSON, name, latin, sex, phone))
        for id, name, latin in COMPANIES:
            session.add(_customer(id, CustomerKind.COMPANY, name, latin, None, None))
        await session.flush()
        for id, name, latin, phone in [(p[0], p[1], p[2], p[4]) for p in [*PEOPLE, ELSEWHERE]] + [
            (*company, None) for company in COMPANIES
        ]:
            for key, form in name_keys(name, latin, phone).items():
                session.add(CustomerName(customer_id=id, key=key, form=form))
        session.add(_account("A000001", "6200000900007919", "C01"))
        session.add(_account("A000099", "6200000900099999", "C99"))
    async with store.reading(MANAGER) as reader:
        yield reader


@pytest.fixture
def find(reader: Reader, common: frozenset[str]) -> Find:
    async def found(question: str) -> tuple[CustomerMention, ...]:
        return (await find_customers(reader, PlainText.of(question), common)).mentions

    return found


def _customer(
    id: str, kind: CustomerKind, name: str, latin: str | None, sex: str | None, phone: str | None
) -> Customer:
    city, tier, occupation = TOLD_APART.get(id, (None, None, None))
    return Customer(
        id=id, kind=kind, name=name, name_latin=latin, sex=sex, phone=phone, currency="CNY", branch_id="branch",
        manager_id="lei" if id == ELSEWHERE[0] else "lan", city=city, tier=tier, occupation=occupation,
    )  # fmt: skip


def _account(id: str, number: str, owner: str) -> Account:
    return Account(
        id=id, number=number, customer_id=owner, kind=ProductKind.DEPOSIT, currency="CNY", state="active",
        opened_on=date(2024, 1, 1),
    )  # fmt: skip
