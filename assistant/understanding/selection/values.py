"""The values that this bank's data have: cities, branches, managers, industries. Looked up, and kept a while."""

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.text import PlainText, Token
from knowledge.crm.codes import Role
from knowledge.crm.names import HAN, fold
from knowledge.crm.scope import Scope
from knowledge.crm.store import Lookups, Reader
from knowledge.crm.tables import Customer, Employee, Unit
from knowledge.query import FIELDS
from prompts import codes_of

KEPT_SECONDS = 3_600
"""How long values are kept. A bank's cities and branches do not change by the minute."""
SCOPES = 256
MOST_VALUES = 20_000
SHORTEST = 4
"""Letters from which a word of a longer value may stand for it."""
LONGEST_WORDS, LONGEST_HAN = 6, 8

COLUMNS: dict[str, InstrumentedAttribute[str | None]] = {
    "city": Customer.city, "region": Customer.region, "owning_group": Customer.owning_group,
    "credit_rating": Customer.credit_rating, "industry": Customer.industry, "occupation": Customer.occupation,
    "education": Customer.education,
}  # fmt: skip
PLACES = ("city", "branch", "owning_group")
LOCAL = ("city", "region", "branch")
FILLERS = frozenset(
    [
        "branch",
        "sub-branch",
        "subbranch",
        "sub",
        "office",
        "sucursal",
        "oficina",
        "de",
        "la",
        "el",
        "del",
        "of",
        "the",
        "bank",
        "international",
    ]
)
"""Words of a branch's name that people leave out."""
_HAN_FILLERS = re.compile("(?:国际)?(?:支行|分行|营业部|网点)$")
_RATING = re.compile(r"^[a-d]{1,3}[+-]?$")

Meaning = tuple[str, str]
"""A field and the value that is stored."""


@dataclass(frozen=True)
class Values:
    """By the folded words for it, what a value may mean; by a first word, the places that begin with it. `tiers`
    says whether the bank has its customers in tiers."""

    meanings: dict[str, tuple[Meaning, ...]]
    beginnings: dict[str, tuple[Meaning, ...]]
    tiers: bool

    def atoms(self, text: PlainText) -> Iterator[Atom]:
        """The values named in a text, by their own words, without accents, or in pinyin."""
        tokens = text.tokens()
        for first, token in enumerate(tokens):
            han = HAN.match(token.text) is not None
            words: list[str] = []
            for last in range(first, min(len(tokens), first + (LONGEST_HAN if han else LONGEST_WORDS))):
                if han and ((tokens[last].gap and last > first) or not HAN.match(tokens[last].text)):
                    break
                words.append(tokens[last].text)
                meanings = self._meant(words, han)
                if meanings and not (len(words) == 1 and _is_article(text, token)):
                    yield Atom(token.start, tokens[last].end, Piece.VALUE, meanings)

    def places(self, text: PlainText) -> Iterator[tuple[int, int]]:
        """Where cities, regions and branches stand in a text, written as they are: what only sounds like one may be a
        name."""
        for atom in self.atoms(text):
            written = " ".join(token.text for token in PlainText.of(text.plain[atom.start : atom.end]).tokens())
            keys = (written, written.replace(" ", ""))
            if any(meaning[0] in LOCAL for key in keys for meaning in self.meanings.get(key, ())):
                yield atom.start, atom.end

    def _meant(self, words: list[str], han: bool) -> tuple[Meaning, ...]:
        if not han:
            whole = " ".join(words)
            return self.meanings.get(whole) or (self.beginnings.get(whole, ()) if len(words) == 1 else ())
        written = "".join(words)
        sounding = self.meanings.get(_sound(written), ()) if len(written) > 1 else ()
        return tuple(dict.fromkeys((*self.meanings.get(written, ()), *sounding)))


