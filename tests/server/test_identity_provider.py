"""Tokens of the bank's identity provider: what holds, what does not, and how its keys rotate."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from joserfc.jwk import OKPKey

from assistant.errors import IssuerUnreachable, NotSignedIn, SettingsError
from assistant.settings import Settings, read_settings
from assistant.web.issued_tokens import IssuedTokens
from assistant.web.signing_keys import KEPT_S, KEPT_UNREACHABLE_S, LEAST_BETWEEN_S, SigningKeys
from tests.server.agui_client import run_input
from tests.server.identity_provider import AUDIENCE, IdentityProvider, elliptic, identity_provider, rsa
from tests.server.running import SECRET, Served, serving


class Seconds:
    """A clock that the test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        running.publish(rsa(), elliptic())
        yield running


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def issued(provider: IdentityProvider, seconds: Seconds) -> IssuedTokens:
    return IssuedTokens(SigningKeys(provider.issuer, seconds=seconds), provider.issuer, AUDIENCE)


async def test_tokens_of_each_published_key_name_the_employee(provider: IdentityProvider, issued: IssuedTokens) -> None:
    octets = OKPKey.generate_key("Ed25519", {"kid": "ed-1", "use": "sig"})
    provider.publish(rsa(), elliptic(), octets)
    for key, algorithm in ((rsa(), "RS256"), (rsa(), "PS512"), (elliptic(), "ES256"), (octets, "Ed25519")):
        assert await issued.employee_id(provider.token(key, algorithm)) == "E102"
    assert await issued.employee_id(provider.token(rsa(), aud=["other", AUDIENCE])) == "E102"
    assert await issued.employee_id(provider.token(rsa(), header={"typ": "at+jwt"})) == "E102"
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"], "the keys are kept"


def _public_key_as_secret(provider: IdentityProvider) -> str:
    """The classic confusion: signed with HMAC, the published key being the secret."""
    claims = provider.token(rsa()).split(".")[1]
    header = _encoded(json.dumps({"alg": "HS512", "kid": "rsa-1", "typ": "JWT"}).encode())
    signature = hmac.digest(rsa().as_pem(private=False), f"{header}.{claims}".encode(), "sha512")
    return f"{header}.{claims}.{_encoded(signature)}"


def _unsigned(provider: IdentityProvider) -> str:
    claims = provider.token(rsa()).split(".")[1]
    return f"{_encoded(json.dumps({'alg': 'none', 'kid': 'rsa-1'}).encode())}.{claims}."


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


BAD: dict[str, Callable[[IdentityProvider], str]] = {
    "no jwt": lambda p: "hello",
    "no alg": lambda p: "e30.e30.e30",
    "unsigned": _unsigned,
    "HMAC with the public key": _public_key_as_secret,
    "another key with a published id": lambda p: p.token(rsa(2), header={"kid": "rsa-1"}),
    "a key that is not published": lambda p: p.token(rsa(2)),
    "an algorithm that is not the key's": lambda p: p.token(rsa(), header={"kid": "ec-1"}),
    "a key of its own in the header": lambda p: p.token(rsa(2), header={"jwk": rsa(2).as_dict(private=False)}),
    "expired": lambda p: p.token(rsa(), exp=int(time.time()) - 60),
    "no expiry": lambda p: p.token(rsa(), exp=None),
    "not yet valid": lambda p: p.token(rsa(), nbf=int(time.time()) + 600),
    "another audience": lambda p: p.token(rsa(), aud="api://payments"),
    "no audience": lambda p: p.token(rsa(), aud=None),
    "another issuer": lambda p: p.token(rsa(), iss="https://elsewhere.example"),
    "an issuer alike": lambda p: p.token(rsa(), iss=f"{p.issuer}/"),
    "no issuer": lambda p: p.token(rsa(), iss=None),
    "nobody": lambda p: p.token(rsa(), sub=None),
    "a list of names": lambda p: p.token(rsa(), sub=["E102"]),
    "a name too long": lambda p: p.token(rsa(), sub="E" * 100),
    "signed out": lambda p: p.token(rsa(), header={"typ": "logout+jwt"}),
    "too long": lambda p: p.token(rsa(), padding="a" * 20_000),
    "tampered": lambda p: p.token(rsa())[:-8] + "AAAAAAAA",
}


@pytest.mark.parametrize("name", BAD)
async def test_what_does_not_hold_is_nobodys(provider: IdentityProvider, issued: IssuedTokens, name: str) -> None:
    with pytest.raises(NotSignedIn):
        await issued.employee_id(BAD[name](provider))


async def test_skew_of_half_a_minute_is_forgiven(provider: IdentityProvider, issued: IssuedTokens) -> None:
    assert await issued.employee_id(provider.token(rsa(), exp=int(time.time()) - 20)) == "E102"
    assert await issued.employee_id(provider.token(rsa(), nbf=int(time.time()) + 20)) == "E102"


async def test_the_claim_that_holds_the_id_can_be_another(provider: IdentityProvider) -> None:
    issued = IssuedTokens(SigningKeys(provider.issuer), provider.issuer, AUDIENCE, claim="employee_number")
    assert await issued.employee_id(provider.token(rsa(), sub="8f-31", employee_number="E202")) == "E202"
    with pytest.raises(NotSignedIn):
        await issued.employee_id(provider.token(rsa(), sub="E202"))


