"""Names as keys: every form under which a customer may be mentioned, folded for look-up.

`fold` makes one spelling out of many (case, accents, width, Traditional characters, punctuation);
`name_keys` lists the forms of one customer; a question is folded the same way, so equal forms meet.
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache

from opencc import OpenCC

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class NameForm(StrEnum):
    """FULL names one customer exactly; PART (a surname, one word of a company name) suggests many."""

    FULL = "full"
    PART = "part"


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def fold(text: str) -> str:
    """One spelling out of many: Simplified characters, no accents, lower case, single spaces."""
    text = unicodedata.normalize("NFKC", text)
    if HAN.search(text):
        text = _to_simplified().convert(text)
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_", " ", bare).split())


def name_keys(name: str, name_latin: str | None) -> dict[str, NameForm]:
    """All keys of one customer: the name as written, the Latin form, each in both word orders, and parts."""
    keys: dict[str, NameForm] = {}
    for written in (name, name_latin or ""):
        folded = fold(written)
        if not folded:
            continue
        words = folded.split()
        if HAN.search(folded):
            keys.setdefault(folded[0], NameForm.PART)
            if len(folded) > 2 and not HAN.sub("", folded):
                keys.setdefault(folded[1:] if len(folded) == 3 else folded[:2], NameForm.PART)
        elif len(words) > 1:
            for word in words:
                if len(word) > 1:
                    keys.setdefault(word, NameForm.PART)
            keys[" ".join(words[1:] + words[:1])] = NameForm.FULL
            keys["".join(words)] = NameForm.FULL
            keys[words[0] + " " + words[1]] = NameForm.FULL if len(words) < 4 else NameForm.PART
        keys[folded] = NameForm.FULL
    return keys
