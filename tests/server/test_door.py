"""Who gets in: every route without, with a wrong, an expired, a foreign, a huge token; and the demo identities."""

import base64
import json
import logging
import time
from collections.abc import Callable

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.requests import Request

from assistant.errors import NotSignedIn, SettingsError
from assistant.settings import Settings
from assistant.web.demo_door import DemoDoor, is_loopback
from assistant.web.door import is_open
from assistant.web.tokens import Tokens
from server import create_app
from tests.server.agui_client import ask, run_input
from tests.server.running import SECRET, Served
from tests.server.scripted import ScriptedAssistant

KEY = OctKey.import_key(SECRET.encode())


def signed(alg: str = "HS256", key: OctKey = KEY, **claims: object) -> str:
    holding: dict[str, object] = {"sub": "E102", "aud": "rapport", "exp": int(time.time()) + 60}
    given = {name: value for name, value in (holding | claims).items() if value is not None}
    return jwt.encode({"alg": alg}, given, key, algorithms=[alg])


def unsigned(**header: str) -> str:
    claims = {"sub": "E102", "aud": "rapport", "exp": int(time.time()) + 60}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return f"{parts[0]}.{parts[1]}."


BAD_TOKENS: dict[str, Callable[[], str]] = {
    "no jwt": lambda: "hello",
    "empty parts": lambda: "..",
    "alg none": lambda: unsigned(alg="none"),
    "alg None": lambda: unsigned(alg="None"),
    "no alg": lambda: unsigned(typ="JWT"),
    "another secret": lambda: signed(key=OctKey.import_key(b"another secret that is long enough")),
    "another algorithm": lambda: signed(alg="HS512"),
    "expired": lambda: signed(exp=int(time.time()) - 60),
    "no expiry": lambda: signed(exp=None),
    "expiry in words": lambda: signed(exp="tomorrow"),
    "not yet valid": lambda: signed(nbf=int(time.time()) + 600),
    "another audience": lambda: signed(aud="payments"),
    "no audience": lambda: signed(aud=None),
    "nobody": lambda: signed(sub=None),
    "empty name": lambda: signed(sub=""),
    "a number": lambda: signed(sub=7),
    "100 kB": lambda: "a" * 100_000,
    "100 kB signed": lambda: signed(padding="a" * 75_000),
    "tampered": lambda: signed()[:-4] + "AAAA",
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_token_that_does_not_hold_is_401(bank: Served, name: str) -> None:
    headers = {"Authorization": f"Bearer {BAD_TOKENS[name]()}"}
    response = httpx.post(f"{bank.url}/agui", json=run_input("deposits"), headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["error"]["code"] == "not_signed_in"
    assert bank.assistant.turns == []


def test_an_error_speaks_the_askers_language(bank: Served) -> None:
    for wanted, start in (("zh-CN,zh;q=0.9", "请先登录"), ("es", "Identifíquese"), ("fr, en;q=0.5", "Please sign in")):
        response = httpx.post(f"{bank.url}/agui", headers={"Accept-Language": wanted})
        assert response.json()["error"]["message"].startswith(start)


def test_a_small_skew_of_clocks_is_forgiven(bank: Served) -> None:
    late = {"Authorization": f"Bearer {signed(exp=int(time.time()) - 5)}"}
    assert httpx.post(f"{bank.url}/agui", json=run_input("deposits"), headers=late).status_code == 200


def test_claims_about_role_change_nothing_but_the_name_counts(bank: Served) -> None:
    token = signed(role="head_office", scope="all", employee_id="E001")
    httpx.post(f"{bank.url}/agui", json=run_input("deposits"), headers={"Authorization": f"Bearer {token}"})
    assert bank.assistant.turns[0].employee_id == "E102"


@pytest.mark.parametrize("header", ["", "Basic E102:x", "Bearer"])
def test_every_route_but_health_and_the_pages_needs_a_token(bank: Served, header: str) -> None:
    paths = create_app(Settings(), ScriptedAssistant()).openapi()["paths"]
    closed = {path for path in paths if not is_open(path)} | {"/openapi.json", "/docs", "/nothing", "//", "/demo/other"}
    assert {"/agui", "/v1/chat/completions", "/v1/models"} <= closed
    for path in closed:
        for method in ("GET", "POST", "OPTIONS"):
            response = httpx.request(method, bank.url + path, headers={"Authorization": header} if header else {})
            assert response.status_code == 401, (method, path)


def test_the_token_is_asked_for_before_the_body_is_read(bank: Served) -> None:
    assert httpx.post(f"{bank.url}/agui", content="{").status_code == 401


def test_a_short_secret_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="at least 32 bytes"):
        create_app(Settings(auth_secret="too short"), ScriptedAssistant())


def test_without_a_secret_each_process_makes_its_own() -> None:
    with pytest.raises(NotSignedIn):
        Tokens().employee_id(Tokens().mint("E102"))


def test_no_secret_and_no_token_is_logged(bank: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = signed()
    httpx.post(f"{bank.url}/agui", json=run_input("break at once"), headers={"Authorization": f"Bearer {token}"})
    ask(bank, "deposits")
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("rapport", "uvicorn")))
    assert "incident" in ours
    assert token not in ours
    assert SECRET not in ours + repr(Settings(auth_secret=SECRET))


