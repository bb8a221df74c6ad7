"""What the web surfaces need of the assistant: the turn's events, the colleagues, and whether it is ready."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from assistant.events import Event, Turn


class Colleague(Protocol):
    """Someone who may ask, as the demo page's chooser shows them. `unit` is the name of their unit."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def units(self) -> Mapping[str, str]:
        """The unit's name by language."""
        ...


class Answering(Protocol):
    """The assistant, as the web sees it."""

    def answer(self, turn: Turn) -> AsyncIterator[Event]:
        """The turn's events, the last one TurnFinished.

        The first event comes after who is asking and what they ask has been accepted: UnknownEmployee and
        BadQuestion are raised instead of it. Closing the iterator cancels the turn.
        """
        ...

    async def employees(self) -> Sequence[Colleague]:
        """Who works here now."""
        ...

    async def ready(self) -> None:
        """Reads the store and the library once. Raises a RapportError where one cannot be read."""
        ...
