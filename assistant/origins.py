"""Which source systems a customer's file rests on: the last step from a figure back to where it was entered."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from assistant.access import scope_of
from assistant.errors import UnknownCustomer
from knowledge.clock import Clock
from knowledge.crm.lineage import SourceRecord
from knowledge.crm.store import CrmStore, Lookups
from knowledge.crm.tables import Customer
from prompts.catalogue import word


class Origin(BaseModel):
    """One system that says so: its name in the asker's language, under which number it knows the customer, and since
    which day it says it."""

    model_config = ConfigDict(frozen=True)
    system: str
    number: str
    as_of: date


class Origins:
    """Reads the source records within the asker's scope."""

    def __init__(self, store: CrmStore) -> None:
        self._store = store

    async def of(self, employee_id: str, customer: str, field: str | None, language: str) -> Sequence[Origin]:
        """The systems that say what the customer's file says in that field, all that know the customer where it is no
        field of the file; the latest word first. Raises UnknownEmployee, UnknownCustomer."""
        scope = await scope_of(self._store, employee_id, Clock().today())
        async with self._store.reading(scope) as reader:
            found = await reader.together(lambda lookups: _origins(lookups, customer, field, language))
        if found is None:
            raise UnknownCustomer(customer=customer)
        return found


def _origins(lookups: Lookups, customer: str, field: str | None, language: str) -> list[Origin] | None:
    row = lookups.get(Customer, customer)
    if row is None:
        return None
    records = lookups.scalars(select(SourceRecord).where(SourceRecord.customer_id == customer))
    if field and field in SourceRecord.__table__.columns and field in Customer.__table__.columns:
        records = [record for record in records if getattr(record, field) == getattr(row, field)]
    origins = [
        Origin(system=word("system", r.system, language), number=r.number, as_of=_since(r, field)) for r in records
    ]
    return sorted(origins, key=lambda origin: origin.as_of, reverse=True)


def _since(record: SourceRecord, field: str | None) -> date:
    said = record.dates.get(field or "")
    return date.fromisoformat(said) if said else record.as_of
