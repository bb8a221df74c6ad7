"""The models that the store knows of, and which of them a run may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from knowledge.crm.insights import InsightModel
from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Base
from knowledge.insight.definition import Definition
from knowledge.insight.model_file import library_version, read_model
from knowledge.insight.score_model import ScoreModel
from knowledge.insight.snapshots import INPUTS, TARGETS

USED = "used"


@dataclass(frozen=True)
class Trained:
    """A model that may be used: what it tells, the digest of its file, and the model."""

    target: str
    digest: str
    model: ScoreModel

    @property
    def metric(self) -> str:
        return f"{self.target}_probability"


def models_in_use(
    url: str, folder: Path | None, definitions: Sequence[Definition]
) -> tuple[tuple[Trained, ...], tuple[str, ...]]:
    """The newest model of each target, and a note for each target without one that can be used.

    Raises InsightError if a model's file is not the one that was trained.
    """
    found, notes = list[Trained](), list[str]()
    inputs = tuple(name for one in definitions if one.name == INPUTS for name in one.columns if name != "customer_id")
    for target in TARGETS if inputs else ():
        row = _newest(url, target)
        reason = _unusable(row, inputs)
        model = None
        if reason is None and row is not None and folder is not None:
            model = read_model(folder, row.file or "", row.digest or "")
            reason = None if model else f"{row.file} is not in {folder}"
        if model is not None and row is not None:
            found.append(Trained(target, row.digest or "", model))
        else:
            notes.append(f"{target}: {reason or 'no folder of models was named'}")
    return tuple(found), tuple(notes)


def _unusable(row: "InsightModel | None", inputs: tuple[str, ...]) -> str | None:
    if row is None:
        return "no model was trained: `rapport insight train`"
    if row.state != USED:
        return row.reason or row.state
    if tuple(row.inputs) != inputs:
        return f"{INPUTS} has other columns now: train again"
    if row.library != library_version():
        return f"the model was trained with scikit-learn {row.library}: train again"
    return None


def _newest(url: str, target: str) -> InsightModel | None:
    engine = bulk_engine(url)
    table = Base.metadata.tables[InsightModel.__tablename__]
    try:
        with engine.connect() as connection:
            query = select(table).where(table.c.target == target).order_by(table.c.id.desc()).limit(1)
            row = connection.execute(query).mappings().first()
            return InsightModel(**row) if row else None
    finally:
        engine.dispose()
