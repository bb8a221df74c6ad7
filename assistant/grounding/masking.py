"""Personal data leave for a model's endpoint only as placeholders, and come back as themselves."""

from collections.abc import Iterable, Mapping

from assistant.grounding.fact import Fact
from assistant.grounding.personal.directory import Directory
from assistant.grounding.personal.found import Found, without_overlaps
from assistant.grounding.personal.learnt import Learnt
from assistant.grounding.personal.patterns import found_by_pattern
from assistant.grounding.personal.shapes import found_by_shape
from assistant.grounding.placeholders import ALIKE, LIKE, Personal, begun_at, named_by, placeholder
from assistant.understanding.text import PlainText

REMEMBERED = 200
"""Texts whose masked form is kept: a conversation's history comes again with every call of the model."""


class Mask:
    """What one conversation hides from the endpoint. A value keeps its placeholder as long as the conversation goes,
    and no other value gets it."""

    def __init__(
        self, directory: Directory | None = None, state: Mapping[str, str] | None = None, on: bool = True
    ) -> None:
        """`directory` looks up whom the store knows. Without `on` nothing is masked: for an endpoint inside the
        bank."""
        self._on = on
        self._directory = directory
        self._learnt = Learnt()
        self._values: dict[str, str] = dict(state or {})
        self._placeholders = {value: name for name, value in self._values.items()}
        self._numbers: dict[Personal, int] = {}
        for name in self._values:
            if match := LIKE.fullmatch(name):
                kind, number = Personal((match["word"] or match["bare"]).upper()), int(match["number"] or 0)
                self._numbers[kind] = max(self._numbers.get(kind, 0), number)
        self._masked: dict[str, str] = {}

    @classmethod
    def restored(cls, state: Mapping[str, str], directory: Directory | None = None, on: bool = True) -> "Mask":
        """The mask of a conversation that goes on."""
        return cls(directory, state, on)

    def state(self) -> dict[str, str]:
        """Placeholder -> value, to be kept with the conversation."""
        return dict(self._values)

    def learn(self, facts: Iterable[Fact]) -> None:
        """Takes note of personal data among a turn's facts, so that they are found wherever they stand, names in their
        parts too. To be called before what a tool returned is masked."""
        if self._learnt.learn(facts):
            self._masked.clear()

    async def mask(self, text: str) -> str:
        """The text with placeholders for personal data, and for what only looks like a placeholder."""
        if not self._on:
            return text
        if text not in self._masked:
            if len(self._masked) >= REMEMBERED:
                self._masked.pop(next(iter(self._masked)))
            self._masked[text] = self._hide(text, await self._found(text))
        return self._masked[text]

    def unmask(self, text: str) -> str:
        """The text with the values again. A placeholder that stands for nothing stays as it is."""
        return LIKE.sub(lambda match: self._values.get(named_by(match), match[0]), text)

    def unmasking(self) -> "Unmasking":
        """Unmasks a stream."""
        return Unmasking(self)

    async def _found(self, text: str) -> list[Found]:
        plain = PlainText.of(text)
        found = [*found_by_pattern(text), *self._learnt.found_in(plain)]
        names_nobody: frozenset[str] = frozenset()
        if self._directory:
            found += await self._directory.found_in(plain)
            names_nobody = await self._directory.names_nobody()
        known = without_overlaps(found)
        shaped = [place for place in found_by_shape(plain, names_nobody) if not _overlaps(place, known)]
        alike = [Found(match.start(), match.end(), Personal.TEXT) for match in ALIKE.finditer(text)]
        return without_overlaps([*_beside([*known, *shaped], alike), *alike])

    def _hide(self, text: str, found: Iterable[Found]) -> str:
        pieces, at = [], 0
        for place in found:
            pieces += [text[at : place.start], self._name(place.kind, text[place.start : place.end])]
            at = place.end
        return "".join([*pieces, text[at:]])

    def _name(self, kind: Personal, value: str) -> str:
        """The placeholder of a value: the one it has, or a new one."""
        if value not in self._placeholders:
            self._numbers[kind] = self._numbers.get(kind, 0) + 1
            name = placeholder(kind, self._numbers[kind])
            self._placeholders[value], self._values[name] = name, value
        return self._placeholders[value]


def _overlaps(place: Found, others: Iterable[Found]) -> bool:
    return any(place.start < other.end and place.end > other.start for other in others)


def _beside(found: Iterable[Found], alike: Iterable[Found]) -> list[Found]:
    """What was found, but for places that cut through text that looks like a placeholder."""
    return [
        place
        for place in found
        if all(
            place.end <= other.start
            or place.start >= other.end
            or (place.start <= other.start and place.end >= other.end)
            for other in alike
        )
    ]


class Unmasking:
    """Unmasks a text that comes in pieces. What may be the beginning of a placeholder waits for the rest of it."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._waiting = ""

    def feed(self, piece: str) -> str:
        """What can be passed on now."""
        text = self._waiting + piece
        ready = begun_at(text)
        self._waiting = text[ready:]
        return self._mask.unmask(text[:ready])

    def rest(self) -> str:
        """What is left at the end of the stream."""
        left, self._waiting = self._waiting, ""
        return self._mask.unmask(left)
