"""Chinese characters as pinyin without tones, and pinyin words as syllables.

A system keeps 张小明, another "Zhang Xiaoming", a third "XIAO MING ZHANG". What makes them comparable is the list of
their syllables: characters are spelled, and words that are pinyin throughout are taken apart in the same way.
"""

import unicodedata
from functools import cache, lru_cache

from pypinyin.constants import PINYIN_DICT

from knowledge.crm.names import COMPOUND_SURNAMES, HAN, simplified

SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "翟": "zhai", "乐": "yue", "缪": "miao", "冼": "xian", "种": "chong", "秘": "bi", "燕": "yan", "覃": "qin",
    "尉迟": "yuchi", "长孙": "zhangsun", "任": "ren",
}  # fmt: skip
"""Surnames that are read in another way than the character is elsewhere."""
LONGEST_SYLLABLE = 6


@cache
def spelled(character: str) -> str:
    """The first reading of a character, without its tone and with u for ü; itself when it has none."""
    reading = PINYIN_DICT.get(ord(character))
    return _toneless(reading.split(",")[0]) if reading else character


def _toneless(reading: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", reading) if "a" <= c <= "z")


class _Simplification(dict[int, str]):
    """Filled as characters are met: `str.translate` then is as quick as it can be."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        self[point] = simplified(character) if HAN.match(character) else character
        return self[point]


_SIMPLIFICATION = _Simplification()


def simplified_characters(text: str) -> str:
    """Traditional characters as Simplified ones, one by one: names and addresses need no phrases, and this is quick."""
    return text.translate(_SIMPLIFICATION)


def spelled_name(characters: str) -> list[str]:
    """A person's name in characters as surname and given name in pinyin: 欧阳小明 is ["ouyang", "xiaoming"]."""
    surname = characters[:2] if characters[:2] in COMPOUND_SURNAMES and len(characters) > 2 else characters[:1]
    given = characters[len(surname) :]
    first = SURNAME_READINGS.get(surname) or "".join(map(spelled, surname))
    return [first, "".join(map(spelled, given))] if given else [first]


@cache
def _syllables() -> frozenset[str]:
    readings = {_toneless(each) for value in PINYIN_DICT.values() for each in value.split(",")}
    return frozenset(each for each in readings if set(each) & set("aeiou") and len(each) <= LONGEST_SYLLABLE)


@lru_cache(maxsize=200_000)
def syllables(word: str) -> tuple[str, ...]:
    """A Latin word taken apart into pinyin syllables, long ones first; the word itself where it is no pinyin."""
    return _taken_apart(word) or (word,)


def is_pinyin(word: str) -> bool:
    return all(syllable in _syllables() for syllable in syllables(word))


def _taken_apart(word: str) -> tuple[str, ...] | None:
    if not word:
        return ()
    for length in range(min(LONGEST_SYLLABLE, len(word)), 0, -1):
        if word[:length] in _syllables():
            rest = _taken_apart(word[length:])
            if rest is not None:
                return (word[:length], *rest)
    return None
