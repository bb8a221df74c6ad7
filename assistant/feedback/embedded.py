"""Messages and their vectors."""

from collections.abc import Callable, Sequence

import numpy as np

from knowledge.embeddings import Embeddings, Vectors, views_of

BATCH = 512

Progress = Callable[[str, int, int | None], None]


def embedded(embeddings: Embeddings, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
    """Several views of each text (text, view, dimension); each distinct text is embedded once. CPU-bound."""
    distinct = list(dict.fromkeys(texts))
    rows = []
    for start in range(0, len(distinct), BATCH):
        rows.append(views_of(embeddings, distinct[start : start + BATCH]))
        if progress:
            progress("messages embedded", min(start + BATCH, len(distinct)), len(distinct))
    vectors = np.concatenate(rows) if rows else np.zeros((0, 1, embeddings.dimensions), dtype=np.float32)
    places = {text: place for place, text in enumerate(distinct)}
    return np.asarray(vectors[[places[text] for text in texts]], dtype=np.float32)
