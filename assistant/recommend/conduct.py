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

from knowledge.crm.names import fold, simplified

ANOTHER_CUSTOMER = "another_customer"
SHORTEST_NAME = 2


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


@cache
def _compiled() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    return {
        code: tuple(re.compile(text) for texts in rule.patterns.values() for text in texts)
        for code, rule in conduct_rules().rules.items()
    }
