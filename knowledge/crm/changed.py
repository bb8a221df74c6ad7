"""Which customers' rows changed since the measures were last computed: noted by the database's own triggers.

`changed_customer` is only added to, by triggers on every table of customers' rows that measures read; a run of the
measures takes the notes away that it has seen. Whoever writes millions of rows switches the triggers off meanwhile
(`unnoted`) and notes the customers as one set, or that everything changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Id

NOBODY = ""
"""Stands for rows that belong to no customer, such as an anonymous complaint."""
OWNERS: dict[str, tuple[str, ...]] = {
    "customer": ("id",),
    "account": ("customer_id",),
    "contact": ("customer_id",),
    "feedback": ("customer_id",),
    "offer": ("customer_id",),
    "source_value": ("customer_id",),
    "merge": ("customer_id", "absorbed_id"),
}
"""The columns that name the customers of a row. What was measured of two customers is joined with them."""
BY_ACCOUNT = ("balance", "transaction")
"""Tables whose rows belong to the customer of their account."""
TRIGGERS = frozenset(
    f"changed_{table}_{event}" for table in (*OWNERS, *BY_ACCOUNT) for event in ("insert", "update", "delete")
)
MANY = 0.2
"""From this share of the bank's customers on, notes name none: reading all rows is faster than looking theirs up."""
_SETTING = "rapport.changes"


class ChangedCustomer(Base):
    """A note that rows of a customer changed; without a customer, that any may have."""

    __tablename__ = "changed_customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Id)
    __table_args__ = ({"sqlite_autoincrement": True},)


def notes_changes(connection: Connection) -> bool:
    """Whether every trigger is there and at work: a table that was made anew has lost its own."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
    return set(connection.execute(text(query)).scalars()) >= TRIGGERS


@contextmanager
def unnoted(connection: Connection) -> Iterator[None]:
    """Within it the connection's writes note nothing. Part of its transaction: who else writes has to wait."""
    if connection.dialect.name == "postgresql":
        statement = text("SELECT set_config(:setting, :value, true)")
        connection.execute(statement, {"setting": _SETTING, "value": "noted"})
        yield
        connection.execute(statement, {"setting": _SETTING, "value": ""})
        return
    found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    dropped = [(name, sql) for name, sql in found if name in TRIGGERS]
    for name, _ in dropped:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in dropped:
        connection.exec_driver_sql(sql)


def note_everything(connection: Connection) -> None:
    """Notes that any customer may have changed."""
    connection.execute(text("INSERT INTO changed_customer (customer_id) VALUES (NULL)"))


def belonging(table: Table, wanted: str, join: str = "JOIN") -> str:
    """SQL: the rows of a table that belong to the customers in the relation `wanted` (customer_id).

    `join` may fix the order in which they are looked up.
    """
    name = f'"{table.name}"'
    columns = ", ".join(f't."{column.name}"' for column in table.columns)
    if table.name in BY_ACCOUNT:
        return (
            f"SELECT {columns} FROM {wanted} w {join} account a ON a.customer_id = w.customer_id "
            f"{join} {name} t ON t.account_id = a.id"
        )
    owner = OWNERS.get(table.name, ("customer_id",))[0]
    rows = f'SELECT {columns} FROM {wanted} w {join} {name} t ON t."{owner}" = w.customer_id'
    if table.columns[owner].nullable:
        nobody = f"EXISTS (SELECT 1 FROM {wanted} WHERE customer_id = '{NOBODY}')"
        rows += f' UNION ALL SELECT {columns} FROM {name} t WHERE t."{owner}" IS NULL AND {nobody}'
    return rows
