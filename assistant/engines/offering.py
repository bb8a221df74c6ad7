"""Which tools a model is offered for a question: a few that are likely, because small models drown in forty."""

from collections.abc import Sequence

from assistant.engines.schemas import takes_the_askers_words
from assistant.tools.tool import Tool
from assistant.understanding.reading import Reading

LIKELIEST = 6
"""Of 1,008 questions that nobody trained on, the right tool is among the six likeliest for 99.5 %, and for 94 % of
those that are not understood by themselves."""
ALWAYS = ("find_customer", "standard")
LIKELY_ENOUGH = 2
"""A tool that writes something down is offered only to a question that may well ask for it: one of these likeliest."""


def offered(tools: Sequence[Tool], reading: Reading) -> list[Tool]:
    """The tools for a question, the likeliest first. They follow from the asker's question alone, never from a text
    that a tool has read."""
    by_name = {tool.name: tool for tool in tools}
    likely = [by_name[guess.ability] for guess in reading.guesses if guess.ability in by_name]
    reading_only = [tool for tool in likely[LIKELY_ENOUGH:] if not takes_the_askers_words(tool)]
    chosen = [*likely[:LIKELY_ENOUGH], *reading_only][:LIKELIEST]
    return chosen + [tool for name in ALWAYS if (tool := by_name.get(name)) and tool not in chosen]
