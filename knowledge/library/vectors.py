"""Where the vectors of passages are kept: one small protocol, and an index behind it for each kind of store."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from knowledge.embeddings import Vectors


class VectorIndex(Protocol):
    """The vectors of one embedding engine, in drawers: audience and language (`internal-en`).

    Drawers take the place of metadata filters, which are slow, and keep a search from reading what it may
    not show. A vector that no passage names is harmless: it is left from an interrupted or replaced document.
    All methods may be called from several threads and raise StoreError.
    """

    def refresh(self) -> None:
        """Makes what other processes wrote visible."""

    def missing(self, drawer: str, names: Sequence[str]) -> set[str]:
        """Those of `names` that have no vector yet."""

    def put(self, drawer: str, names: Sequence[str], rows: Vectors) -> None:
        """Keeps one row under each name, in place of what was there."""

    def remove(self, drawer: str, names: Sequence[str]) -> None:
        """Forgets these names; unknown ones are no error."""

    def count(self, drawer: str) -> int:
        """How many vectors the drawer holds."""

    def nearest(self, drawer: str, question: Vectors, count: int) -> dict[str, float]:
        """Names and cosines of the nearest `count`, best first; `question` is one unit row."""

    def cosines(self, drawer: str, question: Vectors, names: Sequence[str]) -> Mapping[str, float]:
        """The cosines of these vectors, wherever they rank; unknown names are left out."""


def open_vectors(store_url: str, folder: Path, key: str) -> VectorIndex:
    """The index of the engine `key`: in the store itself on PostgreSQL, else in Chroma's files in `folder`."""
    if make_url(store_url).get_backend_name() == "postgresql":
        from knowledge.library.pgvector import PgVectorIndex

        return PgVectorIndex(store_url, key)
    from knowledge.library.chroma import ChromaIndex

    return ChromaIndex(folder, key)
