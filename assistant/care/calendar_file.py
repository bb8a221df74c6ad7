"""Reminders as an iCalendar file, which any calendar can read."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from icalendar import Alarm, Calendar, Event

RING_AT = timedelta(hours=9)
"""From midnight of the day on which something is due to when it rings."""


class Dated(Protocol):
    """What is to be remembered on a day."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def due_on(self) -> date: ...
    @property
    def customer(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...


def calendar_of(reminders: Iterable[Dated], now: datetime) -> bytes:
    """An all-day event that rings at nine for each. Ids stay the same, so that a second import changes and doubles
    nothing; `now` is naive UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rapport//Reminders//EN")
    calendar.add("version", "2.0")
    for reminder in reminders:
        calendar.add_component(_event(reminder, now))
    file: bytes = calendar.to_ical()
    return file


def _event(reminder: Dated, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{reminder.id}@rapport")
    event.add("dtstamp", now.replace(tzinfo=UTC))
    event.add("dtstart", reminder.due_on)
    event.add("dtend", reminder.due_on + timedelta(days=1))
    event.add("summary", printable(reminder.title))
    if reminder.name:
        event.add("description", printable(f"{reminder.name} ({reminder.customer})"))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", printable(reminder.title))
    alarm.add("trigger", RING_AT)
    event.add_component(alarm)
    return event


def printable(text: str) -> str:
    """Text without what no calendar takes: control characters and lone surrogates."""
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text)
    return " ".join(kept.split())
