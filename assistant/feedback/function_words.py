"""Words that hold a sentence together and say nothing of what it is about; denials are none of them."""

from functools import cache

from bm25s.stopwords import STOPWORDS_CHINESE, STOPWORDS_EN_PLUS, STOPWORDS_SPANISH

from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN
from prompts import LANGUAGES, note_words

_NOT = "n't"


def telling(words: str) -> str | None:
    """Of some words as `message_features.terms` makes them, those that tell something: without function words before
    and after, but whole where they deny something. None where nothing is left."""
    if HAN.match(words):
        return words if _tells_in_han(words) else None
    parts = words.split()
    if any(part in _denials() for part in parts):
        return words if words != "t" else None
    while parts and parts[0] in _function_words():
        parts.pop(0)
    while parts and parts[-1] in _function_words():
        parts.pop()
    return " ".join(parts) or None


def _tells_in_han(words: str) -> bool:
    """A pair of characters may be two halves of words, which tell nothing; what begins with a denial tells it."""
    if words[0] in _denials():
        return True
    halves = _said("within_no_word") | _said("denials")
    return words not in _function_words() and not halves & set(words) and not set(words) <= _function_words()


@cache
def _function_words() -> frozenset[str]:
    listed = (*STOPWORDS_EN_PLUS, *STOPWORDS_SPANISH, *STOPWORDS_CHINESE)
    plain = {part for word in listed for part in PlainText.of(word).plain.replace("'", " ").split()}
    return frozenset(plain - _denials())


@cache
def _denials() -> frozenset[str]:
    """ "Isn't" is two words here, "isn" and "t"."""
    halves = {word.removesuffix("'t") for word in STOPWORDS_EN_PLUS if word.endswith(_NOT)}
    return _said("denials") | halves | {"t"}


@cache
def _said(name: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in note_words(language)[name])
