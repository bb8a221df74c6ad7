"""Files of feedback, put into the queue one message after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.crm.codes import Channel
from knowledge.errors import RapportError

if TYPE_CHECKING:
    from assistant.feedback.intake import Intake, Receipt
    from assistant.feedback.message_file import Row
    from assistant.settings import Settings


@dataclass(frozen=True)
class Added:
    """What became of one message; `fault` is why it could not be taken."""

    place: str
    receipt: "Receipt | None"
    fault: str | None = None


async def added(
    settings: "Settings", files: Sequence[Path], channel: Channel, who: str | None, as_of: date | None,
    progress: Callable[[str, int, int | None], None],
) -> list[Added]:  # fmt: skip
    """Each message is stored by itself: one that cannot be taken stops no other. Raises UnknownEmployee."""
    from assistant.feedback.casework import Casework
    from assistant.feedback.intake import Intake
    from assistant.journal import Journal
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore
    from knowledge.embeddings import open_embeddings

    store = CrmStore(settings.store_url)
    try:
        casework = Casework(open_embeddings(settings.embeddings), settings.home, settings.deadlines)
        intake = Intake(store, Journal(store), Clock(as_of), casework)
        found: list[Added] = []
        for file in files:
            for row in _rows(file, channel):
                found.append(row if isinstance(row, Added) else await _taken(intake, row, who))
                progress("messages", len(found), None)
        return found
    finally:
        await store.close()


def _rows(file: Path, channel: Channel) -> "list[Row | Added]":
    from assistant.errors import FeedbackError
    from assistant.feedback.message_file import read_messages

    rows: list[Row | Added] = []
    try:
        rows.extend(read_messages(file, channel))
    except FeedbackError as error:
        rows.append(Added(file.name, None, str(error.values["reason"])))
    return rows


async def _taken(intake: "Intake", row: "Row", who: str | None) -> Added:
    from assistant.errors import UnknownEmployee

    if row.message is None:
        return Added(row.place, None, row.fault)
    try:
        receipt = await (intake.take_from(who, row.message) if who else intake.take(row.message))
    except UnknownEmployee:
        raise
    except RapportError as error:
        return Added(row.place, None, str(error.values.get("reason") or error))
    return Added(row.place, receipt)
