"""What a model gets to read of an answer: its words without charts and cards, fenced off as data."""

from collections.abc import Sequence

from assistant.answer import Block, Chart, ProposalBlock
from assistant.typesetting import text_of


def material_of(blocks: Sequence[Block], most: int) -> str:
    """The blocks as text, at most so many characters, cut at the end of a line. A chart repeats the table above it.

    No text in it can end the fence that it stands in: notes and documents are written by customers and others.
    """
    text = text_of([block for block in blocks if not isinstance(block, Chart | ProposalBlock)])
    if len(text) > most:
        cut = text.rfind("\n", 0, most)
        text = text[: cut if cut > 0 else most]
    return text.replace("<", "‹")
