"""Where the store refers to customers: every column of every table, found out from the models themselves."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Table

# Not used by name: the tables of lineage belong to the same metadata once their module is imported.
from knowledge.crm import lineage as lineage
from knowledge.crm.tables import Base, Customer


@dataclass(frozen=True)
class Reference:
    """One column that names a customer. `key` is the table's primary key."""

    table: Table
    column: str
    key: tuple[str, ...]

    @property
    def in_key(self) -> bool:
        """Whether the customer is part of the row's identity, so that two rows can become the same one."""
        return self.column in self.key

    @property
    def noted(self) -> tuple[str, ...]:
        """What a note of a moved row holds: its key, and the column where the table refers to customers twice."""
        twice = sum(each.table is self.table for each in references()) > 1
        return self.key if self.in_key or not twice else (*self.key, self.column)


@cache
def references() -> tuple[Reference, ...]:
    """Every foreign key to `customer.id`, parents before children."""
    return tuple(
        Reference(table, column.name, tuple(key.name for key in table.primary_key))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(foreign.column is Customer.__table__.c.id for foreign in column.foreign_keys)
    )
