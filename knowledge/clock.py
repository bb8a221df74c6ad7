"""The only source of today, so that an answer can be asked for as of any date and repeated."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time


@dataclass(frozen=True)
class Clock:
    """Tells today and now. With `as_of` set, today is that date and now is its noon, always.

    Timestamps are naive UTC, which is what the store keeps.
    """

    as_of: date | None = None

    def today(self) -> date:
        return self.as_of or datetime.now(UTC).astimezone().date()

    def now(self) -> datetime:
        if self.as_of:
            return datetime.combine(self.as_of, time(12))
        return datetime.now(UTC).replace(tzinfo=None)
