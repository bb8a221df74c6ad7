"""Rows read as JSON are the rows that are read as rows, in every scope and on both databases."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import inspect, select, true

from knowledge.crm.json_rows import JsonRows
from knowledge.crm.scope import Scope, visible_rows
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Base, Contact, Employee, Product, Transaction, Unit
from tests.contracts.test_customer_file import SCOPES
from tests.knowledge.crm.canaries import bank

HEAD = SCOPES[3]
HOSTILE = """ '"; -- \\ \\u0000 </script> \n\t {"a": [1]} null 王小明 😀"""


def _values(row: Base) -> dict[str, Any]:
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}


async def _read(store: CrmStore, scope: Scope, table: type[Base]) -> tuple[list[Any], list[Any]]:
    keys = [getattr(table, str(column.key)) for column in inspect(table).primary_key]
    statement = select(table).order_by(*keys)
    part = JsonRows(statement)
    async with store.reading(scope) as reader:
        rows = await reader.scalars(statement)
        ((_, listed),) = await reader.rows(select(Unit.id, part.value).limit(1))
        return [_values(row) for row in rows], [_values(row) for (row,) in part.read(listed)]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.role}-{scope.employee_id}")
async def test_the_same_rows_are_seen(canaries: CrmStore, scope: Scope) -> None:
    tables: list[type[Base]] = [*visible_rows(scope), Unit, Employee, Product]
    for table in tables:
        rows, listed = await _read(canaries, scope, table)
        assert listed == rows, table.__tablename__


async def test_values_come_back_as_they_were(any_store: CrmStore) -> None:
    at = datetime(2026, 3, 2, 23, 59, 59, 120)
    unlikely = [Decimal("-0.01"), Decimal("9999999999999.99"), Decimal("0.00")]
    async with any_store.writing() as session:
        for row in bank():
            session.add(row)
            await session.flush()
        account = (await session.scalars(select(Transaction.account_id).limit(1))).one()
        customer = (await session.scalars(select(Contact.customer_id).limit(1))).one()
        for number, amount in enumerate(unlikely):
            session.add(
                Transaction(id=f"t{number}", account_id=account, booked_on=date.min, amount=amount, currency="EUR",
                            counterparty=HOSTILE, kind="transfer")
            )  # fmt: skip
        session.add(Contact(id="c", customer_id=customer, at=at, channel="call", purpose=HOSTILE))
        session.add(Unit(id="u", kind="branch", name=HOSTILE, names={HOSTILE: HOSTILE}, profile={"k": "1"}))
    for table, new in ((Transaction, "t0"), (Contact, "c"), (Unit, "u")):
        rows, listed = await _read(any_store, HEAD, table)
        assert listed == rows
        assert [row for row in listed if row["id"] == new]


async def test_what_an_outer_join_does_not_find_is_none_and_single_columns_have_their_types(canaries: CrmStore) -> None:
    part = JsonRows(
        select(Contact, Employee, Contact.at, Transaction.amount, Transaction.booked_on)
        .select_from(Contact)
        .outerjoin(Employee, Employee.id == "nobody")
        .join(Transaction, true())
        .limit(1)
    )
    async with canaries.reading(HEAD) as reader:
        ((_, listed),) = await reader.rows(select(Unit.id, part.value).limit(1))
    ((contact, employee, at, amount, booked_on),) = part.read(listed)
    assert employee is None
    assert (type(contact), at) == (Contact, contact.at)
    assert (type(amount), type(booked_on)) == (Decimal, date)


async def test_order_and_limit_are_kept(canaries: CrmStore) -> None:
    part = JsonRows(select(Contact).order_by(Contact.id.desc()).limit(3))
    async with canaries.reading(HEAD) as reader:
        ((_, listed),) = await reader.rows(select(Unit.id, part.value).limit(1))
        expected = await reader.scalars(select(Contact.id).order_by(Contact.id.desc()).limit(3))
    assert [contact.id for (contact,) in part.read(listed)] == list(expected)
