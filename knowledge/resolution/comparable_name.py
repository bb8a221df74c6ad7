"""A name as what can be compared: the same person or company gives the same key in every script and order."""

import re
from collections.abc import Set
from dataclasses import dataclass

from knowledge.crm.names import HAN, HAN_LEGAL_FORMS, HAN_PLACE, LATIN_LEGAL_FORMS
from knowledge.resolution.plain_text import plain
from knowledge.resolution.romanisation import is_pinyin, spelled, spelled_name, syllables

PARTICLES = frozenset(["de", "del", "la", "las", "los", "el", "y", "da", "do", "dos", "von", "van", "der", "mr", "mrs"])
HAN_NAME = re.compile(rf"({HAN.pattern}){{2,6}}")
HAN_BRANCH = re.compile(r"(分公司|分行|分店|分厂|分校|分社|分部|支行|办事处|营业部)$")
LATIN_BRANCH = frozenset(["branch", "sucursal", "delegacion", "filial"])
BRAND_CHARACTERS = 2
TOWN_LENGTHS = (4, 3, 2)
MORE_LEGAL_FORMS = LATIN_LEGAL_FORMS | {"company", "incorporated", "corporation", "joint", "stock", "ag", "bv", "nv"}


@dataclass(frozen=True, slots=True)
class ComparableName:
    """`characters`: the name in Simplified characters, None where it is not known in them.

    `key`: its syllables, sorted; `latin_key`: the same of its Latin form. `spelled` has its words in the order they
    are written; `latin_spelled` those of its Latin form, or of its characters where it has none, and `latin_turned`
    the same with the last word first. `words` are its words, sorted. `head`: the surname of a person in characters,
    the trade name's first word of a company. `pinyin`: its Latin form could be a Chinese name. `branch`: a branch of
    a company, which is a customer of its own.
    """

    characters: str | None
    key: str | None
    latin_key: str | None
    spelled: str | None
    latin_spelled: str | None
    latin_turned: str | None
    words: list[str]
    head: str | None
    pinyin: bool
    branch: bool


NO_NAME = ComparableName(None, None, None, None, None, None, [], None, False, False)


def comparable_person(name: str | None, name_latin: str | None) -> ComparableName:
    """Of a person. In characters the surname comes first; in Latin letters nobody knows."""
    written, latin = plain(name), plain(name_latin)
    characters = _characters(written) or _characters(latin)
    from_latin = [word for word in (latin or written).split() if not HAN.search(word) and word not in PARTICLES]
    if "ma" in from_latin and not _chinese(from_latin):
        from_latin = ["maria" if word == "ma" else word for word in from_latin]
    words = spelled_name(characters) if characters else from_latin
    if not words:
        return NO_NAME
    key = _key(words)
    return _comparable(characters, words, from_latin, key, _key(from_latin) or key, words[0] if characters else None)


def comparable_company(name: str | None, name_latin: str | None, towns: Set[str]) -> ComparableName:
    """Of a company or public body: its trade name, without the town before it and the legal form behind it.

    `towns`: the names of towns, in characters without the word for town and in Latin letters.
    """
    written, latin = plain(name), plain(name_latin)
    full = "".join(written.split()) if HAN.search(written) else None
    from_latin = _latin_trade_name(latin or ("" if full else written), towns)
    trade_name = _han_trade_name(full, towns) if full else ""
    words = ["".join(map(spelled, trade_name))] if full else from_latin
    if not words:
        return NO_NAME
    key = _key([spelled(c) for c in trade_name] if full else from_latin)
    head = "".join(map(spelled, trade_name[:BRAND_CHARACTERS])) if full else words[0]
    branch = bool(HAN_BRANCH.search(full or "")) or not LATIN_BRANCH.isdisjoint(from_latin)
    return _comparable(full, words, from_latin, key, _key(from_latin), head, branch)


def _comparable(
    characters: str | None,
    words: list[str],
    from_latin: list[str],
    key: str | None,
    latin_key: str | None,
    head: str | None,
    branch: bool = False,
) -> ComparableName:
    latin = from_latin or words
    turned = " ".join([latin[-1], *latin[:-1]])
    return ComparableName(
        characters, key, latin_key, " ".join(words), " ".join(latin), turned, sorted(set(words)), head,
        _chinese(latin), branch,
    )  # fmt: skip


def _chinese(words: list[str]) -> bool:
    """Whether Latin words could be a Chinese person's name: pinyin, with given names of at most two syllables."""
    return len(words) < 4 and all(is_pinyin(word) and len(syllables(word)) < 3 for word in words)


def _characters(folded: str) -> str | None:
    joined = folded.replace(" ", "")
    return joined if HAN_NAME.fullmatch(joined) else None


def _key(words: list[str]) -> str | None:
    return " ".join(sorted(syllable for word in words for syllable in syllables(word))) or None


def _han_trade_name(full: str, towns: Set[str]) -> str:
    short = HAN_LEGAL_FORMS.sub("", full)
    short = HAN_LEGAL_FORMS.sub("", short) or short
    bare = HAN_PLACE.sub("", short)
    bare = bare if len(bare) >= BRAND_CHARACTERS else short
    for length in TOWN_LENGTHS:
        if bare[:length] in towns and len(bare) >= length + BRAND_CHARACTERS:
            return re.sub(r"^[省市县区]", "", bare[length:])
    return bare


def _latin_trade_name(folded: str, towns: Set[str]) -> list[str]:
    words = [word for word in folded.split() if not HAN.search(word)]
    while len(words) > 1 and words[-1] in MORE_LEGAL_FORMS:
        words.pop()
    if len(words) > 1 and words[0] in towns:
        words = words[1:]
    return [word for word in words if word not in PARTICLES] or words
