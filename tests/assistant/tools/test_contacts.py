"""The last contacts, against the rows."""

from datetime import date

import pytest

from assistant.grounding.ledger import Figure
from assistant.tools.contacts import SHOWN, contacts
from assistant.tools.desk import CustomerId
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, RawBank, days_between


def stored(figure: Figure | None) -> str | None:
    return str(figure.value) if figure else None


@pytest.mark.parametrize("today", [AS_OF, date(2026, 8, 1), date(2025, 6, 15), date(2024, 1, 1)], ids=str)
async def test_the_newest_first_and_none_of_later_days(office: Office, raw: RawBank, today: date) -> None:
    for customer in raw.sample(8, seed=today.month):
        result = await contacts(office.desk(today), CustomerId(customer))
        rows = raw.rows(
            "SELECT * FROM contact WHERE customer_id = ? AND DATE(at) <= ? ORDER BY at DESC, id DESC",
            customer, str(today),
        )  # fmt: skip
        assert result.count.value == len(rows)
        assert len(result.contacts) == min(len(rows), SHOWN)
        assert (result.days_since is None) == (rows == [])
        if result.days_since:
            assert result.days_since.value == days_between(rows[0]["at"], today)
        for line, row in zip(result.contacts, rows, strict=False):
            assert str(line.at.value) == row["at"][:10]
            assert line.channel.value == row["channel"]
            assert stored(line.employee) == raw.one("SELECT name FROM employee WHERE id = ?", row["employee_id"])
            for field in ("purpose", "content", "result", "mood", "next_step", "next_on"):
                assert stored(getattr(line, field)) == (row[field] or None), (row["id"], field)
