"""How often one may ask: so many requests from an address and of a user, in a window that moves with the time.

Counted in each process by itself. Behind a balancer with n processes a user may therefore ask up to n times as often:
the limits keep one client from occupying a process, and a count that all share would be a write to the store for
every request, or one more service to run.
"""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.door import is_open
from assistant.web.errors import TooManyRequests

Who = Callable[[Scope], str | None]


class RateLimit:
    """ASGI middleware. `who` names those whose requests are counted together; None are not counted.

    Raises TooManyRequests.
    """

    def __init__(self, app: ASGIApp, rate: RateLimitItem, who: Who) -> None:
        self.app = app
        self._rate = rate
        self._who = who
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = self._who(scope) if scope["type"] == "http" else None
        if who is not None and not await self._counted.hit(self._rate, who):
            window = await self._counted.get_window_stats(self._rate, who)
            raise TooManyRequests(seconds=max(1, round(window.reset_time - time.time() + 0.5)))
        await self.app(scope, receive, send)


def by_address(scope: Scope) -> str | None:
    """The client's address; of IPv6 its network, of which a client has all addresses. Health and files are free."""
    if (is_open(scope["path"]) and scope["path"] != "/metrics") or not scope.get("client"):
        return None
    host = str(scope["client"][0])
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host


def by_user(scope: Scope) -> str | None:
    """The employee's id, once the door has read it."""
    employee_id: str | None = scope.get("state", {}).get("employee_id")
    return employee_id
