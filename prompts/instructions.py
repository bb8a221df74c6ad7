"""What a language model is told: system prompts and the messages around data, one file a language (`system/`)."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, meta

_FOLDER = Path(__file__).parent / "system"


def instruction(name: str, language: str, values: dict[str, object] | None = None) -> str:
    """That text in that language, filled with `values`.

    Raises KeyError for a text that does not exist, and ValueError for a value that is missing or not used.
    """
    file, given = f"{name}.{language}.md", values or {}
    try:
        needed = _needed(file)
    except TemplateNotFound:
        raise KeyError(f"there is no instruction {file}") from None
    if needed != set(given):
        raise ValueError(f"{file}: missing or unused values: {', '.join(sorted(needed ^ set(given)))}")
    return _environment().get_template(file).render(given).strip()


@cache
def _needed(file: str) -> frozenset[str]:
    environment = _environment()
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, file)
    return frozenset(meta.find_undeclared_variables(environment.parse(source)))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
