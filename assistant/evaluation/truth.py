"""The store itself, asked by SQL and without a scope: where expectations get their values."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import CaseError
from knowledge.crm.store import bulk_engine

LOOKED_UP = "select "


class Truth:
    """Statements of cases are run here and nowhere else; an evaluation has a copy of the store to itself."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = bulk_engine(url)

    def ids(self, names: Iterable[str]) -> set[str]:
        """The ids of everyone of these names; an id stands for itself. Raises CaseError for a name nobody has."""
        found: set[str] = set()
        with self._engine.connect() as connection:
            for name in names:
                rows = connection.execute(text("select id from customer where name = :n or id = :n"), {"n": name})
                own = {id for (id,) in rows}
                if not own:
                    raise CaseError(file=name, reason="no customer is called so")
                found |= own
        return found

    def value(self, wanted: object) -> str:
        """What is wanted, looked up where it is a statement. Raises CaseError for one that the store cannot answer."""
        if not str(wanted).startswith(LOOKED_UP):
            return str(wanted)
        try:
            with self._engine.connect() as connection:
                return _scalar(connection, str(wanted))
        except SQLAlchemyError as error:
            raise CaseError(file=str(wanted), reason=str(error).splitlines()[0]) from error

    def close(self) -> None:
        self._engine.dispose()


def _scalar(connection: Connection, query: str) -> str:
    return str(connection.execute(text(query)).scalar_one())
