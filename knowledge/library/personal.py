"""Numbers that identify a person: found by their form and their check digit, and never kept in the library."""

import re

REMOVED = "[…]"

_CHINESE_ID = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")
_SPANISH_ID = re.compile(r"(?<![\dA-Za-z])[XYZ]?\d{7,8}[ -]?[A-HJ-NP-TV-Z](?![\dA-Za-z])")
_IBAN = re.compile(r"(?<![\dA-Za-z])[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,7}(?: ?[\dA-Z]{1,3})?(?![\dA-Za-z])")
_CARD = re.compile(r"(?<![\d.,])(?:\d[ -]?){12,18}\d(?![\d.,]\d)")
_CHINESE_MOBILE = re.compile(r"(?<![\d.,])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")


def without_personal_numbers(text: str) -> str:
    """The text with identity card, card, IBAN and mobile numbers replaced by `[…]`."""
    if not re.search(r"\d{4}", text):
        return text
    for pattern, holds in (
        (_CHINESE_ID, is_chinese_id),
        (_SPANISH_ID, is_spanish_id),
        (_IBAN, is_iban),
        (_CARD, is_card),
        (_CHINESE_MOBILE, lambda number: True),
    ):
        text = pattern.sub(lambda match, holds=holds: REMOVED if holds(match[0]) else match[0], text)  # type: ignore[misc]
    return text


def is_chinese_id(number: str) -> bool:
    """18 characters whose birth date exists; the check digit may be mistyped, it is personal all the same."""
    return re.fullmatch(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]", number) is not None


def is_spanish_id(number: str) -> bool:
    """DNI and NIE by their check letter."""
    bare = re.sub(r"[ -]", "", number)
    digits = bare[:-1].translate(str.maketrans("XYZ", "012"))
    return len(digits) == 8 and "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == bare[-1]


def is_iban(number: str) -> bool:
    bare = number.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


def is_card(number: str) -> bool:
    """13 to 19 digits that pass Luhn's check."""
    digits = [int(c) for c in number if c.isdigit()]
    doubled = [d if n % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for n, d in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and sum(doubled) % 10 == 0