class ValueStore:
    """Values by scope, read through it: nobody learns the cities of customers whom they may not see."""

    def __init__(self) -> None:
        self._kept: dict[Scope, tuple[float, Values]] = {}

    async def of(self, reader: Reader) -> Values:
        """The values within the scope of that reader."""
        scope = reader.scope
        kept = self._kept.get(scope)
        if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        values = await reader.together(_read)
        if len(self._kept) >= SCOPES:
            self._kept.clear()
        self._kept[scope] = (time.monotonic(), values)
        return values


def _read(lookups: Lookups) -> Values:
    named: list[tuple[str, Meaning]] = []
    for field, column in COLUMNS.items():
        found = lookups.scalars(select(column).where(column.is_not(None)).distinct().limit(MOST_VALUES))
        coded = codes_of(FIELDS[field].vocabulary or "")
        for value in (value for value in found if value and value not in coded):
            named += [(key, (field, value)) for key in _keys(value)]
    for unit in lookups.scalars(select(Unit).where(Unit.parent_id.is_not(None))):
        for name in {unit.name, *unit.names.values()}:
            named += [(key, ("branch", unit.id)) for key in _branch_keys(name)]
    for employee in lookups.scalars(select(Employee).where(Employee.role == Role.MANAGER)):
        called = {fold(employee.name), employee.id.replace(".", " "), employee.id}
        named += [(key, ("manager", employee.id)) for key in called]
    tiers = lookups.scalar(select(Customer.id).where(Customer.tier.is_not(None)).limit(1)) is not None
    places = [
        (key.split()[0], meaning)
        for key, meaning in named
        if meaning[0] in PLACES and " " in key and key.split()[0] not in FILLERS
    ]
    return Values(_gathered(named), _gathered((key, m) for key, m in places if len(key) >= SHORTEST), tiers)


def _gathered(named: Iterable[tuple[str, Meaning]]) -> dict[str, tuple[Meaning, ...]]:
    meanings: dict[str, dict[Meaning, None]] = defaultdict(dict)
    for key, meaning in named:
        if _telling(key):
            meanings[key][meaning] = None
    return {key: tuple(found) for key, found in meanings.items()}


def _keys(value: str) -> set[str]:
    """How a value may be said: itself, without abbreviations in it, its pinyin."""
    folded = fold(value)
    words = PlainText.of(folded.replace("_", " ")).tokens()
    joined = " ".join(token.text for token in words)
    keys = {folded, joined, " ".join(t.text for t in words if len(t.text) > 2 or HAN.match(t.text))}
    if HAN.search(folded):
        keys |= {folded.replace(" ", ""), "".join(lazy_pinyin(folded.replace(" ", "")))}
        keys |= {re.sub("[市省县区]$", "", folded)}
    return keys


def _branch_keys(name: str) -> set[str]:
    """A branch by its name, and by what is left of it without the words that all branches share."""
    keys = _keys(name)
    bare = " ".join(word for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", fold(name)) if word not in FILLERS)
    return keys | _keys(bare) | ({_HAN_FILLERS.sub("", fold(name))} if HAN.search(name) else set())


def _telling(key: str) -> bool:
    return bool(key) and (len(key) > 2 or HAN.search(key) is not None or _RATING.match(key) is not None)


def _is_article(text: PlainText, token: Token) -> bool:
    """A single letter is a rating only where it is written as one: "rated A", never "a loan" or "A qué clientes"."""
    if token.end - token.start > 1 or HAN.match(token.text):
        return False
    return not text.original[token.start].isupper() or not re.search(r"\w", text.original[: token.start])


def fields_meant(meanings: Iterable[Meaning]) -> dict[str, tuple[str, ...]]:
    """The values by field."""
    found: dict[str, list[str]] = defaultdict(list)
    for field, value in meanings:
        found[field].append(value)
    return {field: tuple(values) for field, values in found.items()}


@lru_cache(maxsize=20_000)
def _sound(characters: str) -> str:
    """How characters are read, in pinyin without tones."""
    return "".join(lazy_pinyin(characters))
