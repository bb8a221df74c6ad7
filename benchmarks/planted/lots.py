"""Lots: tables of weighted words from which a slot number draws, frequent words really frequent.

A lot has SLOTS rows for each script (and sex), so that a draw is a plain join. The forms in which a word may turn
up (other characters, Latin letters, a slip of the pen) stand beside it.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate

import duckdb
import pyarrow as pa
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from benchmarks.planted import chinese_names, companies, latin_names, places, spanish_names

SLOTS = 4_096
FEW = 1_024
"""Slots of what has no rare values: lines of business, streets, cities, public bodies."""

SCRIPTS = ("hans", "hant", "es", "latin")
Row = tuple[str | int | None, ...]
_to_traditional = OpenCC("s2t")


def fill(bank: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Creates the tables `lot_surname`, `lot_given`, `lot_trade`, `lot_line`, `lot_body`, `lot_street`, `lot_city`."""
    for name, table in _tables(seed).items():
        bank.register("rows", table)
        bank.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
        bank.unregister("rows")
    bank.execute("ALTER TABLE lot_city ALTER districts TYPE VARCHAR[] USING string_split(districts, '|')")


def branch(city: places.City) -> str:
    """The id of the branch that serves a city."""
    return "branch-" + "".join(letter for letter in city.latin.lower() if letter.isalpha())


@cache
def _tables(seed: int) -> dict[str, pa.Table]:
    chance = random.Random(seed)
    forms = ("script", "sex", "slot", "native", "other", "latin", "spaced", "typo", "latin_typo")
    named = ("script", "slot", "native", "other", "latin", "typo", "latin_typo", "near", "near_latin")
    city = ("script", "slot", "native", "latin", "region", "districts", "branch")
    return {
        "lot_surname": _table(forms, _surnames(chance)),
        "lot_given": _table((*forms, "short"), _givens(chance)),
        "lot_trade": _table(named, _trades(chance)),
        "lot_body": _table(named, _bodies(chance)),
        "lot_line": _table(("script", "slot", "native", "other", "latin"), _lines(chance)),
        "lot_street": _table(("script", "slot", "street", "short"), _streets(chance)),
        "lot_city": _table(city, _cities(chance)),
    }


def _table(columns: Sequence[str], rows: Iterator[Row]) -> pa.Table:
    return pa.table(dict(zip(columns, zip(*rows, strict=True), strict=True)))


@cache
def _by_rank(words: int, flatness: float) -> list[float]:
    return list(accumulate(1 / (rank + flatness) for rank in range(words)))


def _drawn(chance: random.Random, words: Sequence[str], flatness: float) -> list[str]:
    return chance.choices(words, cum_weights=_by_rank(len(words), flatness), k=SLOTS)


@cache
def traditional(text: str) -> str:
    """The text in Traditional characters."""
    return str(_to_traditional.convert(text))


@cache
def pinyin(text: str, spaced: bool = False) -> str:
    """The text's pinyin without tones, as on a passport: `Xiaoming`, or `Xiao Ming` where it is written apart."""
    if text in chinese_names.READINGS:
        return chinese_names.READINGS[text]
    syllables = [syllable.replace("ü", "v") for syllable in lazy_pinyin(text, style=Style.NORMAL, v_to_u=True)]
    return " ".join(each.capitalize() for each in syllables) if spaced else "".join(syllables).capitalize()


@cache
def unaccented(text: str) -> str:
    """The text without accents."""
    letters = unicodedata.normalize("NFKD", text.replace("ª", "").replace("º", ""))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def slip(chance: random.Random, word: str) -> str:
    """The word with a slip of the pen: two letters swapped, one left out, doubled or mistaken."""
    if len(word) < 3:
        return word + word[-1:]
    at = chance.randrange(1, len(word) - 1)
    match chance.randrange(4):
        case 0 if word[at] != word[at + 1] and word[at + 1] != " " != word[at]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + chance.choice("aeioulnrst".replace(word[at].lower(), "")) + word[at + 1 :]


