"""Files of a survey tool, taken in one answer after the other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.crm.codes import SurveyKind
from knowledge.errors import RapportError

if TYPE_CHECKING:
    from assistant.feedback.survey_file import AnswerRow
    from assistant.feedback.survey_intake import AnswerReceipt, SurveyIntake
    from assistant.settings import Settings

LISTED = 10
"""Low scores that are named by their places."""


@dataclass(frozen=True)
class TakenAnswer:
    """What became of one row; `fault` is why it could not be taken."""

    place: str
    receipt: "AnswerReceipt | None"
    fault: str | None = None


async def take_answers(
    settings: "Settings", files: Sequence[Path], kind: SurveyKind | None, who: str | None, as_of: date | None,
    progress: Callable[[str, int, int | None], None],
) -> list[TakenAnswer]:  # fmt: skip
    """Each answer is stored by itself: one that cannot be taken stops no other. Raises UnknownEmployee."""
    from assistant.feedback.survey_intake import SurveyIntake
    from assistant.feedback.survey_rules import read_surveys
    from assistant.journal import Journal
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore

    rules = read_surveys(settings.home)
    store = CrmStore(settings.store_url)
    try:
        intake = SurveyIntake(store, Journal(store), Clock(as_of), rules)
        found: list[TakenAnswer] = []
        for file in files:
            for row in _rows(file, kind):
                found.append(await _taken(intake, row, who))
                progress("answers", len(found), None)
        return found
    finally:
        await store.close()


def answer_lines(found: Sequence[TakenAnswer]) -> Iterable[str]:
    """What was not taken in, by place, and the counts; low scores with words, which somebody may file as cases."""
    from assistant.commands.printing import harmless
    from assistant.feedback.survey_intake import Taken

    yield from (harmless(f"{one.place}: not taken in, {one.fault}") for one in found if one.fault)
    receipts = [(one.place, one.receipt) for one in found if one.receipt]
    new = [(place, receipt) for place, receipt in receipts if receipt.taken is not Taken.KNOWN]
    invited = sum(receipt.taken is Taken.INVITED for _, receipt in new)
    known, faults = len(receipts) - len(new), sum(bool(one.fault) for one in found)
    yield f"{len(new):,} added ({invited:,} of them to an invitation), {known:,} known already, {faults:,} not taken in"
    low = [place for place, receipt in new if receipt.is_low and receipt.has_words]
    if low:
        places = ", ".join(low[:LISTED]) + (" ..." if len(low) > LISTED else "")
        yield harmless(f"{len(low):,} low scores with words, which may be filed as cases: {places}")


def _rows(file: Path, kind: SurveyKind | None) -> "Iterable[AnswerRow]":
    from assistant.errors import FeedbackError
    from assistant.feedback.survey_file import AnswerRow, read_answers

    rows: list[AnswerRow] = []
    try:
        rows.extend(read_answers(file, kind))
    except FeedbackError as error:
        rows.append(AnswerRow(file.name, None, str(error.values["reason"])))
    return rows


async def _taken(intake: "SurveyIntake", row: "AnswerRow", who: str | None) -> TakenAnswer:
    from assistant.errors import UnknownEmployee

    if row.answer is None:
        return TakenAnswer(row.place, None, row.fault)
    try:
        return TakenAnswer(row.place, await intake.take(row.answer, who))
    except UnknownEmployee:
        raise
    except RapportError as error:
        return TakenAnswer(row.place, None, str(error.values.get("reason") or error))
