"""Reminders fire on their day, for whose they are, and a calendar reads them."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from assistant.care.calendar_file import calendar_of, printable
from assistant.care.reminders import Reminder, Reminders
from assistant.cli import main
from assistant.errors import UnknownEmployee
from assistant.journal import Journal
from knowledge.clock import Clock
from knowledge.crm.store import CrmStore, sqlite_url
from tests.assistant.care.planted_bank import customer, plant, staff, task

TODAY = date(2026, 8, 31)


@pytest.fixture
async def bank(store: CrmStore) -> CrmStore:
    await plant(
        store, *staff(), customer("own"), customer("bobs", manager_id="bob"),
        task("own", TODAY, "due today"), task("own", TODAY - timedelta(days=1), "late"),
        task("own", TODAY + timedelta(days=1), "to come"), task("own", TODAY, "done", state="done"),
        task("own", TODAY, "of a colleague", by="bob"), task(None, TODAY, "of nobody"),
        task("own", None, "without a day"),
        task("bobs", TODAY, "of a customer who is Bob's now"),
    )  # fmt: skip
    return store


async def test_a_reminder_fires_on_its_day_and_for_its_owner(bank: CrmStore) -> None:
    reminders = Reminders(bank, Journal(bank), Clock(TODAY))
    assert [(one.title, one.overdue) for one in await reminders.due("ana")] == [
        ("of nobody", False), ("due today", False), ("late", True),
    ]  # fmt: skip
    before = await reminders.due("ana", TODAY - timedelta(days=2))
    assert before == []
    with pytest.raises(UnknownEmployee):
        await reminders.due("nobody")


async def test_the_journal_knows_whose_names_went_out(bank: CrmStore) -> None:
    journal = Journal(bank)
    await Reminders(bank, journal, Clock(TODAY)).calendar("ana")
    assert [(entry.employee_id, entry.body["what"]) for entry in await journal.who_saw("own")] == [("ana", "calendar")]
    assert await journal.who_saw("bobs") == []


async def test_the_calendar_holds_all_that_has_a_day(bank: CrmStore) -> None:
    reminders = Reminders(bank, Journal(bank), Clock(TODAY))
    events = Calendar.from_ical(await reminders.calendar("ana")).walk("VEVENT")
    assert {str(event["SUMMARY"]): event["DTSTART"].dt for event in events} == {
        "late": date(2026, 8, 30), "due today": TODAY, "of nobody": TODAY, "to come": date(2026, 9, 1),
    }  # fmt: skip
    again = Calendar.from_ical(await reminders.calendar("ana")).walk("VEVENT")
    assert [str(event["UID"]) for event in again] == [str(event["UID"]) for event in events]


@given(title=st.text(min_size=1, max_size=200), day=st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_any_title_makes_one_event_of_one_day(title: str, day: date) -> None:
    """A title with line ends, colons or control characters adds no property and no event."""
    made = Reminder(id="T1", title=title, kind="call", due_on=day, overdue=False, customer="C1", name=title)
    (event,) = Calendar.from_ical(calendar_of([made], datetime(2026, 8, 31, 12))).walk("VEVENT")
    assert str(event["SUMMARY"]) == printable(title)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (day, day + timedelta(days=1))
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=9)
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP"} | (
        {"DESCRIPTION"} if "DESCRIPTION" in event else set()
    )


@pytest.fixture
def filled(home: Path) -> Path:
    async def fill() -> None:
        store = CrmStore(sqlite_url(home))
        await plant(store, *staff(), customer("own"), task("own", TODAY, "Call\x1b[31m her"))
        await store.close()

    asyncio.run(fill())
    return home


def run(home: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["reminders", *words, "--as-of", str(TODAY), "--home", str(home)])
    return int(left.value.code or 0)


def test_the_command_shows_and_exports(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(filled, "--as", "ana") == 0
    said = capsys.readouterr().out
    assert said.startswith("Due:\n- 2026-08-31: Call")
    assert "\x1b" not in said
    assert run(filled, "--as", "ana", "--ics", str(tmp_path / "r.ics")) == 0
    assert len(Calendar.from_ical((tmp_path / "r.ics").read_bytes()).walk("VEVENT")) == 1
    assert run(filled, "--as", "bob") == 0
    assert capsys.readouterr().err == "nothing is due\n"


def test_a_file_that_cannot_be_written_is_one_clear_line(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(filled, "--as", "ana", "--ics", "/nowhere/r.ics") == 1
    assert "cannot be written" in capsys.readouterr().err