@cache
def _homophones() -> dict[str, list[str]]:
    lists = (chinese_names.MALE, chinese_names.FEMALE, chinese_names.MALE_FIRST, chinese_names.MALE_LAST,
             chinese_names.FEMALE_FIRST, chinese_names.FEMALE_LAST, companies.CHINESE_TRADE_FIRST,
             companies.CHINESE_TRADE_LAST, chinese_names.SELDOM)  # fmt: skip
    characters = "".join(lists).replace(" ", "")
    sounds: dict[str, list[str]] = {}
    for character in sorted(set(characters)):
        sounds.setdefault(pinyin(character), []).append(character)
    return sounds


def mistaken(chance: random.Random, word: str) -> str:
    """The Chinese word with one character taken for another, of the same sound where there is one."""
    at = chance.randrange(len(word))
    alike = [other for other in _homophones().get(pinyin(word[at]), ()) if other != word[at]]
    anything = [character for character in chinese_names.MALE_LAST + chinese_names.FEMALE_LAST if character != word[at]]
    return word[:at] + chance.choice(alike or anything) + word[at + 1 :]


def _chinese_forms(chance: random.Random, script: str, word: str) -> Row:
    latin = pinyin(word)
    wrong = mistaken(chance, word)
    forms = (word, traditional(word)) if script == "hans" else (traditional(word), word)
    typo = wrong if script == "hans" else traditional(wrong)
    return (*forms, latin, pinyin(word, spaced=True), typo, slip(chance, latin))


def _letter_forms(chance: random.Random, word: str) -> Row:
    wrong = slip(chance, word)
    return (word, unaccented(word), unaccented(word), unaccented(word), wrong, unaccented(wrong))


def _surnames(chance: random.Random) -> Iterator[Row]:
    chinese = [*chinese_names.SURNAMES.replace("欧阳", ""), *chinese_names.DOUBLE_SURNAMES]
    words = {
        "hans": chinese,
        "hant": chinese,
        "es": spanish_names.SURNAMES.split(),
        "latin": latin_names.SURNAMES.split(),
    }
    for script in SCRIPTS:
        for slot, word in enumerate(_drawn(chance, words[script], 3.5)):
            forms = _chinese_forms if script in ("hans", "hant") else _as_letters
            yield (script, "", slot, *forms(chance, script, word))


def _as_letters(chance: random.Random, script: str, word: str) -> Row:
    return _letter_forms(chance, word)


def _givens(chance: random.Random) -> Iterator[Row]:
    for script in SCRIPTS:
        for sex in "MF":
            for slot in range(SLOTS):
                word = _given(chance, script, sex)
                chinese = script in ("hans", "hant")
                forms = _chinese_forms(chance, script, word) if chinese else _letter_forms(chance, word)
                yield (script, sex, slot, *forms, word if chinese else _short(chance, word))


def _given(chance: random.Random, script: str, sex: str) -> str:
    male = sex == "M"
    if script == "es":
        pairs = (spanish_names.MALE_DOUBLE if male else spanish_names.FEMALE_DOUBLE).split("|")
        if chance.random() < spanish_names.DOUBLE:
            return _one(chance, pairs, 4)
        return _one(chance, (spanish_names.MALE if male else spanish_names.FEMALE).split(), 5)
    if script == "latin":
        return _one(chance, (latin_names.MALE if male else latin_names.FEMALE).split(), 8)
    if chance.random() < chinese_names.TWO_OF_A_LIST:
        first = chinese_names.MALE_FIRST if male else chinese_names.FEMALE_FIRST
        last = chinese_names.MALE_LAST if male else chinese_names.FEMALE_LAST
        return _one(chance, first, 8) + _one(chance, last, 8)
    return _one(chance, (chinese_names.MALE if male else chinese_names.FEMALE).split(), 10)


def _one(chance: random.Random, words: Sequence[str], flatness: float) -> str:
    return chance.choices(words, cum_weights=_by_rank(len(words), flatness))[0]


def _short(chance: random.Random, given: str) -> str:
    first, _, second = given.partition(" ")
    if not second:
        return f"{given[0]}."
    if first == "María" and chance.random() < 0.6:
        return f"Mª {second.removeprefix('del ')}"
    return second.removeprefix("del ") if chance.random() < 0.4 else first


