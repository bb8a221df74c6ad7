"""A yes or a no as people type it, and nothing but that."""

import re
from functools import cache

from assistant.understanding.text import PlainText
from knowledge.crm.codes import ProposalState
from prompts import LANGUAGES, cues

_TRIMMED = re.compile(r"^[\W_]+|[\W_]+$")
_BETWEEN = re.compile(r"[\W_]+")


def decision_of(question: str) -> ProposalState | None:
    """CONFIRMED or REJECTED where the whole message is a plain yes or no; a "yes, but ..." is neither."""
    said = _BETWEEN.sub(" ", _TRIMMED.sub("", PlainText.of(question).plain))
    for state, phrases in _phrases().items():
        if said in phrases:
            return state
    return None


@cache
def _phrases() -> dict[ProposalState, frozenset[str]]:
    words = [cues(language) for language in LANGUAGES]
    return {
        state: frozenset(_BETWEEN.sub(" ", PlainText.of(phrase).plain) for each in words for phrase in each[name])
        for state, name in ((ProposalState.CONFIRMED, "yes"), (ProposalState.REJECTED, "no"))
    }