async def test_a_new_key_is_fetched_when_first_seen_but_not_at_any_rate(
    provider: IdentityProvider, issued: IssuedTokens, seconds: Seconds
) -> None:
    await issued.employee_id(provider.token(rsa()))
    provider.publish(rsa(2))
    for _ in range(20):
        with pytest.raises(NotSignedIn):
            await issued.employee_id(provider.token(rsa(2)))
    assert provider.asked.count("/keys") == 1, "just asked: not again"
    seconds.now += LEAST_BETWEEN_S
    assert await issued.employee_id(provider.token(rsa(2))) == "E102"
    for number in range(3, 8):
        with pytest.raises(NotSignedIn):
            await issued.employee_id(provider.token(rsa(2), header={"kid": f"made-up-{number}"}))
    assert provider.asked.count("/keys") == 2
    with pytest.raises(NotSignedIn):
        await issued.employee_id(provider.token(rsa()))


async def test_a_withdrawn_key_counts_no_longer_than_it_is_kept(
    provider: IdentityProvider, issued: IssuedTokens, seconds: Seconds
) -> None:
    await issued.employee_id(provider.token(rsa()))
    provider.publish(rsa(2))
    seconds.now += KEPT_S + 1
    with pytest.raises(NotSignedIn):
        await issued.employee_id(provider.token(rsa()))


async def test_while_the_provider_is_away_known_keys_count_for_an_hour(
    provider: IdentityProvider, issued: IssuedTokens, seconds: Seconds
) -> None:
    await issued.employee_id(provider.token(rsa()))
    provider.fails = True
    seconds.now += KEPT_UNREACHABLE_S - 1
    assert await issued.employee_id(provider.token(rsa())) == "E102"
    seconds.now += 60
    with pytest.raises(IssuerUnreachable):
        await issued.employee_id(provider.token(rsa()))
    provider.fails = False
    seconds.now += LEAST_BETWEEN_S
    assert await issued.employee_id(provider.token(rsa())) == "E102"


@pytest.mark.parametrize("described", ["issuer", "keys", "no keys", "weak keys", "secret keys"])
async def test_a_provider_that_is_not_to_be_trusted_gives_no_keys(
    provider: IdentityProvider, issued: IssuedTokens, described: str
) -> None:
    if described == "issuer":
        provider.described_as = "https://elsewhere.example"
    if described == "keys":
        provider.described_keys = "http://elsewhere.example/keys"
    if described == "no keys":
        provider.publish()
    if described == "weak keys":
        provider.publish(rsa(9, bits=1024))
    if described == "secret keys":
        provider.keys = [{"kty": "oct", "k": "c2VjcmV0", "kid": "rsa-1"}]
    with pytest.raises(IssuerUnreachable):
        await issued.employee_id(provider.token(rsa()))


@pytest.fixture
def bank_with_provider(provider: IdentityProvider) -> Iterator[Served]:
    settings = Settings(auth_secret=SECRET, oidc_issuer=provider.issuer, oidc_audience=AUDIENCE)
    with serving(settings) as served:
        yield served


def test_the_server_takes_tokens_of_both_kinds_and_no_others(
    provider: IdentityProvider, bank_with_provider: Served
) -> None:
    def status(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(f"{bank_with_provider.url}/agui", json=run_input("deposits"), headers=headers).status_code

    assert status(provider.token(rsa(), role="head_office")) == 200
    assert status(bank_with_provider.tokens.mint("E202")) == 200
    assert [turn.employee_id for turn in bank_with_provider.assistant.turns] == ["E102", "E202"]
    assert status(provider.token(rsa(2))) == 401
    assert status(_public_key_as_secret(provider)) == 401
    assert status(provider.token(rsa(), sub="E999")) == 403
    assert httpx.get(f"{bank_with_provider.url}/demo/employees").status_code == 404


def test_without_its_provider_the_server_says_so(provider: IdentityProvider) -> None:
    provider.fails = True
    with serving(Settings(oidc_issuer=provider.issuer, oidc_audience=AUDIENCE)) as served:
        headers = {"Authorization": f"Bearer {provider.token(rsa())}"}
        refused = httpx.get(f"{served.url}/v1/models", headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "issuer_unreachable")
        assert httpx.get(f"{served.url}/demo/employees").status_code == 404


def test_half_a_provider_is_refused_at_the_start() -> None:
    for given in ({"RAPPORT_OIDC_ISSUER": "https://login.bank.example"}, {"RAPPORT_OIDC_AUDIENCE": "rapport"}):
        with pytest.raises(SettingsError, match="together"):
            read_settings(given)
    for bad in ("http://login.bank.example", "https://me:word@login.bank.example", "login"):
        with pytest.raises(SettingsError, match="TLS"):
            read_settings({"RAPPORT_OIDC_ISSUER": bad, "RAPPORT_OIDC_AUDIENCE": "rapport"})
    issuer = "https://login.bank.example/tenant/"
    settings = read_settings({"RAPPORT_OIDC_ISSUER": issuer, "RAPPORT_OIDC_AUDIENCE": "rapport"})
    assert (settings.oidc_issuer, settings.is_demo) == (issuer, False)
