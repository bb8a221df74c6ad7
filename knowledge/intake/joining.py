"""Look-ups from the rows of one source to the one row of another that belongs to them."""

from collections.abc import Mapping, Sequence

from knowledge.intake.conversion import Bound, Cell, Context, Unfit, cell_reader
from knowledge.intake.excerpt import excerpt
from knowledge.intake.mapping import Join, Where
from knowledge.intake.row import Row

Found = dict[tuple[str, ...], list[Row]]


def meets(row: Row, where: Where) -> bool:
    """Whether a row's cells have one of the values asked for in every column named."""
    return all(row.cells[column] in values for column, values in where.items())


class Joiner:
    """Finds joined rows; each way of joining indexes the other source once."""

    def __init__(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self._rows = rows
        self._indexes: dict[tuple[str, tuple[str, ...], str], Found] = {}

    def finder(self, join: Join, context: Context) -> "Finder":
        """A finder for one join of an entry."""
        return Finder(join, self._index(join), [cell_reader(ours, context) for ours in join.match.values()])

    def _index(self, join: Join) -> Found:
        theirs = tuple(join.match)
        key = (join.source, theirs, repr(sorted(join.where.items())))
        if key not in self._indexes:
            index: Found = {}
            for row in self._rows[join.source]:
                if meets(row, join.where):
                    index.setdefault(tuple(row.cells[column] for column in theirs), []).append(row)
            self._indexes[key] = index
        return self._indexes[key]


class Finder:
    """Finds the one row that a join means for a row of an entry."""

    def __init__(self, join: Join, index: Found, ours: list[Cell]) -> None:
        self._join, self._index, self._ours = join, index, ours

    def find(self, bound: Bound) -> Row | None:
        """The joined row; None if an optional join finds none. Raises Unfit if there is none, or no one answer."""
        values = tuple(cell(bound) for cell in self._ours)
        found = self._index.get(values, []) if all(values) else []
        if len(found) == 1 or (found and all(row.cells == found[0].cells for row in found)):
            return found[0]
        if not found and self._join.optional:
            return None
        column = next(iter(self._join.match.values()))
        raise Unfit(column, f"{len(found) or 'no'} rows of {self._described(values)}")

    def _described(self, values: tuple[str, ...]) -> str:
        conditions = [f"{column} {excerpt(value)}" for column, value in zip(self._join.match, values, strict=True)]
        conditions += [f"{column} {' or '.join(map(excerpt, cells))}" for column, cells in self._join.where.items()]
        return f"{self._join.source} have {' and '.join(conditions)}"
