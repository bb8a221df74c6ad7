"""What a question about the themes of feedback narrows them to: a cause, a kind, branches."""

import re
from collections.abc import Sequence
from functools import cache

from assistant.understanding.text import PlainText
from knowledge.crm.codes import FeedbackKind
from prompts import LANGUAGES, note_words


def cause_in(asked: str) -> str | None:
    """The cause of complaints that is asked about; the longest of the words that name one counts."""
    plain = PlainText.of(asked).plain
    found = [(m.end() - m.start(), code) for code, pattern in _causes() for m in pattern.finditer(plain)]
    return max(found)[1] if found else None


def kind_in(asked: str) -> FeedbackKind:
    """What kind of feedback is asked about: complaints, unless suggestions or praise are named."""
    return next((kind for kind, patterns in _kinds() if any(p.search(asked) for p in patterns)), FeedbackKind.COMPLAINT)


def by_branch(asked: str) -> bool:
    return any(pattern.search(asked) for pattern in _patterns("themes_by_branch"))


def is_compared(asked: str) -> bool:
    """Whether periods are held against one another: the later is asked about, and is compared with the one before."""
    return any(pattern.search(asked) for pattern in _patterns("themes_compared"))


@cache
def _causes() -> Sequence[tuple[str, re.Pattern[str]]]:
    return [
        (code, re.compile(text if language == "zh" else rf"\b(?:{text})\b"))
        for language in LANGUAGES
        for code, texts in note_words(language)["themes"].items()
        for text in texts
    ]


@cache
def _kinds() -> Sequence[tuple[FeedbackKind, Sequence[re.Pattern[str]]]]:
    return [(kind, _patterns(f"themes_of_{kind}")) for kind in (FeedbackKind.SUGGESTION, FeedbackKind.PRAISE)]


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]
