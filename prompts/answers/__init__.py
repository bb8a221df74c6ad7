"""Answer templates: one Markdown file per ability and language (`holdings.en.md`), rendered with Jinja.

Values print themselves as what they are: a figure prints between marks that carry its fact's id, so
that whoever shows the answer can lead each figure back to its source; any other value prints as
plain text that can neither end a table cell nor start a heading.
"""

from functools import cache
from pathlib import Path
from typing import Protocol, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, meta
from markupsafe import Markup

FIGURE_OPEN, FIGURE_MIDDLE, FIGURE_CLOSE = "\ue000", "\ue001", "\ue002"
"""`OPEN id MIDDLE text CLOSE`: private-use characters, which no stored text may contain."""
PIPE = "\ue003"
"""Stands for a pipe inside a value, so that it does not end a table cell."""
STAR = "\ue004"
"""Stands for an asterisk inside a value, so that it does not make words strong."""

_FOLDER = Path(__file__).parent


class Printable(Protocol):
    """A value that is evidence: `mark` is the id it goes by, `text` what is shown."""

    @property
    def mark(self) -> str: ...

    @property
    def text(self) -> str: ...


def render(name: str, language: str, values: dict[str, object]) -> str:
    """The template of that ability in that language, filled with `values`.

    Raises KeyError for a template that does not exist, and ValueError if a value the template
    needs is missing or one that was given is not used: both are mistakes of ours.
    """
    file = f"{name}.{language}.md"
    try:
        needed = _needed(file)
    except TemplateNotFound:
        raise KeyError(f"there is no template {file}") from None
    if needed != set(values):
        wrong = ", ".join(sorted(needed ^ set(values)))
        raise ValueError(f"{file}: missing or unused values: {wrong}")
    return _environment().get_template(file).render(values).strip() + "\n"


def _needed(file: str) -> set[str]:
    return _needed_by_file(file, (_FOLDER / file).stat().st_mtime_ns if (_FOLDER / file).exists() else 0)


@cache
def _needed_by_file(file: str, version: int) -> set[str]:
    environment = _environment()
    loader = environment.loader
    assert loader is not None
    source, _, _ = loader.get_source(environment, file)
    return meta.find_undeclared_variables(environment.parse(source))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )


def _printed(value: object) -> Markup:
    """What a template prints of a value. Markup is what a macro of ours has printed already."""
    if isinstance(value, Markup):
        return value
    if hasattr(type(value), "mark"):
        evidence = cast(Printable, value)
        return Markup(f"{FIGURE_OPEN}{evidence.mark}{FIGURE_MIDDLE}{plain(evidence.text)}{FIGURE_CLOSE}")
    return Markup("" if value is None else plain(str(value)))


_MARKS = {ord(mark): "" for mark in (FIGURE_OPEN, FIGURE_MIDDLE, FIGURE_CLOSE, PIPE, STAR)}
_CONTROLS = {code: " " if chr(code).isspace() else "" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}
_STAND_INS = str.maketrans(_MARKS | _CONTROLS | {ord("|"): PIPE, ord("*"): STAR})


def plain(text: str) -> str:
    """Text on one line, without our marks and control characters, its pipes and asterisks out of the way."""
    return text.translate(_STAND_INS)
