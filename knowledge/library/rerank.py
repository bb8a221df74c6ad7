"""Reranking: a second, slower look at the best passages, with question and passage read together."""

import math
from collections.abc import Sequence
from typing import Protocol

from knowledge.embeddings import LONGEST_TEXT
from knowledge.errors import EmbeddingsError


class Reranker(Protocol):
    """Scores 0..1 of how well each text answers the question. Calls are CPU-bound and thread-safe."""

    name: str

    def scores(self, question: str, texts: Sequence[str]) -> list[float]: ...


class CrossEncoder:
    """Any cross-encoder of sentence-transformers, by name or path (needs the `models` extra, which brings torch).

    Raises EmbeddingsError when the extra is not installed or the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        self.name = f"cross-encoder:{model}"
        try:
            from sentence_transformers import CrossEncoder as Model
        except ImportError:
            raise EmbeddingsError(engine=self.name, reason="the extra `models` is not installed") from None
        try:
            self._model = Model(model, device="cpu")
        except (OSError, ValueError) as error:
            raise EmbeddingsError(engine=self.name, reason=str(error).splitlines()[0]) from None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        if not texts:
            return []
        readable = [(_readable(question), _readable(text)) for text in texts]
        raw = [float(score) for score in self._model.predict(readable, show_progress_bar=False)]
        if all(0.0 <= score <= 1.0 for score in raw):
            return raw
        return [1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score)))) for score in raw]


def _readable(text: str) -> str:
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode()
