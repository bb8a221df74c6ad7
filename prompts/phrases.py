"""Sentences with places for evidence, cut into what is said and what stands in it."""

from string import Formatter

from prompts.catalogue import book_of

Piece = tuple[str, str | None]
"""Words, and the name of the value that follows them; None at the end."""


def phrase(book: str, code: str, language: str) -> list[Piece]:
    """The pieces of a sentence of `prompts/<book>.yaml`. Raises KeyError if there is none."""
    text: str = book_of(book)[code][language]
    return [(words, name) for words, name, _, _ in Formatter().parse(text)]


def phrase_codes(book: str) -> tuple[str, ...]:
    """The codes of a book's sentences."""
    return tuple(book_of(book))
