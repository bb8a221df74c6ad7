"""Whom a campaign holds out, so that what it brings can be told from what would have come anyway."""

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

HUNDRED = Decimal(100)


def held_out(campaign: str, customers: Collection[str], percent: Decimal) -> frozenset[str]:
    """That share of the customers, rounded half up, by the order of a hash of the campaign's id and theirs.

    The same campaign and customers give the same draw on every machine and in every order, and one campaign's draw
    says nothing of another's. Raises ValueError for a share outside 0 to 100.
    """
    if not 0 <= percent <= HUNDRED:
        raise ValueError(f"{percent} is no share in percent")
    members = sorted(set(customers), key=lambda customer: _lot(campaign, customer))
    number = (len(members) * percent / HUNDRED).quantize(Decimal(1), ROUND_HALF_UP)
    return frozenset(members[: int(number)])


def _lot(campaign: str, customer: str) -> tuple[str, str]:
    """The ids are kept apart by a character that neither holds, so that no two pairs read alike."""
    return sha256(f"{campaign}\x1f{customer}".encode()).hexdigest(), customer
