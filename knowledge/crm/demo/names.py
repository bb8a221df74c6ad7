"""Names of people in Chinese (with pinyin, surname first), Spanish (two surnames) and English."""

from functools import cache
from random import Random
from typing import NamedTuple

from pydantic.dataclasses import dataclass

from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.names import fold


@dataclass(frozen=True, config=STRICT)
class ChineseWords:
    """Surnames are (characters, pinyin, weight); given names are made of characters with their pinyin."""

    surnames: list[tuple[str, str, int]]
    male: dict[str, str]
    female: dict[str, str]


@dataclass(frozen=True, config=STRICT)
class LatinWords:
    male: list[str]
    female: list[str]
    surnames: list[str]


@dataclass(frozen=True, config=STRICT)
class Homonym:
    """`count` people of one name in one branch, all under `manager` when that is given."""

    name: str
    sex: str
    branch: str
    count: int
    latin: str | None = None
    manager: str | None = None


@dataclass(frozen=True, config=STRICT)
class NameWords:
    chinese: ChineseWords
    spanish: LatinWords
    english: LatinWords
    homonyms: list[Homonym]


class PersonName(NamedTuple):
    """A name as its bearer writes it, and its pinyin where it is Chinese."""

    written: str
    latin: str | None
    sex: str


@cache
def name_words() -> NameWords:
    return read_words("names.yaml", NameWords)


class NameMaker:
    """Makes names by chance; never one whose spelling or pinyin is reserved for a known person."""

    def __init__(self, rng: Random, reserved: set[str]) -> None:
        self._rng = rng
        self._reserved = {fold(name) for name in reserved}

    def person(self, language: str) -> PersonName:
        make = {"zh": self._chinese, "es": self._spanish, "en": self._english}[language]
        while True:
            name = make(self._rng.choice("MF"))
            if not {fold(name.written), fold(name.latin or name.written)} & self._reserved:
                return name

    def _chinese(self, sex: str) -> PersonName:
        words = name_words().chinese
        surname, pinyin, _ = self._rng.choices(words.surnames, [weight for *_, weight in words.surnames])[0]
        pool = words.male if sex == "M" else words.female
        given = self._rng.sample(sorted(pool), self._rng.choice((1, 2, 2, 2, 2)))
        latin = "".join(pool[character] for character in given).capitalize()
        return PersonName(surname + "".join(given), f"{pinyin} {latin}", sex)

    def _spanish(self, sex: str) -> PersonName:
        words = name_words().spanish
        given = self._rng.choice(words.male if sex == "M" else words.female)
        first, second = self._rng.sample(words.surnames, 2)
        return PersonName(f"{given} {first} {second}", None, sex)

    def _english(self, sex: str) -> PersonName:
        words = name_words().english
        given = self._rng.choice(words.male if sex == "M" else words.female)
        return PersonName(f"{given} {self._rng.choice(words.surnames)}", None, sex)
