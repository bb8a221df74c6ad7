"""The words: answer templates, error sentences, example utterances, vocabulary, instructions to models. No logic.

Languages are `en`, `zh` and `es`. Every sentence the product says stands here, once.
"""

from prompts.answers import FIGURE_CLOSE, FIGURE_MIDDLE, FIGURE_OPEN, PIPE, STAR, Printable, render
from prompts.catalogue import (
    LANGUAGES,
    codes_of,
    cues,
    examples,
    form_words,
    message_phrase,
    message_templates,
    message_words,
    note_words,
    proposal_words,
    reply_words,
    salutation,
    selection_words,
    sentence,
    suggestions,
    verification,
    word,
)
from prompts.instructions import instruction
from prompts.phrases import phrase, phrase_codes

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
    "form_words",
    "instruction",
    "message_phrase",
    "message_templates",
    "message_words",
    "note_words",
    "phrase",
    "phrase_codes",
    "proposal_words",
    "render",
    "reply_words",
    "salutation",
    "selection_words",
    "sentence",
    "suggestions",
    "verification",
    "word",
]
