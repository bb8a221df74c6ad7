"""The rows of a CSV file that somebody hands in: each by itself, so that a bad one stops no other."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from assistant.errors import FeedbackError
from knowledge.crm.codes import Channel


@dataclass(frozen=True)
class CsvRow:
    """What stands in a row by the names of the columns, or why it cannot be read; `place` says where it stands."""

    place: str
    cells: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None


def csv_rows(content: bytes, name: str, columns: Sequence[str], needed: Sequence[str]) -> Iterator[CsvRow]:
    """The rows of a file in UTF-8 whose first line names its columns. Raises FeedbackError where it is none, or lacks a
    column that is `needed`; `columns` are all that it may have."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedbackError(reason=f"{name} is not UTF-8 at byte {error.start}") from None
    csv.field_size_limit(1_000_000)
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        names = [column.strip().lower() for column in reader.fieldnames or ()]
        missing = [column for column in needed if column not in names]
        if missing:
            raise FeedbackError(reason=f"{name} has no column {', '.join(missing)}; it may have {', '.join(columns)}")
        reader.fieldnames = names
        for row in reader:
            place = f"{name}, line {reader.line_num}"
            if None in row:
                yield CsvRow(place, fault="it has more cells than the file has columns")
            else:
                yield CsvRow(place, {column: str(value or "").strip() for column, value in row.items()})
    except csv.Error as error:
        yield CsvRow(f"{name}, line {reader.line_num}", fault=f"the rest cannot be read: {error}")


class RowKeys:
    """What the rows of one file are known by: the channel's own key, else their content and which of equal rows they
    are. A file that is given again has the same ones."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, cells: Mapping[str, str]) -> str:
        return f"file:{cells.get('key') or self._by_content(cells)}"[:200]

    def _by_content(self, cells: Mapping[str, str]) -> str:
        digest = hashlib.sha256("\0".join(f"{name}={cells[name]}" for name in sorted(cells)).encode()).hexdigest()
        self._seen[digest] += 1
        return f"{digest[:40]}-{self._seen[digest]}"


def moment_of(cells: Mapping[str, str], column: str) -> datetime | None:
    """The time in a cell, naive UTC; None where it is empty. Raises FeedbackError for what is no time."""
    written = cells.get(column)
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise FeedbackError(reason=f"{column} {written[:40]} is no time (YYYY-MM-DD or YYYY-MM-DDTHH:MM)") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def channel_in(cells: Mapping[str, str]) -> Channel | None:
    """The channel that a row names. Raises FeedbackError for a word that is none."""
    written = cells.get("channel")
    if written and written not in tuple(Channel):
        raise FeedbackError(reason=f"the channel {written[:40]} is none of {', '.join(Channel)}")
    return Channel(written) if written else None
