"""Placeholders: what stands for a masked value, how it is found again, and what only looks like one."""

import re
from enum import StrEnum


class Personal(StrEnum):
    """What is masked. The value is the word in its placeholder."""

    PERSON = "PERSON"
    COMPANY = "COMPANY"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    NUMBER = "NUMBER"
    TEXT = "TEXT"


_WORDS = "|".join(Personal)
LIKE = re.compile(rf"\[\s*({_WORDS})[ _-]?(\d{{1,6}})\s*\]", re.IGNORECASE)
"""A placeholder as a model may give it back. Text that looks so by itself is masked too, and so stays what it is."""
LONGEST = 24
_BEGUN = re.compile(r"\[[^\[\]]{0,22}$")


def placeholder(kind: Personal, number: int) -> str:
    return f"[{kind}_{number}]"


def named_by(match: re.Match[str]) -> str:
    """The placeholder that was meant."""
    return placeholder(Personal(match[1].upper()), int(match[2]))


def begun_at(text: str) -> int:
    """From where on a text may be the beginning of a placeholder; its length where it is none."""
    match = _BEGUN.search(text)
    return match.start() if match else len(text)
