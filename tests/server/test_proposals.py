"""A yes and a no over HTTP: who may say it, what is refused, and what the answer says of how it stands."""

import httpx
import pytest

from tests.server.running import Served


def post(served: Served, path: str, body: object = None, **headers: str) -> httpx.Response:
    served.assistant.proposals.decided.clear()
    return httpx.post(f"{served.url}/proposals/{path}", json=body, headers=served.bearer() | headers)


def test_a_yes_says_how_it_stands_and_who_said_it_comes_from_the_token(bank: Served) -> None:
    answered = post(bank, "p1/confirm", {"changes": {"title": "Visit her", "due_on": None}})
    assert answered.status_code == 200
    assert (answered.json()["state"], answered.json()["message"]) == ("confirmed", "The task is on your list.")
    assert bank.assistant.proposals.decided == [("p1", "confirmed", "E102", {"title": "Visit her", "due_on": None})]


def test_a_yes_needs_no_body(bank: Served) -> None:
    answered = httpx.post(f"{bank.url}/proposals/p1/confirm", headers=bank.bearer())
    assert (answered.status_code, answered.json()["state"]) == (200, "confirmed")


def test_what_stands_otherwise_than_decided_is_409_in_the_same_shape(bank: Served) -> None:
    answered = post(bank, "late/confirm")
    assert (answered.status_code, answered.json()["state"]) == (409, "expired")


def test_a_no_is_a_no(bank: Served) -> None:
    assert post(bank, "p1/reject").json()["state"] == "rejected"
    assert bank.assistant.proposals.decided == [("p1", "rejected", "E102", {})]


@pytest.mark.parametrize("way", ["confirm", "reject"])
def test_what_was_not_put_to_the_asker_is_not_there(bank: Served, way: str) -> None:
    answered = post(bank, f"nobodys/{way}", **{"Accept-Language": "es"})
    assert (answered.status_code, answered.json()["error"]["code"]) == (404, "unknown_proposal")
    assert answered.json()["error"]["message"].startswith("No hay ninguna propuesta")


@pytest.mark.parametrize(
    "body",
    [
        {"changes": {"title": ""}},
        {"changes": {"title": 5}},
        {"changes": {"title": "x" * 20_000}},
        {"changes": {str(number): "x" for number in range(100)}},
        {"changes": [1]},
        {"employee_id": "E001"},
        [],
        "yes",
    ],
    ids=str,
)
def test_a_change_that_cannot_be_is_422_and_nothing_is_done(bank: Served, body: object) -> None:
    answered = post(bank, "p1/confirm", body)
    assert answered.status_code == 422
    assert bank.assistant.proposals.decided == []


def test_each_is_shown_their_own(bank: Served) -> None:
    for employee, ids in (("E102", ["waiting"]), ("E202", [])):
        listed = httpx.get(f"{bank.url}/proposals?state=open", headers=bank.bearer(employee))
        assert [each["id"] for each in listed.json()] == ids
    wrong = httpx.get(f"{bank.url}/proposals?state=any", headers=bank.bearer())
    assert wrong.status_code == 422


@pytest.mark.parametrize("method, path", [("GET", ""), ("POST", "/p1/confirm"), ("POST", "/p1/reject")])
def test_nobody_decides_without_a_token(bank: Served, method: str, path: str) -> None:
    bank.assistant.proposals.decided.clear()
    answered = httpx.request(method, f"{bank.url}/proposals{path}", json={"employee_id": "E102"})
    assert answered.status_code == 401
    assert bank.assistant.proposals.decided == []
