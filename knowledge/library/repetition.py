"""Repetition: text that a page holds twice is kept once."""

import re
from collections import Counter
from collections.abc import Sequence

from knowledge.crm.names import HAN
from knowledge.library.formats.block import Block

SHORTEST = 60
"""Characters from which a repeated paragraph counts; short lines may repeat on purpose."""
COVERED = 0.8
"""Share of a paragraph's shingles that must stand elsewhere for it to be a copy."""
WORDS_IN_SHINGLE = 5
CHARACTERS_IN_SHINGLE = 10


def without_repetition(blocks: Sequence[Block]) -> list[Block]:
    """Drops paragraphs whose words stand in the rest of the document, the longest first: when a page holds
    its text once as a single lump and once in paragraphs, the paragraphs stay. Of equal ones the first stays."""
    shingles = [shingles_of(block.text) if not block.table else frozenset() for block in blocks]
    counts = Counter(shingle for each in shingles for shingle in each)
    order = sorted(range(len(blocks)), key=lambda n: (-len(blocks[n].text), -n))
    dropped: set[int] = set()
    for n in order:
        own = shingles[n]
        if blocks[n].level or blocks[n].table or len(blocks[n].text) < SHORTEST or not own:
            continue
        if sum(counts[shingle] > 1 for shingle in own) >= COVERED * len(own):
            dropped.add(n)
            counts.subtract(own)
    return [block for n, block in enumerate(blocks) if n not in dropped]


def shingles_of(text: str) -> frozenset[str]:
    folded = text.casefold()
    if HAN.search(folded):
        bare = re.sub(r"\W+", "", folded)
        return frozenset(bare[i : i + CHARACTERS_IN_SHINGLE] for i in range(len(bare) - CHARACTERS_IN_SHINGLE + 1))
    words = re.findall(r"\w+", folded)
    return frozenset(" ".join(words[i : i + WORDS_IN_SHINGLE]) for i in range(len(words) - WORDS_IN_SHINGLE + 1))
