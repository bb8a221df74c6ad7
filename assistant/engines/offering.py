"""Which tools a model is offered for a question: a few that are likely, because small models drown in forty."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from assistant.engines.schemas import takes_the_askers_words
from assistant.tools.tool import Tool
from assistant.understanding.reading import Reading

LIKELIEST = 6
"""Of 1,008 questions that nobody trained on, the right tool is among the six likeliest for 99.5 %, and for 94 % of
those that are not understood by themselves."""
MORE_FOR_A_PART = 2
"""For each further thing that a question asks."""
ALWAYS = ("find_customer", "standard")
LIKELY_ENOUGH = 2
"""A tool that writes something down is offered only to a question that may well ask for it: one of these likeliest."""


def offered(tools: Sequence[Tool], reading: Reading) -> list[Tool]:
    """The tools for a question, the likeliest first; of several things asked, of each in turn. They follow from the
    asker's question alone, never from a text that a tool has read."""
    by_name = {tool.name: tool for tool in tools}
    ranked = zip_longest(*(_likely(part, by_name) for part in reading.parts))
    chosen = list(dict.fromkeys(tool for rank in ranked for tool in rank if tool))
    most = LIKELIEST + MORE_FOR_A_PART * len(reading.further)
    return list(dict.fromkeys([*chosen[:most], *(by_name[name] for name in ALWAYS if name in by_name)]))


def _likely(part: Reading, by_name: Mapping[str, Tool]) -> list[Tool]:
    likely = [by_name[guess.ability] for guess in part.guesses if guess.ability in by_name]
    reading_only = [tool for tool in likely[LIKELY_ENOUGH:] if not takes_the_askers_words(tool)]
    return [*likely[:LIKELY_ENOUGH], *reading_only]
