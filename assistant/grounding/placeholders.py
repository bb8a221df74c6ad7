"""Placeholders: what stands for a masked value, how it is found again, and what only looks like one."""

import re
from enum import StrEnum


class Personal(StrEnum):
    """What is masked. The value is the word in its placeholder; TEXT is text that looks like a placeholder."""

    PERSON = "PERSON"
    COMPANY = "COMPANY"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    NUMBER = "NUMBER"
    BIRTH_DATE = "BIRTHDATE"
    TEXT = "TEXT"


LONGEST = 24
_WORDS = "|".join(Personal)
_BRACKETED = rf"[\[【(（<][ ]?(?P<word>{_WORDS})[ _-]?(?P<number>\d{{1,6}})[ ]?[\]】)）>]"
_BARE = rf"(?<![A-Za-z0-9_])(?P<bare>{_WORDS})[_-](?P<bare_number>\d{{1,6}})(?![A-Za-z0-9_])"
LIKE = re.compile(rf"{_BRACKETED}|{_BARE}", re.IGNORECASE | re.ASCII)
"""A placeholder as a model may give it back: in other brackets or none, in another case. Text that looks so by itself
is masked too, and so stays what it is."""
ALIKE = re.compile(rf"{_BRACKETED}|(?:{_WORDS})[_-]\d{{1,6}}", re.IGNORECASE | re.ASCII)
"""Text that looks like a placeholder, or may look like one once what stands beside it is masked."""


def placeholder(kind: Personal, number: int) -> str:
    return f"[{kind}_{number}]"


def named_by(match: re.Match[str]) -> str:
    """The placeholder that was meant."""
    word, number = match["word"] or match["bare"], match["number"] or match["bare_number"]
    return placeholder(Personal(word.upper()), int(number))


def _beginnings() -> str:
    """A pattern for every beginning of a placeholder's word."""
    begun = {kind[:length] for kind in Personal for length in range(1, len(kind) + 1)}
    return "|".join(sorted(begun, key=len, reverse=True))


_BEGUN = re.compile(
    rf"(?:[\[【(（<][ ]?(?:(?:{_beginnings()})?|(?:{_WORDS})[ _-]?(?:\d{{1,6}}[ ]?)?[\]】)）>]?)"
    rf"|(?<![A-Za-z0-9_])(?:(?:{_beginnings()})|(?:{_WORDS})[_-]\d{{0,6}}))$",
    re.IGNORECASE | re.ASCII,
)


def begun_at(text: str) -> int:
    """From where on a text may be the beginning of a placeholder; its length where it is none."""
    match = _BEGUN.search(text, max(0, len(text) - LONGEST))
    return match.start() if match else len(text)
