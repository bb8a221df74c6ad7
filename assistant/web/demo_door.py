"""When demo identities are given out: only to a person at this machine, on a server that no bank has set up."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from assistant.errors import SettingsError

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class DemoDoor:
    """Open while the server listens on loopback and has no secret of its own, and then per request.

    A request passes if it comes from loopback to loopback, through no proxy that says so, by a loopback
    name (a page that rebinds its own name to 127.0.0.1 still sends that name as Host), and from no other
    origin. Reading data takes a token all the same: this decides only who may make one up.
    """

    def __init__(self, listens_on: str, has_secret: bool) -> None:
        """Raises SettingsError where nobody could get in: no secret to sign tokens with, and no demo identities."""
        if not has_secret and not is_loopback(listens_on):
            raise SettingsError(name="RAPPORT_AUTH_SECRET", reason=f"must be set to listen on {listens_on}")
        self.is_on = not has_secret

    def admits(self, request: Request) -> bool:
        return (
            self.is_on
            and request.client is not None
            and is_loopback(request.client.host)
            and is_loopback((request.scope.get("server") or ("",))[0])
            and not any(name in request.headers for name in _PROXY_HEADERS)
            and _name_of(f"//{request.headers.get('host', '')}") in _LOOPBACK_NAMES
            and _comes_from_own_page(request)
        )


def is_loopback(host: str) -> bool:
    """Whether an address, or the name localhost, is this machine's own."""
    if host in _LOOPBACK_NAMES:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _comes_from_own_page(request: Request) -> bool:
    origin = request.headers.get("origin")
    same_site = request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    return same_site and (origin is None or origin == f"http://{request.headers.get('host')}")


def _name_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
