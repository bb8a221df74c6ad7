"""How often an address may do something that anybody may do: so many times within so many seconds."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

MOST_ADDRESSES = 50_000
IPV6_PREFIX = 64
"""Bits of an IPv6 address that stand for one connection: whoever has one has all addresses of it."""


class Visits:
    """Counts in memory, for this process. `now` gives seconds."""

    def __init__(self, most: int, within_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._within_s, self._now = most, within_s, now
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Counts a visit and gives 0; or how many seconds to wait, with nothing counted."""
        key, now = _connection(address), self._now()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while times and times[0] <= now - self._within_s:
            times.popleft()
        if len(times) >= self._most:
            return times[0] + self._within_s - now
        times.append(now)
        while len(self._seen) > MOST_ADDRESSES:
            self._seen.popitem(last=False)
        return 0.0


def _connection(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        if read.ipv4_mapped:
            return str(read.ipv4_mapped)
        return str(int(read) >> (128 - IPV6_PREFIX))
    return str(read)
