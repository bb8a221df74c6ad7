"""Which language a text is in, by script and by its commonest words."""

import re

from knowledge.crm.names import HAN

_ENGLISH = (
    "the of and to in is that for it with as are be by on or this from at which an not have has was will can their "
    "they must when who how what does do our we you your if may within"
)
_SPANISH = (
    "el la los las de del y en que un una para con por es se lo al su sus no más como o pero son está cuando qué cuál "
    "cómo debe puede sobre entre hay ha le si este esta"
)
_COMMON = {"en": frozenset(_ENGLISH.split()), "es": frozenset(_SPANISH.split())}


def detect_language(text: str) -> str | None:
    """`zh`, `es` or `en`; None when nothing in the text tells (a number, a single name)."""
    sample = text[:20_000]
    han = len(HAN.findall(sample))
    words = re.findall(r"[^\W\d_]+", sample.casefold())
    latin = sum(1 for word in words if not HAN.search(word))
    if han and han >= latin:
        return "zh"
    counts = {language: sum(word in common for word in words) for language, common in _COMMON.items()}
    if re.search(r"[ñ¿¡áéíóú]", sample.casefold()):
        counts["es"] += 1 + len(words) // 50
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else None
