"""A conversation and what each of its answers must rest on, as a YAML file writes it.

    as_of: 2026-11-20           # the day that the questions are asked on
    unseen: true                # never used as examples, never tuned for
    cases:
      - as: jiang.lan
        language: zh
        turns:
          - {ask: "...", tool: holdings, customers: [...], facts: {balance: 300000}}

A fact's value that begins with `select ` is looked up in the store by that statement when the case is judged.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import CaseError

SHIPPED = Path(__file__).with_name("cases")
NOTHING = "none"
"""The tool of a question for which nothing is looked up."""
MANY = 10_000_000
"""Bytes up to which a file of cases is read."""

Value = bool | int | Decimal | date | str
Values = Value | list[Value]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Expected(_Part):
    """One question and what its answer must rest on.

    `tool` is the ability that has to answer, `tools` several of them in their order, `any` that it does not matter.
    `customers` are exactly those the answer is about, `includes` and `excludes` some of them: names stand for everyone
    of that name, ids for themselves. `facts` gives values by measure that must be there, `forbidden` such as must not
    (an empty list: none of that measure). Without `refused` the question must be answered.
    """

    ask: str
    tool: str | None = None
    tools: tuple[str, ...] = ()
    any: bool = False
    refused: str | None = None
    customers: tuple[str, ...] | None = None
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    arguments: dict[str, Value] = {}
    facts: dict[str, Values] = {}
    forbidden: dict[str, Values] = {}
    citations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_what_answers(self) -> "Expected":
        if not (self.any or self.tool or self.tools):
            raise ValueError("neither tool, tools nor any")
        return self

    @property
    def wanted(self) -> tuple[str, ...]:
        """The tools that have to be used, in their order."""
        return self.tools or ((self.tool,) if self.tool and self.tool != NOTHING else ())

    @property
    def ability(self) -> str:
        """Under which name it is counted."""
        return self.wanted[0] if self.wanted else NOTHING


class Case(_Part):
    """One conversation: who asks, in which language, and its questions in order."""

    employee: str = Field(alias="as")
    language: Literal["en", "zh", "es"]
    turns: tuple[Expected, ...] = Field(min_length=1)

    def __str__(self) -> str:
        return f"{self.language}-{self.turns[0].ask[:40]}"


class _File(_Part):
    as_of: date | None = None
    unseen: bool = False
    cases: tuple[Case, ...] = Field(min_length=1)


@dataclass(frozen=True)
class CaseFile:
    """The cases of one file; `unseen` says that no example was ever made of them."""

    name: str
    as_of: date | None
    unseen: bool
    cases: tuple[Case, ...]


def read_cases(path: Path) -> CaseFile:
    """Raises CaseError for a file that cannot be read, is no YAML, or holds what no case has."""
    try:
        if path.stat().st_size > MANY:
            raise CaseError(file=str(path), reason="too large for a file of cases")
        rows = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        file = _File.model_validate(rows)
    except OSError as error:
        raise CaseError(file=str(path), reason=error.strerror or "it cannot be read") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(file=str(path), reason=" ".join(str(error).split())) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = " ".join(str(part) for part in first["loc"])
        raise CaseError(file=str(path), reason=f"{place}: {first['msg']}") from error
    return CaseFile(path.stem, file.as_of, file.unseen, file.cases)


def find_cases(named: str) -> list[CaseFile]:
    """The files of cases by a path to one, to a folder of them, or by a name that ships (`demo`, `berka`).

    Raises CaseError where there is nothing of that name.
    """
    shipped = sorted(SHIPPED.glob("*.yaml"))
    of_name = [path for path in shipped if path.stem == named or path.stem.startswith(f"{named}_")]
    path = Path(named)
    paths = sorted(path.glob("*.yaml")) if path.is_dir() else [path] if path.exists() else of_name
    if not paths:
        reason = f"no such file or folder, and no cases of that name ({', '.join(one.stem for one in shipped)})"
        raise CaseError(file=named, reason=reason)
    return [read_cases(one) for one in paths]
