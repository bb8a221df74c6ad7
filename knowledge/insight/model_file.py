"""A trained model on disk: read again only if it is, to the bit, the one that the store knows of.

A model file is a pickle, which can run what its writer wants; the digest in the store says who wrote it.
"""

import io
from hashlib import sha256
from pathlib import Path

import joblib  # type: ignore[import-untyped]
import sklearn

from knowledge.errors import InsightError
from knowledge.insight.score_model import ScoreModel


def library_version() -> str:
    """Of the library that models are made of: one of another version may not be read."""
    return str(sklearn.__version__)


def write_model(model: ScoreModel, folder: Path, target: str) -> tuple[str, str]:
    """Writes the model into `folder` and returns the file's name and digest. The name holds the digest, so a file
    that is still in use is never written over."""
    buffer = io.BytesIO()
    joblib.dump(model, buffer, compress=3)
    content = buffer.getvalue()
    digest = sha256(content).hexdigest()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{target}-{digest[:12]}.joblib"
    waiting = path.with_suffix(".part")
    waiting.write_bytes(content)
    waiting.replace(path)
    return path.name, digest


def read_model(folder: Path, name: str, digest: str) -> ScoreModel | None:
    """The model, or None where its file is not there. Raises InsightError if the file is another than was written."""
    path = folder / Path(name).name
    if not path.is_file():
        return None
    content = path.read_bytes()
    if sha256(content).hexdigest() != digest:
        raise InsightError(reason=f"{path} is not the model that was trained here: train again")
    model = joblib.load(io.BytesIO(content))
    if not isinstance(model, ScoreModel):
        raise InsightError(reason=f"{path} holds no model")
    return model
