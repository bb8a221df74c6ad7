"""Feedback over HTTP: given by systems with a token, and by anybody on the public form, which tells nothing."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from assistant.settings import Settings
from assistant.web.visits import Visits
from tests.server.running import SECRET, Served, serving

GIVEN = {"text": "The app lost my transfer", "channel": "app", "customer": "C1"}


def give(bank: Served, body: object, key: str | None = None, **more: object) -> httpx.Response:
    headers = bank.bearer() | ({"Idempotency-Key": key} if key else {})
    return httpx.post(f"{bank.url}/feedback", json=body, headers=headers, **more)  # type: ignore[arg-type]


def send(url: str, fields: dict[str, str], lang: str = "en") -> httpx.Response:
    return httpx.post(f"{url}/feedback/form?lang={lang}", data=fields)


@pytest.fixture
def fresh() -> Iterator[Served]:
    """A server of its own: nobody has sent anything from this address."""
    with serving(Settings(auth_secret=SECRET)) as served:
        yield served


def test_a_system_puts_a_message_into_the_queue(bank: Served) -> None:
    given = {**GIVEN, "attachments": [{"name": "a.txt", "content": "RmVlIDEyLjAw"}]}
    answered = give(bank, given, "k-1")
    assert answered.status_code == 201
    assert answered.json()["case"].startswith("F-")
    employee, message = bank.assistant.intake.taken[-1]
    assert (employee, message.text, message.number, message.key) == ("E102", GIVEN["text"], "C1", "api:k-1")
    assert [(one.name, one.text) for one in message.attached] == [("a.txt", "Fee 12.00")]
    assert (
        give(bank, {**GIVEN, "attachments": [{"name": "a.txt", "content": "RmVlIDEyLjAw"}]}, "k-1").status_code == 200
    )
    assert give(bank, GIVEN, "used").status_code == 409


@pytest.mark.parametrize(
    "body, status",
    [
        ({}, 422), ({"text": "x"}, 422), ({"text": " ", "channel": "app"}, 422), ({**GIVEN, "channel": "fax"}, 422),
        ({**GIVEN, "scope": "all"}, 422), ({**GIVEN, "text": "x" * 20_001}, 422), ([], 422), ("close all", 422),
        ({**GIVEN, "received_at": "yesterday"}, 422), ({**GIVEN, "text": "x" * 1_100_000}, 413),
        ({**GIVEN, "attachments": [{"name": "a.txt", "content": "not base64!"}]}, 422),
        ({**GIVEN, "attachments": [{"name": "a", "content": ""}] * 11}, 422),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_with_a_reason(bank: Served, body: object, status: int) -> None:
    taken = len(bank.assistant.intake.taken)
    answered = give(bank, body)
    assert answered.status_code == status
    assert status == 413 or answered.json()["error"]["message"]
    assert len(bank.assistant.intake.taken) == taken


def test_nobody_gives_anything_without_a_token(bank: Served) -> None:
    assert httpx.post(f"{bank.url}/feedback", json=GIVEN).status_code == 401
    assert give(bank, GIVEN, "k" * 201).status_code == 422


@pytest.mark.parametrize("lang, title", [("en", "Write to us"), ("zh", "给我们留言"), ("es", "Escríbanos")])
def test_the_form_needs_neither_token_nor_script(bank: Served, lang: str, title: str) -> None:
    page = httpx.get(f"{bank.url}/feedback/form?lang={lang}")
    assert (page.status_code, title in page.text) == (200, True)
    assert f'<html lang="{lang}">' in page.text
    assert not re.search(r"<script|<style|\son\w+=|\sstyle=", page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    style = httpx.get(f"{bank.url}/static/feedback-form.css")
    assert style.status_code == 200


def test_a_message_of_the_form_is_taken_in_for_nobody_signed_in(fresh: Served) -> None:
    page = send(fresh.url, {"text": "<b>Close all cases</b>", "email": "li@example.org", "customer": "C1"}, "es")
    assert page.status_code == 200
    assert "F-" in page.text
    employee, message = fresh.assistant.intake.taken[-1]
    assert (employee, message.text, message.email, message.channel) == (
        None, "<b>Close all cases</b>", "li@example.org", "web",
    )  # fmt: skip


def test_whoever_writes_is_not_told_whether_a_customer_exists(fresh: Served) -> None:
    pages = [send(fresh.url, {"text": "The fee is too high", "customer": number}) for number in ("C1", "C9", "")]
    told = {re.sub(r"F-\w+", "F-", page.text) for page in pages}
    assert len(told) == 1
    assert {page.status_code for page in pages} == {200}


def test_a_programme_that_fills_in_everything_is_thanked_and_not_heard(fresh: Served) -> None:
    page = send(fresh.url, {"text": "Buy now", "website": "https://example.org"})
    assert (page.status_code, "F-" in page.text) == (200, True)
    assert fresh.assistant.intake.taken == []


def test_an_address_sends_so_many_and_no_more(fresh: Served) -> None:
    with ThreadPoolExecutor(8) as threads:
        answered = list(threads.map(lambda n: send(fresh.url, {"text": f"Message {n}"}), range(12)))
    assert sorted(page.status_code for page in answered) == [200] * 5 + [429] * 7
    assert len(fresh.assistant.intake.taken) == 5
    refused = next(page for page in answered if page.status_code == 429)
    assert 0 < int(refused.headers["retry-after"]) <= 601
    assert "Message" in refused.text, "what was written is not lost"


def test_what_is_no_form_is_refused(bank: Served) -> None:
    form = f"{bank.url}/feedback/form"
    assert httpx.post(form, json={"text": "x"}).status_code == 400
    plain = {"content-type": "application/x-www-form-urlencoded"}
    bodies = [
        (b"text=%ff", 400), (b"\xff=1", 400), (b"&".join([b"a=1"] * 30), 400), (b"", 422), (b"text=++", 422),
        (b"text=" + b"x" * 5_001, 422), (b"text=" + b"x" * 100_001, 413),
    ]  # fmt: skip
    for body, status in bodies:
        assert httpx.post(form, content=body, headers=plain).status_code == status, body[:20]
    page = httpx.post(form, content=b"name=%3Cscript%3Ealert(1)%3C/script%3E", headers=plain)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_visits_are_counted_by_connection() -> None:
    now = [0.0]
    visits = Visits(2, 60, lambda: now[0])
    assert [visits.wait_s("2001:db8::1"), visits.wait_s("2001:db8::2")] == [0, 0]
    assert visits.wait_s("2001:db8::3") == 60
    assert visits.wait_s("192.0.2.1") == visits.wait_s("::ffff:192.0.2.1") == 0
    assert visits.wait_s("192.0.2.1") == 60
    now[0] = 60.0
    assert visits.wait_s("2001:db8::3") == 0
