"""The words: answer templates, error sentences, example utterances, vocabulary. No logic of the bank.

Languages are `en`, `zh` and `es`. Every sentence the product says stands here, once.
"""

from prompts.answers import FIGURE_CLOSE, FIGURE_MIDDLE, FIGURE_OPEN, PIPE, STAR, Printable, render
from prompts.catalogue import (
    LANGUAGES,
    codes_of,
    cues,
    examples,
    proposal_words,
    sentence,
    suggestions,
    verification,
    word,
)

__all__ = [
    "FIGURE_CLOSE",
    "FIGURE_MIDDLE",
    "FIGURE_OPEN",
    "LANGUAGES",
    "PIPE",
    "STAR",
    "Printable",
    "codes_of",
    "cues",
    "examples",
    "proposal_words",
    "render",
    "sentence",
    "suggestions",
    "verification",
    "word",
]
