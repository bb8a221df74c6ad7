"""In which of our languages a question is asked."""

import re
from collections.abc import Mapping

from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN

SPANISH_MARKS = re.compile(r"[¿¡ñáéíóú]")
MARK_WEIGHT = 1.5
_NO_WORDS = re.compile(r"\{\w+\}|https?://[!-~]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
"""What tells nothing of the language: placeholders, web and e-mail addresses."""


def language_of(original: str, masked: str, words: Mapping[str, tuple[float, float]], before: str) -> str:
    """`zh`, `es` or `en`. `masked` is the question without names, which may be in any script; `words`
    weighs how much more each word belongs to English and to Spanish; `before` decides where nothing does."""
    bare = _NO_WORDS.sub(" ", masked)
    plain = PlainText.of(bare).plain
    known = [words[word] for word in re.findall(r"[^\W\d_]+", plain) if word in words]
    if HAN.search(bare) and len(known) < 2:
        return "zh"
    evidence = sum(english - spanish for english, spanish in known)
    evidence -= MARK_WEIGHT * len(SPANISH_MARKS.findall(bare.lower()))
    if known or evidence:
        return "en" if evidence > 0 or (evidence == 0 and before != "es") else "es"
    return "zh" if HAN.search(original) else before
