"""`rapport reminders`: what is due, and all reminders as a calendar file."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import AsOf, CommandError, Debug, Home, Json, day, settings_of_bank

if TYPE_CHECKING:
    from datetime import date

    from assistant.care.reminders import Reminder, Reminders

As = Annotated[str, typer.Option("--as", metavar="EMPLOYEE", help="Whose reminders: an employee's id")]
Ics = Annotated[str | None, typer.Option("--ics", metavar="FILE", help="Write all of them as iCalendar; - to stdout")]


def reminders(
    employee: As, ics: Ics = None, as_of: AsOf = None, as_json: Json = False, home: Home = None, debug: Debug = False
) -> None:
    """Show what is due, or write all reminders as a calendar file."""
    if ics:
        _write(asyncio.run(_calendar(home, employee, day(as_of))), ics)
        return
    found = asyncio.run(_due(home, employee, day(as_of)))
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in found], ensure_ascii=False, indent=2))
        return
    for line in reminder_lines(found):
        print(line)
    if not found:
        print("nothing is due", file=sys.stderr)


def reminder_lines(found: "Sequence[Reminder]", most: int | None = None) -> Iterator[str]:
    """Reminders as lines for a terminal, at most so many; nothing where there are none."""
    from assistant.commands.printing import harmless

    if found:
        yield "Due:"
    for one in found[:most]:
        who = f" ({one.name})" if one.name else ""
        yield harmless(f"- {one.due_on}{', overdue' if one.overdue else ''}: {one.title}{who}")
    if most and len(found) > most:
        yield f"and {len(found) - most} more: rapport reminders"


async def _due(home: Path | None, employee: str, as_of: "date | None") -> "Sequence[Reminder]":
    async with _reminders(home) as opened:
        return await opened.due(employee, as_of)


async def _calendar(home: Path | None, employee: str, as_of: "date | None") -> bytes:
    async with _reminders(home) as opened:
        return await opened.calendar(employee, as_of)


def _write(file: bytes, where: str) -> None:
    if where == "-":
        sys.stdout.buffer.write(file)
        return
    try:
        Path(where).write_bytes(file)
    except OSError as error:
        raise CommandError(reason=f"{where} cannot be written: {error.strerror}") from None


@asynccontextmanager
async def _reminders(home: Path | None) -> "AsyncIterator[Reminders]":
    from assistant.care.reminders import Reminders
    from assistant.journal import Journal
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore

    settings = settings_of_bank(home)
    store = CrmStore(settings.store_url)
    try:
        yield Reminders(store, Journal(store), Clock(settings.as_of))
    finally:
        await store.close()
