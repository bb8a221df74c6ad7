"""Everyday words of the product's own texts: a word with a capital that is among them names nobody."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

import knowledge
import prompts
from assistant.understanding.text import PlainText

_PROMPTS = Path(prompts.__file__).parent
_DOCUMENTS = Path(knowledge.__file__).parent / "documents"
_WORD = re.compile(r"[^\W\d_]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")


@cache
def everyday_words(language: str) -> frozenset[str]:
    """The words of the answers, questions, vocabularies and documents of a language, in plain text; of Chinese, pairs
    of characters that stand side by side. Outside of the answers' templates a word with a capital may be a name."""
    text = PlainText.of("\n".join(_texts(language)))
    if language == "zh":
        return frozenset(run[i : i + 2] for run in _HAN_RUN.findall(text.plain) for i in range(len(run) - 1))
    places = [match.span() for match in _WORD.finditer(text.plain) if text.original[match.start()].islower()]
    titles = PlainText.of("\n".join(_templates(language))).plain
    return frozenset([*(text.plain[a:b] for a, b in places), *_WORD.findall(titles)])


@cache
def everyday_latin() -> frozenset[str]:
    """The words of English and Spanish together."""
    return everyday_words("en") | everyday_words("es")


def _templates(language: str) -> Iterator[str]:
    for path in sorted((_PROMPTS / "answers").glob(f"*.{language}.md")):
        yield re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", path.read_text(encoding="utf-8"), flags=re.S)


def _texts(language: str) -> Iterator[str]:
    yield from _templates(language)
    for path in sorted((_PROMPTS / "intents").glob("*.yaml")):
        yield from _strings(_loaded(path).get(language, []))
    for name in ("words", "sentences", "suggestions", "proposals"):
        yield from _said(_loaded(_PROMPTS / f"{name}.yaml"), language)
    yield from _strings(_loaded(_PROMPTS / "verification" / f"{language}.yaml"))
    for path in sorted(_DOCUMENTS.glob(f"*.{language}.md")):
        yield path.read_text(encoding="utf-8")


def _loaded(path: Path) -> dict[str, object]:
    loaded: dict[str, object] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return loaded


def _said(part: object, language: str) -> Iterator[str]:
    """What stands under that language, wherever it stands."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _strings(value) if key == language else _said(value, language)


def _strings(part: object) -> Iterator[str]:
    match part:
        case str():
            yield part
        case dict():
            for key, value in part.items():
                yield str(key)
                yield from _strings(value)
        case list():
            for value in part:
                yield from _strings(value)
