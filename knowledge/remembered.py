"""Remembered vectors: the texts that ship need not be embedded again on every machine they come to.

A vector takes an engine 15 to 300 ms; the documents and the example utterances are thousands of texts.
Their vectors lie in `knowledge/vectors/ENGINE.npz`, which `make vectors` makes anew. A text that is not
in the file is embedded as ever: a file that lags behind costs time and nothing else.
"""

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbeddingsError

if TYPE_CHECKING:
    from knowledge.embeddings import Embeddings, Vectors

FOLDER = Path(__file__).parent / "vectors"
VIEWS = 5
"""Views of a text, where an engine of what ships shows any."""
DIGEST = 16
"""Bytes of a SHA-256 that name a text."""

Kind = Literal["query", "passage", "view"]
"""A text's views (`knowledge.embeddings.Viewed`) are remembered one after the other, each as a row of its own."""


def digest(engine: str, kind: Kind, text: str) -> bytes:
    """The name of a text: engines, and queries and passages, have vectors of their own."""
    named = f"{engine}\n{kind}\n{text}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).digest()[:DIGEST]


def views_named(text: str) -> list[str]:
    """The name of each view of a text."""
    return [f"{place}\n{text}" for place in range(VIEWS)]


class Memory:
    """Vectors by digest, in one byte a number: row i is `codes[i] * scales[i]`. Not changed once made."""

    def __init__(self, digests: Iterable[bytes], codes: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
        self._places = {name: place for place, name in enumerate(digests)}
        self._codes, self._scales = codes, scales

    @classmethod
    def empty(cls, dimensions: int) -> "Memory":
        return cls([], np.zeros((0, dimensions), np.int8), np.zeros(0, np.float32))

    @classmethod
    def read(cls, file: Path, dimensions: int) -> "Memory":
        """What the file holds; nothing where there is no file. Raises EmbeddingsError for a file that is none."""
        if not file.exists():
            return cls.empty(dimensions)
        try:
            with np.load(file, allow_pickle=False) as kept:
                digests, codes, scales = kept["digests"], kept["codes"], kept["scales"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise EmbeddingsError(engine=file.stem, reason=f"{file.name} cannot be read: {error}") from None
        if digests.shape != (len(codes), DIGEST) or codes.shape[1:] != (dimensions,) or scales.shape != (len(codes),):
            raise EmbeddingsError(engine=file.stem, reason=f"{file.name} holds no vectors of {dimensions} numbers")
        return cls((row.tobytes() for row in digests), codes, scales)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: bytes) -> bool:
        return name in self._places

    def rows(self, names: Sequence[bytes]) -> "Vectors":
        """Unit vectors, one row a name. Raises KeyError for a name that is not remembered."""
        places = [self._places[name] for name in names]
        rows = self._codes[places].astype(np.float32) * self._scales[places, None]
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def with_rows(self, names: Sequence[bytes], rows: "Vectors") -> "Memory":
        """This memory and these unit vectors; what was remembered stays as it is, to the byte."""
        new = {name: place for place, name in enumerate(names) if name not in self._places}
        added = rows[list(new.values())].reshape(-1, self._codes.shape[1])
        scales = np.asarray(np.abs(added).max(axis=1, initial=1e-9) / 127, dtype=np.float32)
        codes = np.rint(added / scales[:, None]).astype(np.int8)
        return Memory(
            [*self._places, *new], np.concatenate([self._codes, codes]), np.concatenate([self._scales, scales])
        )

    def only(self, names: Iterable[bytes]) -> "Memory":
        """What is remembered of these names, in the order of their digests."""
        kept = sorted(name for name in set(names) if name in self._places)
        places = [self._places[name] for name in kept]
        return Memory(kept, self._codes[places], self._scales[places])

    def as_bytes(self) -> bytes:
        """The file: the same vectors make the same bytes, whenever and wherever it is written."""
        digests = np.frombuffer(b"".join(self._places), dtype=np.uint8).reshape(-1, DIGEST)
        file = io.BytesIO()
        np.savez(file, digests=digests, codes=self._codes, scales=self._scales)
        return file.getvalue()


class Remembered:
    """An engine that knows the vectors of the texts that ship. It is opened when another text comes.

    Follows `knowledge.embeddings.Embeddings`; safe to use from many threads. Its methods raise
    EmbeddingsError when the file or the engine cannot be opened.
    """

    def __init__(self, name: str, dimensions: int, engine: Callable[[], "Embeddings"], file: Path) -> None:
        self.name, self.dimensions = name, dimensions
        self._open, self._file = engine, file
        self._engine: Embeddings | None = None
        self._memory: Memory | None = None
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> "Vectors":
        return self._vectors(texts, "query")

    def passages(self, texts: Sequence[str]) -> "Vectors":
        return self._vectors(texts, "passage")

    def views(self, texts: Sequence[str]) -> "Vectors":
        """Of all texts what is remembered of all, or else what the engine makes of them."""
        memory = self._remembered()
        names = [digest(self.name, "view", name) for text in texts for name in views_named(text)]
        if texts and all(name in memory for name in names):
            rows = memory.rows(names)
            return rows.reshape(len(texts), VIEWS, self.dimensions)
        from knowledge.embeddings import views_of

        return views_of(self._opened(), texts)

    def _vectors(self, texts: Sequence[str], kind: Kind) -> "Vectors":
        memory = self._remembered()
        names = [digest(self.name, kind, text) for text in texts]
        known = [place for place, name in enumerate(names) if name in memory]
        new = [place for place, name in enumerate(names) if name not in memory]
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if known:
            rows[known] = memory.rows([names[place] for place in known])
        if new:
            engine = self._opened()
            embed = engine.queries if kind == "query" else engine.passages
            rows[new] = embed([texts[place] for place in new])
        return rows

    def _remembered(self) -> Memory:
        with self._lock:
            if self._memory is None:
                self._memory = Memory.read(self._file, self.dimensions)
            return self._memory

    def _opened(self) -> "Embeddings":
        with self._lock:
            if self._engine is None:
                self._engine = self._open()
            return self._engine
