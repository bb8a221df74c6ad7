"""Files of messages: every one is taken or refused with a reason, whatever is broken in it."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import FeedbackError
from assistant.feedback.mail_file import MOST_ATTACHMENTS, read_mail
from assistant.feedback.message_file import Row, read_messages
from knowledge.crm.codes import Channel


def mail(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "Ana Roca <ana@example.org>", "Subject": "Queja por comisión", **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content("Me cobraron dos veces la comisión.")
    return made


def rows(tmp_path: Path, text: str | bytes, name: str = "a.csv") -> list[Row]:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_messages(file))


def test_a_mail_is_its_words_its_sender_and_its_attachments() -> None:
    sent = mail(Date="Thu, 19 Nov 2026 10:00:00 +0100", Message_ID="<x1@example.org>")
    sent.add_attachment("Comisión 12,00", filename="extracto.txt")
    sent.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="foto.bin")
    read = read_mail(sent.as_bytes(), "m.eml")
    assert read.text == "Queja por comisión\n\nMe cobraron dos veces la comisión."
    assert (read.channel, read.email, read.sender) == (Channel.EMAIL, "ana@example.org", "Ana Roca")
    assert str(read.received_at) == "2026-11-19 09:00:00"
    assert [(one.name, one.text, one.fault is None) for one in read.attached] == [
        ("extracto.txt", "Comisión 12,00", True), ("foto.bin", None, False),
    ]  # fmt: skip
    assert read_mail(sent.as_bytes(), "again.eml").key == read.key


def test_the_words_of_a_mail_in_html_are_read_without_its_scripts() -> None:
    made = mail()
    made.set_content("<p>La <b>app</b> falla</p><script>alert(1)</script>", subtype="html")
    assert read_mail(made.as_bytes(), "m.eml").text == "Queja por comisión\n\nLa app falla"


def test_no_attachment_is_left_out_in_silence() -> None:
    sent = mail()
    for number in range(MOST_ATTACHMENTS + 5):
        sent.add_attachment(f"text {number}", filename=f"{number}.txt")
    attached = read_mail(sent.as_bytes(), "m.eml").attached
    assert len(attached) == MOST_ATTACHMENTS + 1
    assert attached[-1].fault


@pytest.mark.parametrize("content", [b"", b"\xff\xfe broken", b"no headers at all", b"\0" * 100, b"From: a@b.c\n\n"])
def test_what_is_no_mail_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(FeedbackError) as refused:
        read_mail(content, "m.eml")
    assert "m.eml" in str(refused.value.values["reason"])


@given(cut=st.integers(0, 600), noise=st.binary(max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_broken_mail_is_read_or_refused_and_never_breaks_anything(cut: int, noise: bytes) -> None:
    sent = mail(Date="Thu, 19 Nov 2026 10:00:00 +0100")
    sent.add_attachment("Comisión 12,00", filename="extracto.txt")
    content = sent.as_bytes()
    broken = content[:cut] + noise + content[cut + len(noise) :]
    try:
        read = read_mail(broken, "m.eml")
    except FeedbackError:
        return
    assert read.text.strip()


def test_a_file_holds_a_message_a_row(tmp_path: Path) -> None:
    text = 'text,channel,received_at,customer\n"The app,\nlost it",app,2026-11-19T09:00+01:00,C1\n建议延长营业时间,,,\n'
    first, second = rows(tmp_path, text)
    assert first.message is not None
    assert second.message is not None
    assert (first.message.text, first.message.channel, first.message.number) == ("The app,\nlost it", "app", "C1")
    assert str(first.message.received_at) == "2026-11-19 08:00:00"
    assert (second.message.channel, second.message.number, second.message.received_at) == ("web", None, None)


def test_rows_that_are_no_message_say_why_and_stop_no_other(tmp_path: Path) -> None:
    text = "text,channel,received_at\n,app,\nhello,fax,\nhello,app,soon\nhello,app,,more\nThe fee is too high,app,\n"
    found = rows(tmp_path, text)
    assert [row.message is None for row in found] == [True, True, True, True, False]
    assert all(row.fault for row in found[:-1])


def test_equal_rows_are_two_messages_and_the_same_file_again_none(tmp_path: Path) -> None:
    text = "text\nThe fee is too high\nThe fee is too high\n"
    keys = [[row.message.key for row in rows(tmp_path, text) if row.message] for _ in range(2)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 2


@pytest.mark.parametrize(
    "content, name", [(b"\xff\xfe", "a.csv"), (b"message\nhello\n", "a.csv"), (b"", "a.csv"), (b"x", "a.txt")]
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(FeedbackError):
        rows(tmp_path, content, name)
    with pytest.raises(FeedbackError):
        list(read_messages(tmp_path / "missing.csv"))
