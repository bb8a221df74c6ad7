"""A file of a survey tool: CSV with an answer a row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import FeedbackError
from assistant.feedback.csv_rows import RowKeys, channel_in, csv_rows, moment_of
from assistant.feedback.survey_intake import Answer
from knowledge.crm.codes import SurveyKind

COLUMNS = ("kind", "score", "date", "comment", "customer", "email", "phone", "channel", "key")
"""What a file may hold; `score`, `date` and one that leads to the customer have to be there."""
REACH = ("customer", "email", "phone")
KINDS = {"csat": SurveyKind.SATISFACTION, "nps": SurveyKind.RECOMMENDATION, **{str(kind): kind for kind in SurveyKind}}
"""What a kind is called in a file."""
NUMBER = re.compile(r"(\d{1,3})(?:[.,]0+)?", re.ASCII)


@dataclass(frozen=True)
class AnswerRow:
    """One answer of a file, or why it is none. `place` says where it stands."""

    place: str
    answer: Answer | None
    fault: str | None = None


def read_answers(file: Path, kind: SurveyKind | None = None) -> Iterator[AnswerRow]:
    """The answers of a file, those that cannot be taken with the reason; `kind` is of rows that name none.

    Raises FeedbackError where the file as a whole cannot be read.
    """
    if file.suffix.lower() != ".csv":
        raise FeedbackError(reason=f"{file.name} is not a .csv file")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise FeedbackError(reason=f"{file.name}: {error.strerror or error}") from None
    keys = RowKeys()
    for row in csv_rows(content, file.name, COLUMNS, ("score", "date")):
        try:
            yield AnswerRow(row.place, None if row.fault else _answer(row.cells, kind, keys), row.fault)
        except FeedbackError as error:
            yield AnswerRow(row.place, None, str(error.values["reason"]))


def _answer(cells: Mapping[str, str], kind: SurveyKind | None, keys: RowKeys) -> Answer:
    written = cells.get("kind", "").lower()
    named = KINDS.get(written) if written else kind
    if named is None:
        said = f"the kind {written[:40]}" if written else "it names no kind, which"
        raise FeedbackError(reason=f"{said} is none of {', '.join(KINDS)}")
    if not any(cells.get(name) for name in REACH):
        raise FeedbackError(reason=f"it has none of {', '.join(REACH)}")
    answered = moment_of(cells, "date")
    if answered is None:
        raise FeedbackError(reason="it has no date")
    return Answer(
        kind=named, score=_score(cells["score"]), answered_on=answered.date(), key=keys.of(cells),
        comment=cells.get("comment", "").replace("\0", "") or None, channel=channel_in(cells),
        number=cells.get("customer") or None, email=cells.get("email") or None, phone=cells.get("phone") or None,
    )  # fmt: skip


def _score(written: str) -> int:
    if not written:
        raise FeedbackError(reason="it has no score")
    number = NUMBER.fullmatch(written)
    if number is None:
        raise FeedbackError(reason=f"the score {written[:40]} is no whole number")
    return int(number[1])
