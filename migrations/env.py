"""Alembic's entry: runs the migrations on the connection that `knowledge.crm.schema` hands over.

A developer who starts `alembic` by hand (to write a new revision) gets a connection to the store of
`sqlalchemy.url` in `alembic.ini`.
"""

from alembic import context
from sqlalchemy import Connection

from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Base
from knowledge.library import tables as library_tables

EVERY_TABLE = (Base, library_tables)
"""Importing the models fills `Base.metadata`, which new revisions are compared with."""


def run(connection: Connection) -> None:
    """One transaction for all revisions: a store is at the old version or at the new one, never between."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with bulk_engine(context.config.get_main_option("sqlalchemy.url") or "").connect() as opened:
        run(opened)
        opened.commit()
