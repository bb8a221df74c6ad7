"""How long each stage of an import takes, and who is told of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from knowledge.intake.report import StageTime

Tell = Callable[[str, int, int | None], None]


class Stages:
    """The stages gone through so far."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.times: tuple[StageTime, ...] = ()

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Times what happens within, under that name."""
        self.tell(stage, 0, None)
        began = monotonic()
        yield
        self.times += (StageTime(stage, round(monotonic() - began, 3)),)
