"""Personal data leave for a model's endpoint only as placeholders, and come back as themselves."""

import re
from collections.abc import Iterable, Mapping

from assistant.grounding.fact import Fact
from assistant.grounding.placeholders import LIKE, Personal, begun_at, named_by, placeholder

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,])\+?\d[\d\s()-]{7,18}\d(?![\w.,]\d)")


class Mask:
    """What one conversation hides from the endpoint. A value keeps its placeholder as long as the conversation goes."""

    def __init__(self, finder: object | None = None, state: Mapping[str, str] | None = None, on: bool = True) -> None:
        """Without `on` nothing is masked: for an endpoint inside the bank."""
        self._on = on
        self._finder = finder
        self._values: dict[str, str] = dict(state or {})
        self._placeholders = {value: key for key, value in self._values.items()}

    @classmethod
    def restored(cls, state: Mapping[str, str], finder: object | None = None, on: bool = True) -> "Mask":
        """The mask of a conversation that goes on."""
        return cls(finder, state, on)

    def state(self) -> dict[str, str]:
        """Placeholder -> value, to be kept with the conversation."""
        return dict(self._values)

    def learn(self, facts: Iterable[Fact]) -> None:
        """Takes note of personal data among a turn's facts, so that they are found wherever they stand."""

    async def mask(self, text: str) -> str:
        """The text with placeholders for personal data."""
        if not self._on:
            return text
        text = LIKE.sub(lambda match: self._hidden(Personal.TEXT, match[0]), text)
        text = _EMAIL.sub(lambda match: self._hidden(Personal.EMAIL, match[0]), text)
        return _PHONE.sub(lambda match: self._hidden(Personal.PHONE, match[0]), text)

    def unmask(self, text: str) -> str:
        """The text with the values again. A placeholder that stands for nothing stays as it is."""
        return LIKE.sub(lambda match: self._values.get(named_by(match), match[0]), text)

    def unmasking(self) -> "Unmasking":
        """Unmasks a stream."""
        return Unmasking(self)

    def _hidden(self, kind: Personal, value: str) -> str:
        if value not in self._placeholders:
            name = placeholder(kind, len(self._values) + 1)
            self._placeholders[value], self._values[name] = name, value
        return self._placeholders[value]


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
