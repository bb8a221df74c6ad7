"""Size limits, security headers, health, and files that must not get out."""

from collections.abc import Iterator

import httpx
import pytest

from assistant.settings import Settings
from server import LARGEST_BODY
from tests.server.agui_client import ask, run_input
from tests.server.running import Served, serving


def test_a_body_over_the_limit_is_413_told_or_chunked(demo: Served) -> None:
    body = b" " * (LARGEST_BODY + 1)

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    for content in (body, pieces()):
        response = httpx.post(f"{demo.url}/agui", content=content, headers=demo.bearer())
        assert response.status_code == 413
    assert demo.assistant.turns == []


def test_a_long_question_within_the_limit_is_the_assistants_to_judge(demo: Served) -> None:
    assert ask(demo, "deposits " + "x" * 100_000).status_code == 200
    assert len(demo.assistant.turns[0].question) > 100_000


@pytest.mark.parametrize("http", ["h11", "httptools"])
def test_a_100_kb_token_is_401_with_either_parser(http: str) -> None:
    with serving(Settings(), http=http) as served:
        response = httpx.get(f"{served.url}/v1/models", headers={"Authorization": "Bearer " + "a" * 100_000})
    assert response.status_code == 401


@pytest.mark.parametrize(
    "path", ["/", "/widget.js", "/static/page.css", "/healthz", "/agui", "/nothing", "/demo/employees"]
)
def test_every_response_carries_the_security_headers(demo: Served, path: str) -> None:
    headers = httpx.get(demo.url + path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert "access-control-allow-origin" not in headers


def test_an_unknown_error_carries_them_too(demo: Served) -> None:
    assert "content-security-policy" in ask(demo, "break at once").headers


def test_no_other_origin_may_read(demo: Served) -> None:
    headers = demo.bearer() | {"Origin": "https://elsewhere.example"}
    response = httpx.post(f"{demo.url}/agui", json=run_input("deposits"), headers=headers)
    assert not [name for name in response.headers if name.startswith("access-control")]
    preflight = httpx.options(f"{demo.url}/agui", headers={"Origin": "https://elsewhere.example"})
    assert preflight.status_code == 401
    assert not [name for name in preflight.headers if name.startswith("access-control")]


def test_the_pages_hold_no_inline_script_or_style(demo: Served) -> None:
    page = httpx.get(demo.url).text
    assert "<style" not in page
    assert "style=" not in page
    assert " on" + "click" not in page
    assert page.count("<script") == page.count('<script type="module" src=') >= 1


@pytest.mark.parametrize(
    "path", ["/static/../server.py", "/static/%2e%2e/pages.py", "/static/..%2fpages.py", "/static/", "/static/widget"]
)
def test_nothing_but_the_static_files_is_served(demo: Served, path: str) -> None:
    assert httpx.get(demo.url + path).status_code in (401, 404)


def test_alive_and_ready(demo: Served) -> None:
    assert httpx.get(f"{demo.url}/healthz").json() == {"status": "alive"}
    assert httpx.get(f"{demo.url}/readyz").json() == {"status": "ready"}
    demo.assistant.is_ready = False
    assert httpx.get(f"{demo.url}/healthz").status_code == 200
    response = httpx.get(f"{demo.url}/readyz")
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "store"
