"""What feedback is told apart by: kinds, causes (C36 of the sources), products, and what further words tell.

Data with a version: `taxonomy.yaml` ships, a file of that name in the home folder adds to it or changes it.
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.errors import TriageError
from knowledge.crm.codes import FeedbackKind, Severity

SHIPPED = Path(__file__).with_name("taxonomy.yaml")
OWN_FILE = "taxonomy.yaml"

Decision = Literal["kind", "cause", "product"]
DECISIONS: tuple[Decision, ...] = ("kind", "cause", "product")
Languages = Mapping[Literal["en", "zh", "es"], tuple[str, ...]]

CUES = frozenset(
    {"angry", "worried", "pleased", "urgent", "leaving", "vulnerable", "regulator", "money_missing", "data_leaked",
     "discriminated"}
)  # fmt: skip
"""What triage asks of the words; a bank may add others, for its own rules of severity."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cause(_Part):
    """`quality` is technical (what the customer gets) or functional (how it is given), None for neither."""

    quality: Literal["technical", "functional"] | None = None
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    es: tuple[str, ...] = ()

    @property
    def examples(self) -> tuple[str, ...]:
        return (*self.en, *self.zh, *self.es)


class LeastConfidence(_Part):
    """Below it, a person decides."""

    kind: float = Field(ge=0, le=1)
    cause: float = Field(ge=0, le=1)


class Taxonomy(_Part):
    """The content of the file, whose comments say what each part means."""

    version: str
    least_confidence: LeastConfidence
    least_familiar: float = Field(ge=0, le=1)
    cue_confidence: float = Field(gt=0, le=1)
    kinds: Mapping[FeedbackKind, Languages]
    causes: Mapping[str, Cause]
    products: Mapping[str, Languages]
    denied: Languages
    cues: Mapping[str, Languages]
    high_severity: tuple[str, ...]
    severity: Mapping[FeedbackKind, Severity]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [*sorted(set(FeedbackKind) - set(self.kinds)), *sorted(CUES - set(self.cues))]
        missing += sorted(set(FeedbackKind) - set(self.severity))
        if missing:
            raise ValueError(f"lacks {', '.join(missing)}")
        unknown = sorted(set(self.high_severity) - set(self.cues))
        if unknown:
            raise ValueError(f"high_severity names no cue: {', '.join(unknown)}")
        bare = sorted(code for code, cause in self.causes.items() if not cause.examples)
        if bare or len(self.causes) < 2:
            raise ValueError(f"causes without examples: {', '.join(bare) or 'all but one'}")
        return self

    def codes(self, decision: Decision) -> frozenset[str]:
        """The labels that there are for a decision."""
        match decision:
            case "kind":
                return frozenset(map(str, self.kinds))
            case "cause":
                return frozenset(self.causes)
            case "product":
                return frozenset(self.products)

    def examples(self, decision: Decision) -> list[tuple[str, str]]:
        """Messages with their label; products are told by their words and have none. What gives cause to complain is an
        example of a complaint as well: in doubt, it is one."""
        caused = [(text, code) for code, cause in self.causes.items() for text in cause.examples]
        match decision:
            case "kind":
                own = [(text, str(code)) for code, by in self.kinds.items() for texts in by.values() for text in texts]
                return [*own, *((text, str(FeedbackKind.COMPLAINT)) for text, _ in caused)]
            case "cause":
                return caused
            case "product":
                return []

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def read_taxonomy(home: Path | None = None) -> Taxonomy:
    """The taxonomy that ships, with the bank's own over it. Raises TriageError where one is wrong."""
    content = _content(SHIPPED)
    own = home / OWN_FILE if home else None
    if own and own.is_file():
        content = _over(content, _content(own))
    try:
        return Taxonomy.model_validate(content)
    except ValueError as error:
        raise TriageError(file=(own or SHIPPED).name, reason=" ".join(str(error).split())) from error


def _content(file: Path) -> dict[str, object]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TriageError(file=file.name, reason=" ".join(str(error).split())) from error
    if not isinstance(content, dict):
        raise TriageError(file=file.name, reason="is no mapping")
    return content


def _over(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Parts that are mappings are joined, one level deep; anything else is replaced."""
    joined = dict(below)
    for name, part in above.items():
        before = below.get(name)
        joined[name] = {**before, **part} if isinstance(before, dict) and isinstance(part, dict) else part
    return joined
