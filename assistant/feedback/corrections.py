"""What people corrected of triage, as a file that triage learns from."""

import csv
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import select

from assistant.errors import FeedbackError
from assistant.feedback.taxonomy import DECISIONS
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Feedback


async def write_corrections(store_url: str, file: Path) -> int:
    """Writes the text of every case that a person corrected with what they decided, and gives how many there were. The
    file is there whole or not at all. Raises FeedbackError where it cannot be written."""
    store = CrmStore(store_url)
    try:
        async with store.auditing() as session:
            filed = select(Feedback).where(Feedback.judged.is_not(None)).order_by(Feedback.received_at, Feedback.id)
            cases = (await session.scalars(filed)).all()
    finally:
        await store.close()
    rows = [row for case in cases if (row := _row(case))]
    try:
        with NamedTemporaryFile("w", dir=file.parent, newline="", encoding="utf-8", delete=False) as partial:
            writer = csv.DictWriter(partial, ["text", *DECISIONS])
            writer.writeheader()
            writer.writerows(rows)
        os.replace(partial.name, file)
    except OSError as error:
        raise FeedbackError(reason=f"{file.name} cannot be written: {error.strerror or error}") from None
    return len(rows)


def _row(case: Feedback) -> dict[str, str] | None:
    """The decisions that a person took in place of triage; None where there are none."""
    judged = case.judged or {}
    decided: dict[str, str] = {
        name: str(one["corrected"] or "")
        for name in DECISIONS
        if isinstance(one := judged.get(name), dict) and "corrected" in one
    }
    return {"text": case.text, **decided} if any(decided.values()) else None
