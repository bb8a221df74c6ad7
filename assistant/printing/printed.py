"""What is to be printed: an answer's blocks under a title, and where each of its figures comes from."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Block, Heading, spans_of
from assistant.grounding.fact import Fact
from assistant.typesetting import plain_line


@dataclass(frozen=True)
class Printed:
    """`parts` begin on pages of their own; the first opens with the title. `sources` are the figures of each
    source, with that source."""

    language: str
    title: str
    parts: Sequence[Sequence[Block]]
    sources: Sequence[tuple[str, str]]


def printed(language: str, blocks: Sequence[Block], facts: Sequence[Fact], *, internal: bool) -> Printed:
    """Blocks ready for print; where the last section is `internal` it begins on a page of its own."""
    headings = [place for place, block in enumerate(blocks) if isinstance(block, Heading)]
    last = headings[-1] if internal else len(blocks)
    parts = [part for part in (blocks[:last], blocks[last:]) if part]
    shown = {span.fact for block in blocks for span in spans_of(block) if span.fact}
    first = blocks[headings[0]]
    assert isinstance(first, Heading)
    sources: dict[str, dict[str, None]] = defaultdict(dict)
    for fact in facts:
        if fact.id in shown:
            sources[fact.source][fact.text] = None
    told = tuple(("; ".join(texts), source) for source, texts in sources.items())
    return Printed(language, plain_line(first.line), parts, told)
