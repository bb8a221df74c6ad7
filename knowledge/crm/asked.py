"""What a statement that is made once is asked with."""

from typing import TypeVar

from sqlalchemy import BindParameter

Value = TypeVar("Value")


class Asked(BindParameter[Value]):
    """A `bindparam` that stands in a statement many times.

    SQLAlchemy looks up each of its places at every execution. With other parameters such a look-up builds and throws
    away an expression of SQL, because that is what `==` means between them; these are compared as plain objects.
    """

    inherit_cache = True

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return hash(self) == hash(other)

    def __hash__(self) -> int:
        return super().__hash__()