def _trades(chance: random.Random) -> Iterator[Row]:
    for script in SCRIPTS:
        for slot in range(SLOTS):
            if script in ("hans", "hant"):
                first = _one(chance, companies.CHINESE_TRADE_FIRST, 12)
                last = _one(chance, companies.CHINESE_TRADE_LAST, 12)
                near = first + chance.choice(companies.CHINESE_TRADE_LAST.replace(last, ""))
                forms = _chinese_forms(chance, script, first + last)
                near_forms = (traditional(near) if script == "hant" else near, pinyin(near))
            else:
                word, near = _letter_trade(chance, script)
                forms = _letter_forms(chance, word)
                near_forms = (near, unaccented(near))
            native, other, latin, _, typo, latin_typo = forms
            yield (script, slot, native, other, latin, typo, latin_typo, *near_forms)


def _letter_trade(chance: random.Random, script: str) -> tuple[str, str]:
    surnames = (spanish_names.SURNAMES if script == "es" else latin_names.SURNAMES).split()
    trades = (companies.SPANISH_TRADES if script == "es" else companies.LATIN_TRADES).split("|")
    if chance.random() < 0.3:
        word = chance.choice(trades)
        return word, chance.choice([each for each in trades if each != word])
    first, second, third = (_one(chance, surnames, 12) for _ in range(3))
    joint = " " if script == "es" else " & "
    return f"{first}{joint}{second}", f"{first}{joint}{third if third != second else surnames[-1]}"


def _bodies(chance: random.Random) -> Iterator[Row]:
    for script in SCRIPTS:
        for slot in range(FEW):
            native, latin = chance.choice(companies.PUBLIC_BODIES[script])
            number = chance.randrange(1, 400)
            word, near = native.format(number), native.format(number + 1)
            english = latin.format(number) if latin else unaccented(word)
            near_english = latin.format(number + 1) if latin else unaccented(near)
            other = word if script == "latin" else _other(script, word)
            yield (script, slot, word, other, english, slip(chance, word), slip(chance, english), near, near_english)


def _other(script: str, word: str) -> str:
    return traditional(word) if script == "hans" else unaccented(word)


def _lines(chance: random.Random) -> Iterator[Row]:
    for script in SCRIPTS:
        for slot in range(FEW):
            if script in ("hans", "hant"):
                line, english = chance.choice(companies.CHINESE_LINES)
                forms = (line, traditional(line)) if script == "hans" else (traditional(line), line)
                yield (script, slot, *forms, english)
            else:
                words = companies.SPANISH_LINES if script == "es" else companies.LATIN_LINES
                line = chance.choice(words.split("|"))
                yield (script, slot, line, unaccented(line), unaccented(line))


def _streets(chance: random.Random) -> Iterator[Row]:
    makers: dict[str, Callable[[random.Random], tuple[str, str]]] = {
        "hans": _chinese_street,
        "hant": lambda chance: (traditional(_chinese_street(chance)[0]),) * 2,
        "es": _spanish_street,
        "latin": _latin_street,
    }
    for script in SCRIPTS:
        for slot in range(FEW):
            yield (script, slot, *makers[script](chance))


def _chinese_street(chance: random.Random) -> tuple[str, str]:
    street = chance.choice(places.CHINESE_STREETS.split()) + chance.choice(places.CHINESE_STREET_KINDS.split())
    return street, street


def _spanish_street(chance: random.Random) -> tuple[str, str]:
    kind, name = chance.choice(places.SPANISH_STREET_KINDS.split("|")), chance.choice(places.SPANISH_STREETS.split("|"))
    short = {"Calle": "C/", "Avenida": "Avda.", "Plaza": "Pza.", "Paseo": "Pº", "Camino": "Cno."}[kind]
    return f"{kind} {name}", f"{short} {unaccented(name)}"


def _latin_street(chance: random.Random) -> tuple[str, str]:
    kind, name = chance.choice(places.LATIN_STREET_KINDS.split("|")), chance.choice(places.LATIN_STREETS.split("|"))
    short = {
        "Road": "Rd",
        "Street": "St",
        "Lane": "Ln",
        "Avenue": "Ave",
        "Close": "Cl",
        "Gardens": "Gdns",
        "Terrace": "Ter",
    }
    return f"{name} {kind}", f"{name} {short[kind]}"


def _cities(chance: random.Random) -> Iterator[Row]:
    for script in SCRIPTS:
        there = [city for city in places.CITIES if city.script == script]
        for slot, city in enumerate(chance.choices(there, [city.weight for city in there], k=FEW)):
            yield (script, slot, city.native, city.latin, city.region, "|".join(city.districts), branch(city))
