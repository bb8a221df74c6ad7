"""What the staging database asks Python about: cells that are not written plainly, and words for reasons."""

import json

import duckdb
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import VARCHAR

from knowledge.intake.conversion import CellColumn, Unfit, cell_reader
from knowledge.intake.excerpt import excerpt
from knowledge.intake.stored_form import stored_text


class CloseReading:
    """Functions of the staging database that read what its own SQL does not recognise, or say why it does not fit."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._texts = duckdb.list_type(VARCHAR)
        self._answer = duckdb.struct_type(dict.fromkeys(("value", "column", "reason"), VARCHAR))
        self._count = 0
        connection.create_function("excerpt", excerpt, [VARCHAR], VARCHAR)

    def cell(self, given: CellColumn) -> str:
        """The function that reads a column's cell, its sign's and its months', given as a list of texts."""
        reader = cell_reader(given)
        kind = given.target.kind

        def read(texts: list[str | None]) -> dict[str, str | None]:
            cell, direction, months = (text or "" for text in texts)
            try:
                value = reader(cell, direction, months)
            except Unfit as unfit:
                return {"value": None, "column": unfit.column, "reason": unfit.reason}
            return {"value": stored_text(value, kind), "column": None, "reason": None}

        name = self._name()
        self._connection.create_function(name, read, [self._texts], self._answer)
        return name

    def named_values(self, names: list[str]) -> str:
        """The function that puts cells under names, leaving out those that are empty."""

        def read(texts: list[str | None]) -> str:
            return json.dumps({name: text for name, text in zip(names, texts, strict=True) if text})

        name = self._name()
        self._connection.create_function(name, read, [self._texts], VARCHAR)
        return name

    def _name(self) -> str:
        self._count += 1
        return f"closely_{self._count}"
