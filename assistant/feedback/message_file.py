"""Files of feedback: a CSV file with a message a row, or an e-mail."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import FeedbackError
from assistant.feedback.intake import Message
from assistant.feedback.mail_file import read_mail
from knowledge.crm.codes import Channel

COLUMNS = ("text", "channel", "received_at", "customer", "email", "phone", "sender", "key")
"""What a CSV file may hold; `text` has to be there."""


@dataclass(frozen=True)
class Row:
    """One message of a file, or why it is none. `place` says where it stands: a line, or the file's name."""

    place: str
    message: Message | None
    fault: str | None = None


def read_messages(file: Path, channel: Channel = Channel.WEB) -> Iterator[Row]:
    """The messages of a file, those that cannot be taken with the reason; `channel` is of rows that name none.

    Raises FeedbackError where the file as a whole cannot be read.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise FeedbackError(reason=f"{file.name}: {error.strerror or error}") from None
    match file.suffix.lower():
        case ".eml":
            yield Row(file.name, read_mail(content, file.name))
        case ".csv":
            yield from _rows(content, file.name, channel)
        case _:
            raise FeedbackError(reason=f"{file.name} is neither a .csv nor an .eml file")


def _rows(content: bytes, name: str, channel: Channel) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedbackError(reason=f"{name} is not UTF-8 at byte {error.start}") from None
    csv.field_size_limit(1_000_000)
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    seen: Counter[str] = Counter()
    try:
        names = [column.strip().lower() for column in reader.fieldnames or ()]
        if "text" not in names:
            raise FeedbackError(reason=f"{name} has no column text; it may have {', '.join(COLUMNS)}")
        reader.fieldnames = names
        for row in reader:
            place = f"{name}, line {reader.line_num}"
            try:
                yield Row(place, _message(row, channel, seen))
            except FeedbackError as error:
                yield Row(place, None, str(error.values["reason"]))
    except csv.Error as error:
        yield Row(f"{name}, line {reader.line_num}", None, f"the rest cannot be read: {error}")


def _message(row: Mapping[str | None, str | list[str] | None], channel: Channel, seen: Counter[str]) -> Message:
    if None in row:
        raise FeedbackError(reason="it has more cells than the file has columns")
    cells = {str(name): str(value or "").strip() for name, value in row.items()}
    if not cells["text"]:
        raise FeedbackError(reason="it has no text")
    written = cells.get("channel")
    if written and written not in tuple(Channel):
        raise FeedbackError(reason=f"the channel {written[:40]} is none of {', '.join(Channel)}")
    return Message(
        text=cells["text"], channel=Channel(written) if written else channel,
        received_at=_moment(cells.get("received_at")), number=cells.get("customer") or None,
        email=cells.get("email") or None, phone=cells.get("phone") or None, sender=cells.get("sender") or None,
        key=f"file:{cells.get('key') or _key(cells, seen)}"[:200],
    )  # fmt: skip


def _key(cells: Mapping[str, str], seen: Counter[str]) -> str:
    """The row's own content, and which of equal rows it is: a file that is given again adds nothing."""
    digest = hashlib.sha256("\0".join(f"{name}={cells[name]}" for name in sorted(cells)).encode()).hexdigest()
    seen[digest] += 1
    return f"{digest[:40]}-{seen[digest]}"


def _moment(written: str | None) -> datetime | None:
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise FeedbackError(reason=f"received_at {written[:40]} is no time (YYYY-MM-DD or YYYY-MM-DDTHH:MM)") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
