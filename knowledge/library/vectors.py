"""Vectors: the meanings of passages in Chroma, embedded in our process and with our own embeddings."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.embeddings import Embeddings, Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

BATCH = 500


def vector_id(text: str) -> str:
    """The name of a text's vector: equal texts share one, so that nothing is embedded twice."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class VectorIndex:
    """The vectors of one embedding engine, one collection an audience: a search never reads what it may not show.

    A vector is named by the digest of its text. Vectors that no passage names are harmless: they are
    left from an interrupted or replaced document, and a search skips them.
    """

    def __init__(self, folder: Path, embeddings: Embeddings) -> None:
        self._folder = folder
        self._embeddings = embeddings
        self._lock = threading.Lock()
        self._client: ClientAPI | None = None
        self._collections: dict[str, Collection] = {}

    def missing(self, audience: str, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that have no vector yet."""
        known: set[str] = set()
        for start in range(0, len(ids), BATCH):
            known.update(self._collection(audience).get(ids=list(ids[start : start + BATCH]), include=[])["ids"])
        return set(ids) - known

    def put(self, audience: str, texts: Sequence[str]) -> None:
        """Embeds and keeps the texts, each under its `vector_id`."""
        rows = self._embeddings.passages(texts)
        self._collection(audience).upsert(ids=[vector_id(text) for text in texts], embeddings=list(rows))

    def remove(self, audience: str, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), BATCH):
            self._collection(audience).delete(ids=list(ids[start : start + BATCH]))

    def count(self, audience: str) -> int:
        return int(self._collection(audience).count())

    def nearest(self, audience: str, question: Vectors, count: int) -> dict[str, float]:
        """Vector names and cosines of the nearest `count`; `question` is one row."""
        collection = self._collection(audience)
        held = collection.count()
        if not held:
            return {}
        found = collection.query(query_embeddings=list(question), n_results=min(count, held), include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {name: 1.0 - float(d) for name, d in zip(found["ids"][0], distances, strict=True)}

    def _collection(self, audience: str) -> "Collection":
        with self._lock:
            if audience not in self._collections:
                self._collections[audience] = self._opened().get_or_create_collection(
                    f"{audience}-{_engine_key(self._embeddings)}",
                    configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
                    embedding_function=None,
                )
            return self._collections[audience]

    def _opened(self) -> "ClientAPI":
        if self._client is None:
            import chromadb
            from chromadb.config import Settings

            self._folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(str(self._folder), settings=Settings(anonymized_telemetry=False))
        return self._client


def _engine_key(embeddings: Embeddings) -> str:
    """Engines have names that Chroma does not take (paths): a short digest stands for them."""
    return f"{embeddings.dimensions}-{hashlib.sha256(embeddings.name.encode()).hexdigest()[:12]}"


def unit(rows: Vectors) -> Vectors:
    """Rows of length one."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)
