"""Look-ups in the word files: error sentences, code words, example utterances, cue words, next questions."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

LANGUAGES = ("en", "zh", "es")
_FOLDER = Path(__file__).parent


def sentence(code: str, language: str, values: dict[str, str | int]) -> str:
    """The sentence for an error or a refusal, with its values filled in. Raises KeyError if there is none."""
    text: str = _load("sentences.yaml")[code][language]
    return text.format_map(values)


def word(vocabulary: str, code: str, language: str) -> str:
    """A stored code (`tier`, `gold`) as people say it; the code itself where nobody gave it a word."""
    words: dict[str, str] = _load("words.yaml").get(vocabulary, {}).get(code, {})
    return words.get(language, code.replace("_", " "))


def proposal_words(kind: str, part: str, language: str, values: Mapping[str, str | int] = MappingProxyType({})) -> str:
    """What is said of a proposal: `part` is `title`, `summary` or `done` of that kind, or a state of `any` kind.

    Raises KeyError where nobody wrote it, or a value is missing.
    """
    text: str = _load("proposals.yaml")[kind][part][language]
    return text.format_map(values)


def codes_of(vocabulary: str) -> tuple[str, ...]:
    """The codes of a vocabulary that have words."""
    return tuple(_load("words.yaml").get(vocabulary, {}))


def examples() -> dict[str, dict[str, list[str]]]:
    """Example utterances: ability -> language -> questions, with {customer}, {period} ... for mentions."""
    return {path.stem: _load(f"intents/{path.name}") for path in sorted((_FOLDER / "intents").glob("*.yaml"))}


def suggestions(ability: str, language: str) -> list[str]:
    """Questions that may follow an answer of that ability, with {customer} for the one last spoken of.

    `start` stands for the beginning of a conversation. Raises KeyError for an ability without any.
    """
    return list(_load("suggestions.yaml")[ability][language])


def cues(language: str) -> dict[str, Any]:
    """The cue words of a language that understanding looks for (`prompts/understanding/en.yaml`)."""
    loaded: dict[str, Any] = _load(f"understanding/{language}.yaml")
    return loaded


def verification(language: str) -> dict[str, Any]:
    """How a language writes figures, days and names (`prompts/verification/en.yaml`)."""
    loaded: dict[str, Any] = _load(f"verification/{language}.yaml")
    return loaded


def selection_words(language: str) -> dict[str, Any]:
    """The words of a language for conditions, figures and groups (`prompts/understanding/selection/en.yaml`)."""
    loaded: dict[str, Any] = _load(f"understanding/selection/{language}.yaml")
    return loaded


def book_of(name: str) -> dict[str, dict[str, str]]:
    """A file of sentences by code and language (`prompts/suitability.yaml`)."""
    loaded: dict[str, dict[str, str]] = _load(f"{name}.yaml")
    return loaded


def form_words(language: str) -> dict[str, str]:
    """What the public form of feedback says in that language, by name."""
    return {name: words[language] for name, words in _load("feedback_form.yaml").items()}


def reply_words(name: str, language: str) -> list[str]:
    """The sentences of that name that replies to feedback are made of in a language: one, or several to choose from."""
    words: str | list[str] = _load("replies.yaml")[name][language]
    return [words] if isinstance(words, str) else words


def note_words(language: str) -> dict[str, Any]:
    """What notes and messages of a language tell, as patterns by name (`prompts/notes/en.yaml`)."""
    loaded: dict[str, Any] = _load(f"notes/{language}.yaml")
    return loaded


def message_words(occasion: str, channel: str, language: str, values: Mapping[str, str]) -> dict[str, str]:
    """The parts of a message (text, and the subject of an e-mail) with their values filled in.

    Raises KeyError where nobody wrote it, or a value is missing.
    """
    parts: dict[str, str] = _load("messages.yaml")[occasion][channel][language]
    return {part: text.format_map(values) for part, text in parts.items()}


@cache
def message_templates() -> tuple[str, ...]:
    """All that our own drafts of messages are made of, in every language."""

    def texts(part: Any) -> Iterator[str]:
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict | list):
            for one in part.values() if isinstance(part, dict) else part:
                yield from texts(one)

    return tuple(text for file in ("messages.yaml", "replies.yaml") for text in texts(_load(file)))


def message_phrase(name: str, language: str) -> str:
    """A phrase that messages of a language are made with, its values not yet filled in."""
    phrase: str = _load("messages.yaml")[name][language]
    return phrase


def salutation(language: str, sex: str, name: str) -> str:
    """How a customer is addressed; `sex` is "" where it is not known."""
    forms: dict[str, str] = _load("messages.yaml")["salutation"][language]
    return forms.get(sex, forms[""]).format(name=name)


@cache
def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((_FOLDER / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return loaded
