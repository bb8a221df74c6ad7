"""Text folded for comparing, quickly: what `knowledge.crm.names.fold` does, for millions of short texts."""

import re
import unicodedata

from knowledge.resolution.romanisation import simplified_characters

ACCENTED = re.compile(r"[\u00c0-\u2fff]")
NOT_A_WORD = re.compile(r"[^\w]+|_")


def plain(text: str | None) -> str:
    """Simplified characters, no accents, lower case, single spaces; empty for nothing."""
    if not text:
        return ""
    if not text.isascii():
        text = simplified_characters(unicodedata.normalize("NFKC", text))
        if ACCENTED.search(text):
            text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return " ".join(NOT_A_WORD.sub(" ", text.casefold()).split())
