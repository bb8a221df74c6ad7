"""Numbers of identity cards, passports and registrations: one spelling each, and which of them last a lifetime."""

import re

CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CARD_CHECKS = "10X98765432"
OLD_CARD = re.compile(r"\d{15}")
CARD = re.compile(r"\d{17}[\dX]")
RENEWABLE = re.compile(r"[A-Z]{1,3}\d{6,9}")
"""Passports: one or a few letters before digits. Whoever renews one gets another number."""
SHORTEST = 6


def identity_key(written: str | None) -> str | None:
    """The number without spaces and marks; an old card's fifteen digits as the eighteen of today."""
    key = re.sub(r"[\W_]", "", (written or "").upper())
    if len(key) < SHORTEST:
        return None
    if OLD_CARD.fullmatch(key):
        key = f"{key[:6]}19{key[6:]}"
        key += CARD_CHECKS[sum(int(digit) * weight for digit, weight in zip(key, CARD_WEIGHTS, strict=True)) % 11]
    return key


def identity_shape(key: str | None) -> str | None:
    """What kind of number it is, for numbers that a holder keeps: two different ones of one shape are two holders.

    None for what is renewed, because two of these may well be one holder's.
    """
    if key is None or (RENEWABLE.fullmatch(key) and not CARD.fullmatch(key)):
        return None
    if len(key) == 18:
        return "18"
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", key))


def card_birth_date(key: str | None) -> str | None:
    """The birth date that an identity card's number holds, as ISO text; None for any other number."""
    return f"{key[6:10]}-{key[10:12]}-{key[12:14]}" if key and CARD.fullmatch(key) else None
