"""The public keys of the bank's identity provider (JWKS): fetched, kept for a while, fetched anew when they rotate."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, RSAKey

from assistant.errors import IssuerUnreachable, NotSignedIn
from assistant.web.demo_door import is_loopback

KEPT_S = 600
"""After so long the keys are asked for again: so long at most does a key that was withdrawn go on counting."""
KEPT_UNREACHABLE_S = 3600
"""So long the keys count while the provider cannot be reached."""
LEAST_BETWEEN_S = 10
"""Between two requests to the provider, whatever tokens come: one with a key id made up must not be a request."""
PATIENCE_S = 5
LARGEST_REPLY = 256_000
SMALLEST_RSA_BITS = 2048
_FAMILIES = {"RSA": ("RS", "PS"), "EC": ("ES",), "OKP": ("Ed",)}


class SigningKeys:
    """The keys of one issuer. `seconds` is a clock that only goes forward."""

    def __init__(self, issuer: str, jwks_url: str = "", seconds: Callable[[], float] = time.monotonic) -> None:
        """Without `jwks_url` its address is asked of the issuer (OpenID Connect Discovery)."""
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._seconds = seconds
        self._keys: list[Key] = []
        self._fetched_at = self._asked_at = -float("inf")
        self._asking = asyncio.Lock()

    async def key(self, kid: object, algorithm: str) -> Key:
        """The key of that id that signs with `algorithm`.

        Raises NotSignedIn if there is none, IssuerUnreachable while no keys are known.
        """
        if self._age() > KEPT_S:
            await self._ask()
        if self._age() > KEPT_UNREACHABLE_S:
            raise IssuerUnreachable(reason="its keys cannot be read")
        found = self._found(kid, algorithm)
        if found is None:
            await self._ask()
            found = self._found(kid, algorithm)
        if found is None:
            raise NotSignedIn(reason="the token does not hold")
        return found

    def _age(self) -> float:
        return self._seconds() - self._fetched_at

    def _found(self, kid: object, algorithm: str) -> Key | None:
        fitting = [
            key
            for key in self._keys
            if algorithm.startswith(_FAMILIES[key.key_type]) and key.get("alg") in (None, algorithm)
            and (kid is None or key.get("kid") == kid)
        ]  # fmt: skip
        return fitting[0] if len(fitting) == 1 else None

    async def _ask(self) -> None:
        """Fetches the keys, unless that was tried just now. What was known stays if it fails."""
        async with self._asking:
            if self._seconds() - self._asked_at < LEAST_BETWEEN_S:
                return
            self._asked_at = self._seconds()
            try:
                self._keys = _usable(await self._fetch())
                self._fetched_at = self._seconds()
            except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
                if self._age() > KEPT_UNREACHABLE_S:
                    raise IssuerUnreachable(reason=f"its keys cannot be read ({type(error).__name__})") from error

    async def _fetch(self) -> Mapping[str, Any]:
        near = is_loopback(urlsplit(self._jwks_url or self._issuer).hostname or "")
        async with httpx2.AsyncClient(timeout=PATIENCE_S, trust_env=not near) as client:
            url = self._jwks_url
            if not url:
                described = await _json(client, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                if described["issuer"] != self._issuer:
                    raise ValueError("the provider describes another issuer")
                url = str(described["jwks_uri"])
            return await _json(client, url)


async def _json(client: httpx2.AsyncClient, url: str) -> Mapping[str, Any]:
    """Raises ValueError for an address without TLS, another status than 200, a reply that is too large or no object."""
    if not is_trustworthy(url):
        raise ValueError("the address has no TLS")
    read = bytearray()
    async with client.stream("GET", url) as reply:
        if reply.status_code != 200:
            raise ValueError(f"the provider answered {reply.status_code}")
        async for piece in reply.aiter_bytes():
            read += piece
            if len(read) > LARGEST_REPLY:
                raise ValueError("the reply is too large")
    parsed = json.loads(read)
    if not isinstance(parsed, dict):
        raise ValueError("the reply is no object")
    return parsed


def is_trustworthy(url: str) -> bool:
    """Whether what is read there can be believed: over TLS, or from this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _usable(key_set: Mapping[str, Any]) -> list[Key]:
    """The public keys that sign. Secret keys, keys for encryption, weak and unknown ones are passed over."""
    keys = []
    for each in key_set["keys"]:
        if isinstance(each, dict) and each.get("kty") in _FAMILIES and each.get("use", "sig") == "sig":
            key = _imported(each)
            if key is not None and not (isinstance(key, RSAKey) and key.public_key.key_size < SMALLEST_RSA_BITS):
                keys.append(key)
    if not keys:
        raise ValueError("no key that signs")
    return keys


def _imported(each: Mapping[str, Any]) -> Key | None:
    """None for one that cannot be read: the others of its set may."""
    try:
        return JWKRegistry.import_key(dict(each))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
