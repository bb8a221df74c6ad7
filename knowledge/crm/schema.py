"""The schema of the store, brought to its newest version by Alembic."""

from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Base


def migrate(url: str) -> None:
    Base.metadata.create_all(bulk_engine(url))
