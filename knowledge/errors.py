"""What can go wrong in the store, in intake and in the library, by name.

Every error carries a `code`, which names its sentence in `prompts/errors.yaml`, and the values that
sentence needs. `str(error)` is one plain English line for a log or a terminal.
"""

from typing import ClassVar


class RapportError(Exception):
    """The parent of all our errors. `status` is the HTTP status it becomes at the boundary."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, **values: str | int) -> None:
        self.values = values
        super().__init__(f"{self.code}: " + ", ".join(f"{name}={value}" for name, value in values.items()))


class StoreError(RapportError):
    """The store cannot be opened, is of another version, or is busy. Values: `reason`."""

    code = "store"
    status = 503


class OutOfScope(RapportError):
    """A statement would read a table that the scope does not cover. Ours to mend. Values: `table`."""

    code = "out_of_scope"
    status = 403


class MappingError(RapportError):
    """A mapping file is broken or does not fit the data. Values: `file`, `reason`."""

    code = "mapping"
    status = 400


class IntakeError(RapportError):
    """A source file cannot be read. Values: `file`, `reason`."""

    code = "intake"
    status = 400


class DocumentError(RapportError):
    """A document cannot be read or its front matter is wrong. Values: `file`, `reason`."""

    code = "document"
    status = 400


class EmbeddingsError(RapportError):
    """The embedding engine cannot be loaded. Values: `engine`, `reason`."""

    code = "embeddings"
    status = 500


class InsightError(RapportError):
    """A measure's definition, or what it is computed with, is wrong. Values: `reason`."""

    code = "insight"
    status = 500


class EntryError(RapportError):
    """A value cannot stand in that field of a customer's file. Values: `field`, `reason` (a code of `rule`)."""

    code = "entry"
    status = 422


class MergeError(RapportError):
    """Two customers cannot be joined, kept apart or taken apart again. Values: `reason`."""

    code = "merge"
    status = 409


class QueryError(RapportError):
    """A query cannot be answered on this bank's data. Values: `field`, and `reason`: `not_measured` (a measure that was
    never computed), `no_rate` (a currency) or `unknown_name` (of a branch, an employee or a product)."""

    code = "query"
    status = 422
