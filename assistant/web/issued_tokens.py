"""Bearer tokens of the bank's identity provider (OpenID Connect): who is asking, and nothing else.

Only signatures of a public key count. `alg` chooses among the asymmetric algorithms and nothing beyond: a token that is
unsigned, or signed with a public key taken for a shared secret, never reaches a key.
"""

from joserfc import jws, jwt
from joserfc.errors import JoseError

from assistant.errors import NotSignedIn
from assistant.web.signing_keys import SigningKeys
from assistant.web.tokens import LONGEST_EMPLOYEE_ID, SKEW_S

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LONGEST_TOKEN = 16_384
_TYPES = ("jwt", "at+jwt", "application/at+jwt")
"""A token of another type, such as one that says somebody has signed out, says who is asking to nobody."""


class IssuedTokens:
    """Reads the tokens of one issuer for one audience. `claim` names the claim that holds the employee's id."""

    def __init__(self, keys: SigningKeys, issuer: str, audience: str, claim: str = "sub") -> None:
        self._keys = keys
        self._claim = claim
        self._claims = jwt.JWTClaimsRegistry(
            leeway=SKEW_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def employee_id(self, token: str) -> str:
        """Whose token it is. Raises NotSignedIn if it does not hold, without saying which part failed, and
        IssuerUnreachable while the issuer's keys cannot be read."""
        if len(token) > LONGEST_TOKEN:
            raise NotSignedIn(reason="the token is too long")
        try:
            header = jws.extract_compact(token.encode()).headers()
            algorithm = header.get("alg")
            if algorithm not in ASYMMETRIC or str(header.get("typ", "jwt")).lower() not in _TYPES:
                raise NotSignedIn(reason="the token does not hold")
            key = await self._keys.key(header.get("kid"), algorithm)
            read = jwt.decode(token, key, algorithms=ASYMMETRIC)
            self._claims.validate(read.claims)
        except (JoseError, ValueError):
            raise NotSignedIn(reason="the token does not hold") from None
        employee_id = read.claims.get(self._claim)
        if not isinstance(employee_id, str) or not 0 < len(employee_id) <= LONGEST_EMPLOYEE_ID:
            raise NotSignedIn(reason="the token names nobody")
        return employee_id


def is_ours(token: str) -> bool:
    """Whether a token claims to be signed with the shared secret, which only the host page's server and we have."""
    try:
        return jws.extract_compact(token.encode()).headers().get("alg") == "HS256"
    except (JoseError, ValueError):
        return False
