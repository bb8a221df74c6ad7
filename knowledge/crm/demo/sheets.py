"""The rows of the bank in the making, table by table, and the numbers they are given."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import Connection, insert

from knowledge.crm.tables import Base

Row = dict[str, object]
_BATCH = 20_000


def money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


class Sheets:
    """Rows by table name. A row that leaves out a column gets NULL there."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self._numbers: Counter[str] = Counter()

    def number(self, prefix: str, width: int) -> str:
        """The next id of that prefix: `C000001`, `C000002` ..."""
        self._numbers[prefix] += 1
        return f"{prefix}{self._numbers[prefix]:0{width}d}"

    def count(self, sequence: str) -> int:
        self._numbers[sequence] += 1
        return self._numbers[sequence]

    def add(self, model: type[Base], **values: object) -> None:
        row: Row = dict.fromkeys(model.__table__.columns.keys())
        row.update(values)
        self.rows.setdefault(model.__tablename__, []).append(row)

    def sheet(self, model: type[Base]) -> list[Row]:
        """The list of a table's rows, for adding many complete ones quickly."""
        return self.rows.setdefault(model.__tablename__, [])

    def write(self, connection: Connection, progress: Callable[[str], None]) -> dict[str, int]:
        """Inserts everything, parents before children, and returns the number of rows per table."""
        counts: dict[str, int] = {}
        for table in Base.metadata.sorted_tables:
            rows = self.rows.get(table.name, [])
            for first in range(0, len(rows), _BATCH):
                connection.execute(insert(table), rows[first : first + _BATCH])
            if rows:
                counts[table.name] = len(rows)
                progress(f"{table.name}: {len(rows)}")
        return counts
