"""Results of tools without a store: every field filled by its type, so that any template can be rendered."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from importlib import import_module
from itertools import count
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import prompts.answers
from assistant.answer import Citation
from assistant.grounding.claims import Contested
from assistant.grounding.fact import Fact
from assistant.grounding.ledger import Figure, Quotation
from assistant.tools.find_customer import Found

FOLDER = Path(prompts.answers.__file__).parent
TEMPLATES = sorted(path.name.removesuffix(".en.md") for path in FOLDER.glob("[!_]*.en.md"))
MACRO_FILES = sorted(path.name.removesuffix(".en.md") for path in FOLDER.glob("_*.en.md"))
CONVERSATION: dict[str, dict[str, Any]] = {
    "contested": {"conflicts": list[Contested]},
    "help": {"questions": list[str]},
    "left_out": {"said": list[str]},
    "need_customer": {},
    "need_product": {},
    "no_access": {},
    "no_customer": {"written": str},
    "no_other_customer": {},
    "not_understood": {"abilities": list[str]},
    "out_of_scope": {},
    "part_not_understood": {"part": str},
    "smalltalk": {},
    "unclear_selection": {"written": str},
    "which_ability": {"abilities": list[str], "part": str | None},
    "which_customer": {
        "customers": list[Found],
        "count": Figure,
        "written": str,
        "spelt_alike": bool,
        "more": bool,
    },
    "which_product": {"products": list[Figure]},
    "which_proposal": {},
    "without_model": {"reason": str},
}
"""What the templates that no tool fills are given."""
COUNTS = ("count", "open_count", "resolved_count", "days_since")
CODES = {"about": "accounts", "show": "average", "operator": "between"}
"""Texts that a template looks up."""
ALWAYS = ("days_since",)
"""May be None by its type, but never is where a template prints it: contacts have a newest one."""


def source(name: str, language: str) -> str:
    return (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")


def fields_of(template: str) -> dict[str, Any]:
    """What a template is given, by name and type: the fields of its tool's result."""
    if template in CONVERSATION:
        return CONVERSATION[template]
    tool = getattr(import_module(f"assistant.tools.{template}"), template)
    return get_type_hints(get_type_hints(tool)["return"])


@dataclass
class Sample:
    """One way to fill a result: how long lists are, what counts say, whether what may be missing is there."""

    items: int = 2
    counted: int = 2
    present: bool = True
    flag: bool = True
    direction: str = "down"
    words: str = "words"
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def values(self, template: str) -> dict[str, object]:
        return {name: self._value(name, kind) for name, kind in fields_of(template).items()}

    def _value(self, name: str, kind: Any) -> object:
        arguments = get_args(kind)
        if NoneType in arguments:
            return self._value(name, arguments[0]) if self.present or name in ALWAYS else None
        if get_origin(kind) is list:
            return [self._value(name, arguments[0]) for _ in range(self.items)]
        if kind is bool:
            return self.flag and (name != "more" or self.counted > self.items)
        if kind is str:
            return self.direction if name == "direction" else CODES.get(name, self.words)
        if kind is Figure:
            return self._figure(name)
        if kind is Quotation:
            return Quotation(CITATION, self.words)
        assert is_dataclass(kind)
        hints = get_type_hints(kind)
        return kind(**{part.name: self._value(part.name, hints[part.name]) for part in fields(kind)})  # type: ignore[operator]

    def _figure(self, name: str) -> Figure:
        value: int | str = self.counted if name in COUNTS else self.words
        day = date(2026, 11, 20)
        return Figure(
            Fact(
                id=f"f{next(self._ids)}",
                subject="C1",
                measure=name,
                value=value,
                unit="text",
                as_of=day,
                source="customer/C1",
                text=str(value),
            )
        )


CITATION = Citation(id="p1", document="d", title="t", section="s", quote="q")
