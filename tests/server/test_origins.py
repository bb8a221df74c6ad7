"""Which pages may ask, and how often anybody may."""

from collections.abc import Iterator

import httpx
import pytest
from limits import parse

from assistant.errors import SettingsError
from assistant.settings import Settings, read_settings
from assistant.web.rates import by_address
from tests.server.agui_client import run_input
from tests.server.running import SECRET, Served, serving

CRM = "https://crm.bank.example"


@pytest.fixture(scope="module")
def _listed() -> Iterator[Served]:
    with serving(Settings(auth_secret=SECRET, origins=(CRM,))) as served:
        yield served


@pytest.fixture
def listed(_listed: Served) -> Served:
    _listed.assistant.turns.clear()
    return _listed


def test_a_listed_page_may_ask_and_read_answers_and_errors(listed: Served) -> None:
    preflight = httpx.options(
        f"{listed.url}/agui",
        headers={
            "Origin": CRM,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == CRM
    assert "access-control-allow-credentials" not in preflight.headers
    for headers, status in ((listed.bearer(), 200), ({}, 401)):
        response = httpx.post(f"{listed.url}/agui", json=run_input("deposits"), headers={"Origin": CRM, **headers})
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == CRM
    assert httpx.get(f"{listed.url}/widget.js", headers={"Origin": CRM}).headers["access-control-allow-origin"] == CRM


@pytest.mark.parametrize("origin", ["https://elsewhere.example", f"{CRM}.example", "http://crm.bank.example", "null"])
def test_any_other_page_gets_nothing(listed: Served, origin: str) -> None:
    for method in ("POST", "OPTIONS"):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST", **listed.bearer()}
        response = httpx.request(method, f"{listed.url}/agui", json=run_input("deposits"), headers=headers)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "foreign_origin")
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert "content-security-policy" in response.headers
    assert listed.assistant.turns == []


def test_our_own_page_and_programmes_may_still_ask(listed: Served) -> None:
    for origin in ({"Origin": listed.url}, {}):
        response = httpx.post(f"{listed.url}/agui", json=run_input("deposits"), headers=listed.bearer() | origin)
        assert response.status_code == 200


def test_what_is_no_origin_is_refused_at_the_start() -> None:
    assert read_settings({"RAPPORT_ORIGINS": f"{CRM}, https://b.example:8443"}).origins == (
        CRM,
        "https://b.example:8443",
    )
    for bad in ("*", "crm.bank.example", f"{CRM}/", f"{CRM}/page", "file:///x"):
        with pytest.raises(SettingsError, match="RAPPORT_ORIGINS"):
            read_settings({"RAPPORT_ORIGINS": bad})


def test_a_user_who_asks_too_often_is_told_when_to_come_back() -> None:
    with serving(Settings(auth_secret=SECRET, rate_user=parse("3/minute"))) as served:
        statuses = [httpx.get(f"{served.url}/v1/models", headers=served.bearer("E102")).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = httpx.post(f"{served.url}/agui", json=run_input("deposits"), headers=served.bearer("E102"))
        assert refused.json()["error"]["code"] == "too_many_requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert served.assistant.turns == []
        assert httpx.get(f"{served.url}/v1/models", headers=served.bearer("E202")).status_code == 200


def test_an_address_that_tries_tokens_is_stopped_before_they_are_read() -> None:
    with serving(Settings(auth_secret=SECRET, rate_address=parse("3/minute"))) as served:
        wrong = {"Authorization": "Bearer wrong"}
        statuses = [httpx.get(f"{served.url}/v1/models", headers=wrong).status_code for _ in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert httpx.get(f"{served.url}/v1/models", headers=served.bearer()).status_code == 429
        assert httpx.get(f"{served.url}/healthz").status_code == 200
        assert httpx.get(f"{served.url}/widget.js").status_code == 200


def test_a_proxy_is_believed_about_addresses_only_where_it_is_named() -> None:
    def statuses(proxies: str) -> list[int]:
        settings = Settings(auth_secret=SECRET, rate_address=parse("2/minute"), proxies=proxies)
        with serving(settings) as served:
            headers = [served.bearer() | {"X-Forwarded-For": f"10.0.0.{n}"} for n in range(4)]
            return [httpx.get(f"{served.url}/v1/models", headers=each).status_code for each in headers]

    assert statuses("127.0.0.1") == [200] * 4
    assert statuses("") == statuses("10.9.9.9") == [200, 200, 429, 429]


def test_a_bank_has_limits_without_setting_any_and_the_demo_has_none(demo: Served) -> None:
    def asked(served: Served) -> set[int]:
        with httpx.Client(headers=served.bearer("E202")) as client:
            return {client.get(f"{served.url}/v1/models").status_code for _ in range(125)}

    assert asked(demo) == {200}
    with serving(Settings(auth_secret=SECRET)) as bank:
        assert asked(bank) == {200, 429}


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    def counted(host: str, path: str = "/agui") -> str | None:
        return by_address({"type": "http", "path": path, "client": (host, 1)})

    assert counted("2001:db8::1") == counted("2001:db8::ffff:2") != counted("2001:db8:0:1::1")
    assert counted("10.0.0.1") != counted("10.0.0.2")
    assert counted("10.0.0.1", "/healthz") is None


def test_a_rate_that_is_none_is_refused_at_the_start() -> None:
    assert read_settings({"RAPPORT_RATE_USER": "10/second"}).rate_user == parse("10/second")
    with pytest.raises(SettingsError, match="RAPPORT_RATE_USER"):
        read_settings({"RAPPORT_RATE_USER": "often"})
