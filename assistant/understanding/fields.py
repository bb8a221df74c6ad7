"""Which field of a customer's file a question names, and what the field is to hold."""

import re
from dataclasses import dataclass

from assistant.understanding.cues import all_cues
from assistant.understanding.products import find_code
from assistant.understanding.text import PlainText

FIELDS = (
    "name", "name_latin", "sex", "birth_date", "phone", "email", "address", "city", "region", "language", "occupation",
    "education", "income", "industry", "economic_nature", "owning_group", "credit_rating", "qualification_grade",
    "key_contact", "manager_id", "branch_id", "tier", "tolerance", "tolerance_assessed_on", "customer_since",
)  # fmt: skip
"""Fields that can be asked for by name: those that hold one value."""
_ENDING = re.compile(r"[\s.!?。！？;；,，]*$")


@dataclass(frozen=True)
class ValueMention:
    """What a field is to hold: where it stands, and the asker's own words for it."""

    start: int
    end: int
    written: str


def find_field(plain: str) -> str | None:
    """The field whose word stands in the text; the longest word wins."""
    return find_code(plain, "field", FIELDS)


def find_new_value(text: PlainText) -> ValueMention | None:
    """What follows a word of changing, a field's name and "to": "set her phone to 138 0000 1111"."""
    for cues in all_cues():
        for verb, link in cues.new_value:
            changing = verb.search(text.plain)
            for match in link.finditer(text.plain, changing.end()) if changing else ():
                if find_field(text.plain[: match.start()]) and not cues.asking.match(text.plain, match.end()):
                    end = _ENDING.search(text.plain)
                    return _mention(text, match.end(), end.start() if end else len(text.plain))
    return None


def _mention(text: PlainText, start: int, end: int) -> ValueMention | None:
    return ValueMention(start, end, text.original[start:end]) if start < end else None
