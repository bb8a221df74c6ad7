"""A yes or a no as people type it, and nothing but that."""

import re
from functools import cache

from assistant.understanding.text import PlainText
from knowledge.crm.codes import ProposalState
from prompts import LANGUAGES, cues

_APART = re.compile(r"[\W_]+")


def decision_of(question: str) -> ProposalState | None:
    """CONFIRMED or REJECTED where the whole message is a plain yes or no; a "yes, but ..." is neither."""
    said = _folded(question)
    return next((state for state, phrases in _phrases().items() if said in phrases), None)


def _folded(words: str) -> str:
    """Letters alone: how a yes is spaced and punctuated says nothing."""
    return _APART.sub("", PlainText.of(words).plain)


@cache
def _phrases() -> dict[ProposalState, frozenset[str]]:
    words = [cues(language) for language in LANGUAGES]
    return {
        state: frozenset(_folded(phrase) for each in words for phrase in each[name])
        for state, name in ((ProposalState.CONFIRMED, "yes"), (ProposalState.REJECTED, "no"))
    }
