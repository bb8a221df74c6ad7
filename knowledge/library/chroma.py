"""Vectors in Chroma, embedded in our process: kept under names, found by nearness."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.embeddings import Vectors
from knowledge.errors import StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

BATCH = 500


@contextmanager
def _store_errors() -> Iterator[None]:
    """Chroma's errors by our name."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise StoreError(reason=f"the vector index fails: {str(error).splitlines()[0]}") from None


class ChromaIndex:
    """The vectors of one engine (`key`), a collection for each drawer. See `knowledge.library.vectors`."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._lock = threading.Lock()
        self._client: ClientAPI | None = None
        self._collections: dict[str, Collection] = {}

    def refresh(self) -> None:
        """Opens the index anew. Chroma keeps what it has read and misses what other processes write.

        Searches under way end on what they have opened.
        """
        with self._lock:
            if self._client is None:
                return
            from chromadb.api.shared_system_client import SharedSystemClient

            SharedSystemClient.clear_system_cache()
            self._client = None
            self._collections = {}

    def missing(self, drawer: str, names: Sequence[str]) -> set[str]:
        """Those of `names` that have no vector yet."""
        known: set[str] = set()
        for start in range(0, len(names), BATCH):
            with _store_errors():
                found = self._collection(drawer).get(ids=list(names[start : start + BATCH]), include=[])
            known.update(found["ids"])
        return set(names) - known

    def put(self, drawer: str, names: Sequence[str], rows: Vectors) -> None:
        with _store_errors():
            self._collection(drawer).upsert(ids=list(names), embeddings=list(rows))

    def remove(self, drawer: str, names: Sequence[str]) -> None:
        for start in range(0, len(names), BATCH):
            with _store_errors():
                self._collection(drawer).delete(ids=list(names[start : start + BATCH]))

    def count(self, drawer: str) -> int:
        with _store_errors():
            return int(self._collection(drawer).count())

    def nearest(self, drawer: str, question: Vectors, count: int) -> dict[str, float]:
        """Names and cosines of the nearest `count`; `question` is one unit row."""
        with _store_errors():
            collection = self._collection(drawer)
            found = collection.query(query_embeddings=list(question), n_results=count, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {name: 1.0 - float(d) for name, d in zip(found["ids"][0], distances, strict=True)}

    def cosines(self, drawer: str, question: Vectors, names: Sequence[str]) -> Mapping[str, float]:
        """The cosines of these vectors, wherever they rank."""
        with _store_errors():
            found = self._collection(drawer).get(ids=list(names), include=["embeddings"])
        rows: NDArray[np.float32] = np.asarray(found["embeddings"], dtype=np.float32).reshape(-1, question.shape[1])
        return dict(zip(found["ids"], (rows @ question[0]).tolist(), strict=True))

    def _collection(self, drawer: str) -> "Collection":
        with self._lock:
            if drawer not in self._collections:
                self._collections[drawer] = self._opened().get_or_create_collection(
                    f"{drawer}-{self._key}",
                    configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
                    embedding_function=None,
                )
            return self._collections[drawer]

    def _opened(self) -> "ClientAPI":
        if self._client is None:
            import chromadb
            from chromadb.config import Settings

            self._folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(str(self._folder), settings=Settings(anonymized_telemetry=False))
        return self._client
