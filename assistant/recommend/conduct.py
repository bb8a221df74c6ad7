"""Conduct: what may not be said to a customer. Promised returns, unverified comparisons, pressure, other customers.

Every line that is to be said goes through here, whoever wrote it: a template, a model, or a note it quotes. A line that
breaks a rule is not said at all.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.crm.names import HAN, fold, simplified

ANOTHER_CUSTOMER = "another_customer"
CONFIDENTIAL = "4.2"
"""The clause of the same standard that keeps customers from each other."""
SHORTEST_NAME = 2
LONGEST_NAME = 5
"""Words, or Chinese characters, of a name that is looked for in a text."""


class ConductRule(BaseModel):
    """One rule: the clause it comes from, and what breaks it, by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    clause: str
    patterns: Mapping[str, tuple[str, ...]]


class ConductRules(BaseModel):
    """The content of `conduct.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    standard: str
    rules: Mapping[str, ConductRule]


@dataclass(frozen=True)
class Breach:
    """A rule that a line breaks: its code and the words that break it."""

    code: str
    words: str


@cache
def conduct_rules() -> ConductRules:
    file = Path(__file__).with_name("conduct.yaml")
    return ConductRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def breaches(line: str, others: Collection[str] = ()) -> list[Breach]:
    """What is wrong with a line, in whatever language it is; nothing if it may be said. `others` are names of other
    customers."""
    plain = simplified(" ".join(unicodedata.normalize("NFKC", line).lower().split()))
    found = [
        Breach(code, match.group())
        for code, patterns in _compiled().items()
        for pattern in patterns
        if (match := pattern.search(plain))
    ]
    folded = fold(line)
    named = [name for name in others if len(name) >= SHORTEST_NAME and fold(name) in folded]
    return found + [Breach(ANOTHER_CUSTOMER, name) for name in named]


def clause_of(breach: Breach) -> str:
    """The number of the clause that forbids it."""
    return CONFIDENTIAL if breach.code == ANOTHER_CUSTOMER else conduct_rules().rules[breach.code].clause


def possible_names(text: str) -> set[str]:
    """Every run of words, and of Chinese characters, that is as long as a name, folded as names are looked up."""
    folded = fold(text)
    words = folded.split()
    runs = {" ".join(words[i : i + n]) for i in range(len(words)) for n in range(2, LONGEST_NAME + 1)}
    characters = "".join(character if HAN.match(character) else " " for character in folded)
    return runs | {
        part[i : i + n]
        for part in characters.split()
        for i in range(len(part))
        for n in range(2, LONGEST_NAME + 1)
        if i + n <= len(part)
    }


@cache
def _compiled() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    return {
        code: tuple(re.compile(text) for texts in rule.patterns.values() for text in texts)
        for code, rule in conduct_rules().rules.items()
    }
