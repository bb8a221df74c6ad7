"""The glossary: what the terms of a bank are called in each language, so that a question and a clause meet in meaning.

Vectors of a small engine bring a question near to the clauses of its field; which of them is meant hangs on a word or
two, and those are other words in another language, and often in the same one. The terms are data (`terms/*.yaml`), one
a line: `English | Chinese | Spanish`, variants after commas, `*` for any ending. A question names some terms; the share
of them that a passage names too, by whatever variant, is counted beside the vectors' nearness.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.crm.names import fold
from knowledge.library.words import terms

TERMS = Path(__file__).parent / "terms"
LANGUAGES = ("en", "zh", "es")
ANY_ENDING = "*"
LONGEST_VARIANT = 6
"""Index terms that a variant may have."""

Variant = tuple[str, ...]
"""Index terms (`knowledge.library.words.terms`) in a row; one that ends with `*` stands for all that begin so."""


@dataclass(frozen=True)
class Term:
    """One thing that questions and rules speak of, and its variants by language. `name` is its first one in English."""

    name: str
    variants: dict[str, tuple[Variant, ...]]

    def __hash__(self) -> int:
        return hash(self.name)


class Glossary:
    """Terms by their variants. Never changed once made."""

    def __init__(self, found: Iterable[Term]) -> None:
        self.terms = tuple(found)
        self._exact: dict[tuple[str, Variant], list[Term]] = {}
        self._begun: dict[tuple[str, Variant], list[tuple[str, Term]]] = {}
        for term in self.terms:
            for language, variants in term.variants.items():
                for variant in variants:
                    if variant[-1].endswith(ANY_ENDING):
                        begun = self._begun.setdefault((language, variant[:-1]), [])
                        begun.append((variant[-1].removesuffix(ANY_ENDING), term))
                    else:
                        self._exact.setdefault((language, variant), []).append(term)

    def named(self, asked: Sequence[str], language: str | None) -> list[Term]:
        """The terms that a question's index terms name, in their order, each once. Of variants that begin at one place
        the longest counts: a current account is no account in general."""
        languages = (language,) if language in LANGUAGES else LANGUAGES
        found: dict[Term, None] = {}
        start = 0
        while start < len(asked):
            for length in range(min(LONGEST_VARIANT, len(asked) - start), 0, -1):
                here = self._at(tuple(asked[start : start + length]), languages)
                if here:
                    found |= dict.fromkeys(here)
                    start += length - 1
                    break
            start += 1
        return list(found)

    def _at(self, words: Variant, languages: Sequence[str]) -> list[Term]:
        here = [term for language in languages for term in self._exact.get((language, words), ())]
        begun = (pair for language in languages for pair in self._begun.get((language, words[:-1]), ()))
        return here + [term for beginning, term in begun if words[-1].startswith(beginning)]


@cache
def open_glossary(folder: Path = TERMS) -> Glossary:
    """The terms of all files of the folder."""
    files = sorted(folder.glob("*.yaml"))
    lines = [line for file in files for line in yaml.safe_load(file.read_text(encoding="utf-8"))["terms"]]
    return Glossary(_term(line) for line in lines)


def _term(line: str) -> Term:
    """Raises ValueError for a line that has not its three languages, or a variant without a word of its own."""
    columns = [[variant.strip() for variant in column.split(",")] for column in line.split("|")]
    if len(columns) != len(LANGUAGES):
        raise ValueError(f"{line!r} has {len(columns)} languages instead of {len(LANGUAGES)}")
    by_language = dict(zip(LANGUAGES, columns, strict=True))
    variants = {language: tuple(map(_variant, column)) for language, column in by_language.items()}
    return Term(columns[0][0].removesuffix(ANY_ENDING), variants)


def _variant(written: str) -> Variant:
    *first, last = terms(written.removesuffix(ANY_ENDING)) or [""]
    if not last or len(first) >= LONGEST_VARIANT:
        raise ValueError(f"{written!r} has no word that is searched for, or too many")
    if not written.endswith(ANY_ENDING):
        return (*first, last)
    return (*first, _last_word(written) + ANY_ENDING)


def _last_word(written: str) -> str:
    """The beginning as it is written: a stem would cut it once more."""
    return fold(written.removesuffix(ANY_ENDING)).split()[-1]
