"""Chroma and pgvector keep and find the same vectors."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from knowledge.embeddings import Vectors
from knowledge.errors import StoreError
from knowledge.library.library import Library
from knowledge.library.vectors import VectorIndex, open_vectors
from tests.contracts.conftest import MakeDatabase, execute
from tests.knowledge.library.conftest import WordEmbeddings

DIMENSIONS = 48
DRAWER = "internal-en"


def unit_rows(seed: int, count: int, dimensions: int = DIMENSIONS) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def names_of(rows: Vectors) -> list[str]:
    return [f"v{n:04d}" for n in range(len(rows))]


@pytest.fixture(scope="session")
def vectors_database(make_database: MakeDatabase) -> str:
    return make_database()


Open = Callable[[], VectorIndex]


@pytest.fixture(params=["chroma", "pgvector"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens one index of each kind, as often as asked, each time as another process would."""
    kind = request.param
    url = "sqlite://" if kind == "chroma" else request.getfixturevalue("vectors_database")
    key = f"{DIMENSIONS}-{uuid4().hex[:12]}"
    return lambda: open_vectors(url, tmp_path / "chroma", key)


@pytest.fixture
def index(open_again: Open) -> VectorIndex:
    return open_again()


def test_an_empty_drawer_finds_nothing(index: VectorIndex) -> None:
    question = unit_rows(1, 1)
    assert index.count(DRAWER) == 0
    assert index.nearest(DRAWER, question, 5) == {}
    assert index.cosines(DRAWER, question, ["nobody"]) == {}
    assert index.missing(DRAWER, ["a", "b"]) == {"a", "b"}
    index.remove(DRAWER, ["nobody"])


def test_the_nearest_are_those_of_the_exact_cosines(index: VectorIndex) -> None:
    rows, question = unit_rows(2, 700), unit_rows(3, 1)
    index.put(DRAWER, names_of(rows), rows)
    exact = dict(zip(names_of(rows), (rows @ question[0]).tolist(), strict=True))
    for count in (1, 7, 150):
        found = index.nearest(DRAWER, question, count)
        best = sorted(exact, key=lambda name: -exact[name])[:count]
        assert list(found) == best
        assert [found[name] for name in best] == pytest.approx([exact[name] for name in best], abs=1e-5)
    assert len(index.nearest(DRAWER, question, 10_000)) == 700


def test_cosines_are_given_wherever_they_rank(index: VectorIndex) -> None:
    rows, question = unit_rows(4, 50), unit_rows(5, 1)
    index.put(DRAWER, names_of(rows), rows)
    asked = ["v0049", "v0003", "unknown"]
    found = index.cosines(DRAWER, question, asked)
    assert dict(found) == pytest.approx(
        {name: float(rows[int(name[1:])] @ question[0]) for name in asked[:2]}, abs=1e-5
    )


def test_a_name_keeps_its_newest_vector_and_is_forgotten_once_removed(index: VectorIndex) -> None:
    rows = unit_rows(6, 3)
    index.put(DRAWER, ["a", "b"], rows[:2])
    index.put(DRAWER, ["a"], rows[2:])
    assert index.count(DRAWER) == 2
    assert index.nearest(DRAWER, rows[2:], 1) == {"a": pytest.approx(1.0, abs=1e-5)}
    index.remove(DRAWER, ["a", "nobody"])
    assert index.missing(DRAWER, ["a", "b"]) == {"a"}


def test_drawers_and_engines_are_apart(index: VectorIndex, open_again: Open) -> None:
    rows = unit_rows(7, 2)
    index.put(DRAWER, ["a"], rows[:1])
    index.put("customer-" + "z" * 32, ["b"], rows[1:])
    assert set(index.nearest(DRAWER, rows[1:], 5)) == {"a"}
    assert set(index.nearest("customer-" + "z" * 32, rows[:1], 5)) == {"b"}


def test_what_another_process_writes_is_there_after_a_refresh(index: VectorIndex, open_again: Open) -> None:
    rows = unit_rows(8, 2)
    index.put(DRAWER, ["a"], rows[:1])
    other = open_again()
    assert other.count(DRAWER) == 1
    index.put(DRAWER, ["b"], rows[1:])
    other.refresh()
    assert set(other.nearest(DRAWER, rows[1:], 5)) == {"a", "b"}


def test_threads_share_one_index(index: VectorIndex) -> None:
    rows = unit_rows(9, 40)
    failures: list[Exception] = []

    def work(part: int) -> None:
        try:
            mine = slice(part * 10, part * 10 + 10)
            index.put(DRAWER, names_of(rows)[mine], rows[mine])
            index.nearest(DRAWER, rows[:1], 3)
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert index.count(DRAWER) == 40


async def test_a_library_finds_the_same_clauses_in_both(
    tmp_path: Path, store_url: str, make_database: MakeDatabase, migrated_postgres: str
) -> None:
    """The documents that ship, asked the same questions."""
    documents = Path(__file__).parents[2] / "knowledge" / "documents"
    chosen = sorted(documents.glob("*.en.md"))[:6] + sorted(documents.glob("*.zh.md"))[:4]
    libraries = [
        Library(store_url, tmp_path / "sqlite", WordEmbeddings()),
        Library(make_database(migrated_postgres), tmp_path / "postgres", WordEmbeddings()),
    ]
    reports = [await library.add(chosen) for library in libraries]
    assert reports[0] == reports[1]
    assert reports[0].passages_added > 50
    for question in ("How fast is a complaint answered?", "opening an account", "投诉多久回复？", "weather on Mars"):
        first, second = [await library.search(question, as_of=date(2026, 11, 20)) for library in libraries]
        assert first.answered == second.answered
        assert [hit.passage.id for hit in first.hits] == [hit.passage.id for hit in second.hits]
        assert [hit.score for hit in first.hits] == pytest.approx([hit.score for hit in second.hits], abs=1e-4)


def test_a_login_that_may_make_nothing_is_told(make_database: MakeDatabase, postgres: str, tmp_path: Path) -> None:
    execute(postgres, "CREATE ROLE nobody_special LOGIN")
    url = make_database().replace("postgres:@", "nobody_special@")
    with pytest.raises(StoreError, match="permission denied"):
        open_vectors(url, tmp_path, f"{DIMENSIONS}-x").count(DRAWER)
