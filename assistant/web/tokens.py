"""Bearer tokens: signed JWTs that say who is asking, and nothing else.

A token carries `sub` (the employee's id), `aud` ("rapport") and `exp`. Role and scope are read from the
employee table on every turn; a claim about them is ignored.
"""

import secrets
import time

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from assistant.errors import NotSignedIn, SettingsError

ALGORITHM = "HS256"
AUDIENCE = "rapport"
LIFETIME_S = 3600
SKEW_S = 30
LONGEST_TOKEN = 4096
LONGEST_EMPLOYEE_ID = 64
SHORTEST_SECRET = 32


class Tokens:
    """Mints and reads tokens with one secret. Without one it makes its own, good for this process only."""

    def __init__(self, secret: str = "") -> None:
        """Raises SettingsError if `secret` is given but shorter than 32 bytes."""
        if secret and len(secret.encode()) < SHORTEST_SECRET:
            raise SettingsError(name="RAPPORT_AUTH_SECRET", reason=f"must be at least {SHORTEST_SECRET} bytes long")
        self._key = OctKey.import_key(secret.encode() if secret else secrets.token_bytes(SHORTEST_SECRET))
        self._claims = jwt.JWTClaimsRegistry(
            leeway=SKEW_S,
            sub={"essential": True},
            exp={"essential": True},
            aud={"essential": True, "value": AUDIENCE},
        )

    def mint(self, employee_id: str, lifetime_s: int = LIFETIME_S) -> str:
        """A token for that employee, good for `lifetime_s` seconds from now."""
        now = int(time.time())
        claims = {"sub": employee_id, "aud": AUDIENCE, "iat": now, "exp": now + lifetime_s}
        return jwt.encode({"alg": ALGORITHM}, claims, self._key)

    def employee_id(self, token: str) -> str:
        """Whose token it is. Raises NotSignedIn if it does not hold, without saying which part failed."""
        if len(token) > LONGEST_TOKEN:
            raise NotSignedIn(reason="the token is too long")
        try:
            read = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            self._claims.validate(read.claims)
        except (JoseError, ValueError):
            raise NotSignedIn(reason="the token does not hold") from None
        employee_id = str(read.claims["sub"])
        if not 0 < len(employee_id) <= LONGEST_EMPLOYEE_ID:
            raise NotSignedIn(reason="the token names nobody")
        return employee_id
