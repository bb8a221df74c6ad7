"""Questions that were not understood, for the people who improve the examples, and gaps of the library, for those who
write standards: kept without names, shown by kind.

A miss is a MISSED record of the journal, a gap a GAP record, in the turn it belongs to: masked, so that the questions
can be worked on without those who asked them and those they were about.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assistant.answer import ToolUse
from assistant.journal import Entry, Journal, Kind
from assistant.understanding.reading import Reading
from assistant.understanding.strangers import is_name, names_in
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN, fold
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import CustomerName

LIKELIEST = 3
"""Abilities that are kept with a miss."""
LONGEST = 300
"""Characters of a miss that are kept."""
LONGEST_NAME = 4
"""Words or Chinese characters of a name that is looked for in a miss."""
KEYS_A_QUERY = 500
NAME = "{customer}"

_MENTION = re.compile(r"\{\w+\}")
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\+?\d[\d\s()./-]*\d{2}")
_WORD = re.compile(r"\{\w+\}|[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Miss:
    """A masked question that was not understood: how often, when last (naive UTC), and what it was nearest to, each
    ability with its probability."""

    question: str
    language: str
    times: int
    last: datetime
    likely: tuple[tuple[str, float], ...]


def left_open(
    reading: Reading, tools: Sequence[ToolUse], unanswered: Collection[str]
) -> list[tuple[Kind, dict[str, object]]]:
    """The journal's records of what was not understood, and of what the library has no answer to."""
    misses = [(Kind.MISSED, missed(part)) for part in misses_of(reading, tools)]
    return misses + [(Kind.GAP, missed(part)) for part in gaps_of(reading, unanswered)]


def misses_of(reading: Reading, tools: Sequence[ToolUse]) -> list[Reading]:
    """The parts of a question that were not understood. What the service standards answered was, after all."""
    if any(use.name == "standard" for use in tools):
        return []
    return [part for part in reading.parts if not part.is_understood and part.guesses]


def missed(reading: Reading) -> dict[str, object]:
    """What the journal keeps of a part that was not understood."""
    return {
        "language": reading.language,
        "masked": reading.mentions.masked[:LONGEST],
        "likely": [[guess.ability, round(guess.probability, 3)] for guess in reading.guesses[:LIKELIEST]],
    }


def gaps_of(reading: Reading, unanswered: Collection[str]) -> list[Reading]:
    """The parts of a question that the library was asked and has no answer to; the whole question where a model asked
    the library in words of its own."""
    if not unanswered:
        return []
    return [part for part in reading.parts if part.topic in unanswered] or [reading]


async def grouped_misses(store: CrmStore, everyday: frozenset[str], kind: Kind = Kind.MISSED) -> list[Miss]:
    """The misses, or the gaps of the library (`Kind.GAP`), newest first, those of the same words as one. No name that a
    customer of the bank bears is in them, nor what looks like a name, a number or an address. `everyday` are the words
    of the examples."""
    entries = await Journal(store).masked(kind)
    texts = [str(entry.body["masked"]) for entry in entries]
    names = await _borne(store, {key for text in texts for key, _ in _keys(text, everyday)})
    groups: dict[tuple[str, str], list[Entry]] = {}
    shown: dict[tuple[str, str], str] = {}
    for entry, text in zip(entries, texts, strict=True):
        nameless = without_names(text, everyday, names)
        key = (str(entry.body["language"]), " ".join(_WORD.findall(PlainText.of(nameless).plain)))
        groups.setdefault(key, []).append(entry)
        shown.setdefault(key, nameless)
    return [_miss(shown[key], entries) for key, entries in groups.items()]


def without_names(masked: str, everyday: frozenset[str], names: Collection[str] = ()) -> str:
    """A masked question without what mentions were not found for: names of customers out of the asker's scope
    (`names`, folded) and of strangers, numbers and addresses."""
    places = [place for key, place in _keys(masked, everyday) if key in names]
    places += [place for place in names_in(masked, everyday) if is_name(masked, place)]
    text = masked
    for start, end in _apart(places):
        text = text[:start] + NAME + text[end:]
    return _NUMBER.sub("{number}", _ADDRESS.sub("{address}", text))


def _keys(masked: str, everyday: frozenset[str]) -> Iterable[tuple[str, tuple[int, int]]]:
    """What may be a name in it, folded, with its place: runs of words or characters that are not all everyday ones."""
    free = _MENTION.sub(lambda match: " " * len(match[0]), masked)
    words = [word for word in _WORD.finditer(free) if not HAN.search(word[0])]
    for first in range(len(words)):
        for last in range(first, min(first + LONGEST_NAME, len(words))):
            run = words[first : last + 1]
            if any(PlainText.of(word[0]).plain not in everyday for word in run):
                start = run[0].start()
                name = re.sub(r"['’]s$", "", free[start : run[-1].end()])
                yield fold(name), (start, start + len(name))
    for start in range(len(free)):
        for end in range(start + 2, min(start + LONGEST_NAME, len(free)) + 1):
            if all(map(HAN.match, free[start:end])) and PlainText.of(free[start:end]).plain not in everyday:
                yield fold(free[start:end]), (start, end)


async def _borne(store: CrmStore, keys: Collection[str]) -> set[str]:
    """Those of these folded names that a customer of the bank bears, whoever may see them."""
    wanted, found = sorted(keys), set()
    async with store.auditing() as session:
        for at in range(0, len(wanted), KEYS_A_QUERY):
            some = wanted[at : at + KEYS_A_QUERY]
            found |= set(await session.scalars(select(CustomerName.key).where(CustomerName.key.in_(some))))
    return found


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that do not overlap, the longest first to claim its own, from the end of the text."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: place[0] - place[1]):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end))
    return sorted(kept, reverse=True)


def _miss(question: str, entries: Sequence[Entry]) -> Miss:
    newest: Mapping[str, list[tuple[str, float]]] = entries[0].body
    likely = tuple((str(ability), float(probability)) for ability, probability in newest["likely"])
    return Miss(question, str(entries[0].body["language"]), len(entries), entries[0].at, likely)
