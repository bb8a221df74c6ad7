"""Reminders over HTTP: the asker's own, as JSON and for a calendar, and nobody's without a token."""

from datetime import date

import httpx
from icalendar import Calendar

from tests.server.running import Served


def test_the_askers_reminders_are_given_out(bank: Served) -> None:
    answered = httpx.get(f"{bank.url}/reminders", headers=bank.bearer())
    (one,) = answered.json()
    assert (one["title"], one["due_on"], one["name"]) == ("Call Wei", "2026-11-20", "Wei")
    assert httpx.get(f"{bank.url}/reminders", headers=bank.bearer("E103")).json() == []


def test_a_calendar_reads_the_file(bank: Served) -> None:
    answered = httpx.get(f"{bank.url}/reminders.ics", headers=bank.bearer())
    assert answered.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answered.content).walk("VEVENT")
    assert (event["SUMMARY"], event["DTSTART"].dt) == ("Call Wei", date(2026, 11, 20))


def test_nobody_gets_them_without_a_token(bank: Served) -> None:
    for path in ("/reminders", "/reminders.ics"):
        assert httpx.get(f"{bank.url}{path}").status_code == 401
        assert httpx.get(f"{bank.url}{path}?employee_id=E102", headers={"X-Employee": "E102"}).status_code == 401
