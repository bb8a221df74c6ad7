"""Files of feedback: a CSV file with a message a row, or an e-mail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import FeedbackError
from assistant.feedback.csv_rows import RowKeys, channel_in, csv_rows, moment_of
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
    keys = RowKeys()
    for row in csv_rows(content, name, COLUMNS, ("text",)):
        try:
            yield Row(row.place, None if row.fault else _message(row.cells, channel, keys), row.fault)
        except FeedbackError as error:
            yield Row(row.place, None, str(error.values["reason"]))


def _message(cells: Mapping[str, str], channel: Channel, keys: RowKeys) -> Message:
    if not cells["text"]:
        raise FeedbackError(reason="it has no text")
    return Message(
        text=cells["text"], channel=channel_in(cells) or channel,
        received_at=moment_of(cells, "received_at"), number=cells.get("customer") or None,
        email=cells.get("email") or None, phone=cells.get("phone") or None, sender=cells.get("sender") or None,
        key=keys.of(cells),
    )  # fmt: skip
