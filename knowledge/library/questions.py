"""Questions of several parts: each is looked up by itself, so that one answer does not push out the other."""

import re

from knowledge.library.words import terms

MOST_PARTS = 4
FEWEST_WORDS = 2
FEWEST_WORDS_BESIDE = 3
"""Index terms that the first part must have, and each of the others."""
_ASKING = (
    r"how|what|when|where|who|which|why|may|can|must|should|does|do|is|are|"
    r"qué|cuánt\w+|cuándo|dónde|quién|cuál|cómo|puedo|puede|hay que|debo|"
    r"多少|多久|什么时候|怎么|怎样|如何|谁|哪|可以|能不能|是否|要不要|什么"
)
_SENTENCE = re.compile(r"(?<=[?？。!！；;])\s*(?=\S)|(?<=\w{3}\.)\s+(?=\S)")
_CLAUSE = re.compile(
    rf"\s*(?:,|，|、|;)?\s*(?:\b(?:and|y|e|además)\b|还有|以及|另外|并且)[\s,，]*(?=¿|(?:also|then|además)?\s*\b(?:{_ASKING})\b|"
    rf"[^，,。?？]{{0,12}}(?:多少|多久|什么时候|怎么|怎样|如何|谁|可以|能不能|是否|什么))",
    re.IGNORECASE,
)


def questions_in(text: str) -> list[str]:
    """The parts of a question that can be answered on their own; the whole text where it asks one thing.

    A part needs words of its own: "and when do I get it?" hangs on what was asked before.
    """
    parts = [part for sentence in _SENTENCE.split(text) for part in _CLAUSE.split(sentence) if part.strip()]
    sizes = [len(set(terms(part))) for part in parts]
    if not 1 < len(parts) <= MOST_PARTS or sizes[0] < FEWEST_WORDS or min(sizes[1:]) < FEWEST_WORDS_BESIDE:
        return [text]
    return [part.strip() for part in parts]
