"""Names as keys: every form under which a customer may be mentioned, folded for look-up.

`fold` makes one spelling out of many (case, accents, width, Traditional characters, punctuation);
`name_keys` lists the forms of one customer; a question is folded the same way, so equal forms meet.
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from opencc import OpenCC

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class NameForm(StrEnum):
    """FULL names one customer exactly; PART (a surname, one word of a company name) suggests many."""

    FULL = "full"
    PART = "part"


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """The characters that a conversion changes, alone or in a phrase."""
    folder = files("opencc") / "dictionary"
    lines = [line for name in ("TSPhrases.txt", "TSCharacters.txt")
             for line in (folder / name).read_text(encoding="utf-8").splitlines()]  # fmt: skip
    pairs = [line.split("\t") for line in lines if "\t" in line]
    return frozenset(
        one for key, values in pairs for one, other in zip(key, values.split(" ")[0], strict=False) if one != other
    )


def simplified(text: str) -> str:
    """Traditional characters as Simplified ones. Text without any, which is most, is not looked at further."""
    if _traditional().isdisjoint(text):
        return text
    converted: str = _to_simplified().convert(text)
    return converted


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """One spelling out of many: Simplified characters, no accents, lower case, single spaces."""
    text = unicodedata.normalize("NFKC", text)
    if HAN.search(text):
        text = simplified(text)
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_", " ", bare).split())


COMPOUND_SURNAMES = frozenset(re.findall("..", "欧阳司马上官诸葛夏侯东方尉迟皇甫慕容司徒令狐端木公孙轩辕南宫长孙"))
HAN_LEGAL_FORMS = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|集团|公司)$")
HAN_TRADE_NAME = 4
"""A company is called by the first characters of its name, this many at least: 洹滨餐饮 of 洹滨餐饮管理."""
HAN_PLACE = re.compile(r"^(\w{2,3}?(省|自治区))?(\w{2,3}?(市|县|区))?")
LATIN_LEGAL_FORMS = frozenset(
    ["sl", "sa", "slu", "sau", "ltd", "limited", "inc", "llc", "llp", "plc", "co", "corp", "gmbh", "cia", "s", "l", "a"]
)
PHONE_DIGITS = 9
"""The last digits of a phone number identify it, with or without its country code."""


def name_keys(name: str, name_latin: str | None, phone: str | None = None) -> dict[str, NameForm]:
    """All keys of one customer: the names in every usual order and their parts, and the phone's last digits."""
    keys: dict[str, NameForm] = {}
    for written in (name, name_latin or ""):
        folded = fold(written)
        if HAN.search(folded):
            _add(keys, _han_keys(folded))
        elif folded:
            _add(keys, _latin_keys(folded.split()))
    digits = phone_key(phone or "")
    return keys | ({digits: NameForm.FULL} if digits else {})


def phone_key(text: str) -> str | None:
    """The key of a phone number: its last nine digits; None for what is too short to be one."""
    digits = re.sub(r"\D", "", text)
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS else None


def _add(keys: dict[str, NameForm], more: dict[str, NameForm]) -> None:
    for key, form in more.items():
        if key and keys.get(key) is not NameForm.FULL:
            keys[key] = form


def _han_keys(name: str) -> dict[str, NameForm]:
    if len(name) <= 4:
        surname = name[:2] if name[:2] in COMPOUND_SURNAMES else name[:1]
        given = name[len(surname) :]
        parts = {surname: NameForm.PART} | ({given: NameForm.PART} if len(given) > 1 else {})
        return parts | {name: NameForm.FULL}
    short = HAN_LEGAL_FORMS.sub("", name)
    bare = HAN_PLACE.sub("", short)
    trade_names = [bare[:length] for length in range(HAN_TRADE_NAME, len(bare))]
    parts = {part: NameForm.PART for part in (short, bare, *trade_names) if len(part) > 1}
    return parts | {name: NameForm.FULL}


def _latin_keys(words: list[str]) -> dict[str, NameForm]:
    short = list(words)
    while len(short) > 1 and short[-1] in LATIN_LEGAL_FORMS:
        short.pop()
    keys = {word: NameForm.PART for word in short if len(word) > 1}
    if len(short) == 3:
        keys[" ".join(short[:2])] = NameForm.PART
    full = [short, words]
    if len(short) in (2, 3):
        full += [short[1:] + short[:1], [short[-1], *short[:-1]]]
    for order in full:
        keys[" ".join(order)] = NameForm.FULL
    if len(short) == 2:
        keys["".join(short)] = NameForm.FULL
    return keys