def test_the_demo_page_gets_a_token_to_ask_with(demo: Served) -> None:
    listed = httpx.get(f"{demo.url}/demo/employees").json()["employees"]
    assert {
        "id": "E102",
        "name": "王芳 Wang Fang",
        "role": "manager",
        "unit": "Riverside Branch",
        "units": {},
    } in listed
    token = httpx.post(f"{demo.url}/demo/token", json={"employee": "E202"}).json()["token"]
    response = httpx.post(f"{demo.url}/agui", json=run_input("deposits"), headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert demo.assistant.turns[0].employee_id == "E202"


def test_demo_identities_do_not_exist_where_a_bank_has_set_a_secret(bank: Served) -> None:
    assert httpx.get(f"{bank.url}/demo/employees").status_code == 404
    assert httpx.post(f"{bank.url}/demo/token", json={"employee": "E102"}).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1.example:8000"},
        {"Host": "localhost.example"},
        {"Host": ""},
        {"Host": "["},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"X-Forwarded-For": "10.0.0.7"},
        {"Forwarded": "for=10.0.0.7"},
    ],
)
def test_demo_tokens_are_not_given_to_other_pages_and_through_proxies(demo: Served, headers: dict[str, str]) -> None:
    response = httpx.post(f"{demo.url}/demo/token", json={"employee": "E102"}, headers=headers)
    assert response.status_code == 404
    assert httpx.get(f"{demo.url}/demo/employees", headers=headers).status_code == 404


def test_nobody_gets_a_demo_token_for_a_stranger(demo: Served) -> None:
    assert httpx.post(f"{demo.url}/demo/token", json={"employee": "E999"}).status_code == 403
    assert httpx.post(f"{demo.url}/demo/token", json={"employee": ""}).status_code == 422


@pytest.mark.parametrize(
    "listens_on, peer, reached, admitted",
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        ("::1", "::1", "::1", True),
        ("localhost", "::ffff:127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "10.0.0.7", "127.0.0.1", False),
        ("127.0.0.1", "127.0.0.1", "10.0.0.1", False),
    ],
)
def test_demo_identities_are_for_loopback_at_both_ends(
    listens_on: str, peer: str, reached: str, admitted: bool
) -> None:
    scope = {"type": "http", "client": (peer, 5), "server": (reached, 8000), "headers": [(b"host", b"localhost:8000")]}
    assert DemoDoor(listens_on, has_secret=False).admits(Request(scope)) is admitted
    assert not DemoDoor(listens_on, has_secret=True).admits(Request(scope))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", ""])
def test_other_addresses_than_loopback_need_a_secret(host: str) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_AUTH_SECRET"):
        create_app(Settings(), ScriptedAssistant(), host)
    assert not create_app(Settings(auth_secret=SECRET), ScriptedAssistant(), host).state.demo_door.is_on


def test_what_is_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "::", "10.0.0.1", "localhost.example", "example.org")))
