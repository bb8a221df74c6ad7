"""Words that tell something by themselves: that a customer is angry, will leave, names a regulator."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.feedback.taxonomy import Languages, Taxonomy
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN

WORDS_BACK = 2
"""A denial counts this many Latin words back; in Chinese right before."""


@dataclass(frozen=True)
class Cue:
    """A word found: where it stands, and whether what stands before it denies it."""

    word: str
    start: int
    denied: bool


class CueWords:
    """Finds the words of groups, by code, in a message in any language."""

    def __init__(self, groups: Mapping[str, Languages], denied: Languages) -> None:
        self._patterns = {code: _pattern(word for words in own.values() for word in words)
                          for code, own in groups.items()}  # fmt: skip
        latin = [word for words in denied.values() for word in words if not HAN.search(word)]
        han = [word for words in denied.values() for word in words if HAN.search(word)]
        one_of = "|".join(map(re.escape, latin))
        right_before = "|".join(map(re.escape, han))
        back = rf"(?:\W+\w+){{0,{WORDS_BACK - 1}}}\W+$"
        self._denied = re.compile(rf"(?:(?<!\w)(?:{one_of})|n['’]t){back}|(?:{right_before})[很太]?$")

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> "CueWords":
        return cls(taxonomy.cues, taxonomy.denied)

    def found(self, message: str) -> dict[str, list[Cue]]:
        """By code, the words that stand in the message and are not denied; codes without any are left out."""
        text = PlainText.of(message).plain
        found = {code: [Cue(match[0], match.start(), self._is_denied(text, match.start()))
                        for match in pattern.finditer(text)] for code, pattern in self._patterns.items()}  # fmt: skip
        kept = {code: [cue for cue in cues if not cue.denied] for code, cues in found.items()}
        return {code: cues for code, cues in kept.items() if cues}

    def _is_denied(self, text: str, start: int) -> bool:
        return self._denied.search(text[max(0, start - 40) : start]) is not None


def distinct(cues: Iterable[Cue]) -> tuple[str, ...]:
    """The words, each once, in the order of the message."""
    return tuple(dict.fromkeys(cue.word for cue in sorted(cues, key=lambda cue: cue.start)))


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Latin words match whole, `*` stands for any ending; Chinese ones match anywhere."""
    forms = []
    for word in sorted(set(words), key=len, reverse=True):
        body = re.escape(PlainText.of(word).plain).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
        forms.append(body if HAN.search(word) else rf"(?<!\w){body}(?!\w)")
    return re.compile("|".join(forms) or r"(?!)")
