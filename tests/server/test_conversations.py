"""History and thumbs over the wire: one's own, and nobody else's."""

import httpx
import pytest

from tests.server.agui_client import ask
from tests.server.running import Served


def call(served: Served, method: str, path: str, who: str = "E102", **given: object) -> httpx.Response:
    return httpx.request(method, f"{served.url}/conversations{path}", headers=served.bearer(who), **given)  # type: ignore[arg-type]


def test_a_conversation_is_listed_opened_renamed_and_deleted(demo: Served) -> None:
    ask(demo, "deposits", threadId="h1", runId="r1")
    assert "h1" in [card["id"] for card in call(demo, "GET", "").json()]
    opened = call(demo, "GET", "/h1").json()
    assert [(one["turn"], one["question"]) for one in opened["exchanges"]] == [("r1", "deposits")]
    assert opened["exchanges"][0]["answer"]["facts"]
    assert call(demo, "PATCH", "/h1", json={"title": "For Monday"}).json()["title"] == "For Monday"
    assert [card["id"] for card in call(demo, "GET", "?search=Monday").json()] == ["h1"]
    assert call(demo, "DELETE", "/h1").status_code == 204
    assert call(demo, "GET", "/h1").status_code == 404


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_anothers_conversation_is_not_there(demo: Served, method: str) -> None:
    ask(demo, "deposits", threadId="h2", runId="r1")
    body = {"json": {"title": "mine"}} if method == "PATCH" else {}
    refused = call(demo, method, "/h2", who="E202", **body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_conversation")


def test_a_thumb_comes_with_its_reasons(demo: Served) -> None:
    ask(demo, "deposits", threadId="h3", runId="r1")
    opinion = {"thumb": "down", "reasons": ["incomplete"], "comment": "no rates"}
    assert call(demo, "PUT", "/h3/turns/r1/rating", json=opinion).status_code == 204
    assert demo.assistant.history.rated[-1] == ("r1", "down", ["incomplete"], "no rates")
    assert call(demo, "PUT", "/h3/turns/r1/rating", json={"thumb": "sideways"}).status_code == 422
    assert call(demo, "PUT", "/h3/turns/r1/rating", who="E202", json=opinion).status_code == 404


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_title_that_is_none_is_refused(demo: Served, title: str) -> None:
    assert call(demo, "PATCH", "/h3", json={"title": title}).status_code == 422
