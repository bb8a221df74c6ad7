"""An e-mail as a message of feedback: its own words, who sent it and when, and what its attachments say."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

from assistant.errors import FeedbackError
from assistant.feedback.intake import Message
from assistant.feedback.new_case import LONGEST_TEXT, Attached
from knowledge.crm.codes import Channel
from knowledge.errors import DocumentError
from knowledge.library.formats import read_blocks

LARGEST_MAIL = 30_000_000
"""Bytes of one mail."""
MOST_ATTACHMENTS = 30


def read_mail(content: bytes, name: str) -> Message:
    """The message. Raises FeedbackError where it is no mail, is too large, or has no words of its own."""
    if len(content) > LARGEST_MAIL:
        raise FeedbackError(reason=f"{name} is larger than {LARGEST_MAIL // 1_000_000} MB")
    mail = message_from_bytes(content, _class=EmailMessage, policy=default)
    try:
        if not any(mail.get(header) for header in ("from", "date", "message-id", "subject")):
            raise FeedbackError(reason=f"{name} is no e-mail: it has no headers of one")
        subject, text = str(mail.get("subject") or "").strip(), _body(mail)
        sender, address = parseaddr(str(mail.get("from") or ""))
        words = "\n\n".join(part for part in (subject, text) if part)
        named = str(mail.get("message-id") or "").strip().encode() or content
        received = _sent_at(mail)
        attached = tuple(_attachments(mail))
    except (MessageError, LookupError, ValueError, TypeError, AttributeError) as error:
        # The parser of the standard library meets some broken headers and charsets with these.
        raise FeedbackError(reason=f"{name} is broken: {' '.join(str(error).split())[:200]}") from error
    if not words and not any(one.text for one in attached):
        raise FeedbackError(reason=f"{name} has no text")
    return Message(
        text=(words or "\n".join(one.text for one in attached if one.text))[:LONGEST_TEXT], channel=Channel.EMAIL,
        received_at=received, email=address or None, sender=sender or address or None,
        key=f"mail:{hashlib.sha256(named).hexdigest()}", attached=attached,
    )  # fmt: skip


def _body(mail: EmailMessage) -> str:
    """Its plain text, else what its HTML says."""
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    written = part.get_content()
    if not isinstance(written, str):
        return ""
    if part.get_content_subtype() != "html" or not written.strip():
        return written.strip()
    return _text_of(written.encode("utf-8", "replace"), "body.html")


def _attachments(mail: EmailMessage) -> Iterator[Attached]:
    """Every attachment, with its text or with why there is none: nothing is left out in silence."""
    for place, part in enumerate(mail.iter_attachments()):
        name = (part.get_filename() or f"attachment-{place + 1}").replace("\0", "")[:200]
        media_type = part.get_content_type()[:200]
        if place >= MOST_ATTACHMENTS:
            yield Attached(name=name, media_type=media_type, fault=f"more than {MOST_ATTACHMENTS} attachments")
            return
        content = part.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else part.as_bytes()
        yield read_attachment(raw, name if content is not None else f"{name}.txt", media_type)


def read_attachment(content: bytes, name: str, media_type: str | None = None) -> Attached:
    """What a file says, by the library's readers, or why it cannot be read."""
    try:
        text = _text_of(content, name)
    except DocumentError as error:
        return Attached(name=name[:200], media_type=media_type, fault=str(error.values["reason"])[:200])
    return Attached(name=name[:200], media_type=media_type, text=text.replace("\0", "")[:LONGEST_TEXT])


def _text_of(content: bytes, name: str) -> str:
    return "\n\n".join(block.text for block in read_blocks(content, Path(name)))


def _sent_at(mail: EmailMessage) -> datetime | None:
    """When it was sent, as naive UTC; None where its date cannot be read."""
    header = mail.get("date")
    sent = getattr(header, "datetime", None)
    if not isinstance(sent, datetime):
        return None
    return sent.astimezone(UTC).replace(tzinfo=None) if sent.tzinfo else sent
