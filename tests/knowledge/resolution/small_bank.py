"""A few customers with rows in every table that refers to customers, made from the models themselves."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, Table, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.crm.campaign import Campaign
from knowledge.crm.lineage import Conflict, Likeness, Merge, MergedRow, SourceRecord
from knowledge.crm.money import Amount, Rate
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Account, Base, Customer, Employee, Product, Unit
from knowledge.resolution.merging import recompute
from knowledge.resolution.references import references

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9)
HISTORY = ("merge", "merged_row", "likeness", "journal", "journal_end", "changed_customer")
"""What a merge and its undoing leave behind on purpose."""


def record(id: str, customer: str | None = None, **said: Any) -> SourceRecord:
    """What one system says of one customer."""
    given: dict[str, Any] = {
        "system": "core", "number": id, "as_of": DAY, "kind": "person", "name": "Ana Ruiz", "currency": "EUR",
        "dates": {}, "interests": [], "consents": [],
    }  # fmt: skip
    return SourceRecord(id=id, customer_id=customer or id, recorded_at=AT, **(given | said))


async def fill(session: AsyncSession, records: Iterable[SourceRecord], keys: dict[str, set[str]] | None = None) -> None:
    """Customers as their records say, each with a row in every table that refers to customers.

    `keys` gives what the rows of a customer share with those of others where the customer is part of the key.
    """
    records = list(records)
    customers = sorted({each.customer_id for each in records})
    session.add_all(
        [
            Unit(id="u", kind="branch", name="u"),
            *(Product(id=key, kind="deposit", name=key, currency="EUR") for key in "pxyz"),
        ]
    )
    await session.flush()
    session.add(Employee(id="e", unit_id="u", role="manager", name="e"))
    session.add_all(Customer(id=each, kind="person", name=each, currency="EUR") for each in customers)
    await session.flush()
    session.add_all(records)
    session.add_all(Campaign(id=key, theme=key, starts_on=DAY, currency="EUR") for key in "xyz")
    session.add_all(
        Account(
            id=key, customer_id=customers[0], kind="deposit", number=key, currency="EUR", opened_on=DAY, state="active"
        )
        for key in "xyz"
    )
    await session.flush()
    made_elsewhere = {Conflict, Likeness, Merge, MergedRow, SourceRecord}
    skipped = {table.__tablename__ for table in made_elsewhere}
    for customer in customers:
        for reference in references():
            if reference.table.name in skipped:
                continue
            for key in sorted((keys or {}).get(customer, {"x"})) if reference.in_key else [customer]:
                await session.execute(insert(reference.table).values(_row(reference.table, customer, key)))
    for customer in customers:
        await recompute(session, [customer], DAY)


def _row(table: Table, customer: str, key: str) -> dict[str, object]:
    return {
        column.name: _value(column, customer, key)
        for column in table.columns
        if not column.nullable or column.foreign_keys
    }


def _value(column: Any, customer: str, key: str) -> object:
    target = next((foreign.column.table.name for foreign in column.foreign_keys), None)
    if target:
        own = {"customer": customer, "employee": "e", "unit": "u", "product": "p", "campaign": "x", "account": "x"}
        own |= {"feedback": customer}
        return key if column.primary_key and target in ("campaign", "account", "product") else own[target]
    match column.type:
        case Amount() | Rate():
            return Decimal(1)
        case Boolean():
            return False
        case DateTime():
            return AT
        case Date():
            return DAY
        case JSON():
            return {"customer": customer}
        case Integer():
            return int(customer[1:])
    return key if column.primary_key else f"{customer}"


async def snapshot(store: CrmStore, *but: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as it lies in the database, but for some tables."""
    taken = {}
    async with store.auditing() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in (*HISTORY, *but):
                rows = await session.execute(text(f'SELECT * FROM "{table.name}"'))
                taken[table.name] = sorted((tuple(map(str, row)) for row in rows), key=repr)
    return taken


async def standing_notes(session: AsyncSession, *but: str) -> list[tuple[str, str, str, str]]:
    """What is noted under merges that stand, without numbers, but for the rows of some tables.

    Whether a conflict was led or dropped depends on those that stood before it; what comes back is the same.
    """
    rows = await session.execute(
        select(MergedRow, Merge.absorbed_id)
        .join(Merge, Merge.id == MergedRow.merge_id)
        .where(Merge.undone_at.is_(None), MergedRow.table.not_in(but))
    )
    return sorted((absorbed, note.table, repr(note.key), repr(note.dropped)) for note, absorbed in rows)
