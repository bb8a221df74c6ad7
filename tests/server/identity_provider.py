"""A bank's identity provider on loopback: discovery, keys that rotate, and tokens."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

AUDIENCE = "api://rapport"


@cache
def rsa(number: int = 1, bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": f"rsa-{number}", "use": "sig"})


@cache
def elliptic(number: int = 1) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": f"ec-{number}", "use": "sig", "alg": "ES256"})


@dataclass
class IdentityProvider:
    """`keys` are published, `asked` are the paths that were asked for; `fails` makes it answer 503."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    fails: bool = False
    issuer: str = ""
    described_as: str = ""
    described_keys: str = ""

    def publish(self, *keys: Key) -> None:
        self.keys = [key.as_dict(private=False) for key in keys]

    def token(self, key: Key, alg: str = "RS256", header: dict[str, Any] | None = None, **claims: object) -> str:
        now = int(time.time())
        holding: dict[str, object] = {
            "iss": self.issuer, "aud": AUDIENCE, "sub": "E102", "iat": now, "exp": now + 60,
        }  # fmt: skip
        given = {name: value for name, value in (holding | claims).items() if value is not None}
        kid = {"kid": key.kid} if key.kid else {}
        return jwt.encode({"alg": alg} | kid | (header or {}), given, key, algorithms=[alg])

    def reply(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            jwks_uri = self.described_keys or f"{self.issuer}/keys"
            return {"issuer": self.described_as or self.issuer, "jwks_uri": jwks_uri}
        return {"keys": self.keys}


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            body = json.dumps(provider.reply(self.path)).encode()
            self.send_response(503 if provider.fails else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
