"""Who waits too long: exactly those beyond the rhythm of their tier."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from assistant.tools.neglected import SHOWN, neglected
from knowledge.crm.codes import Tier
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, RawBank, days_between

RULES = Path(__file__).parents[3] / "assistant" / "care" / "contact_rhythm.yaml"
TIERS = ["private", "platinum", "gold", "silver", "standard"]


def waiting(raw: RawBank, employee: str, today: date, tier: str | None = None) -> list[tuple[int, int, str]]:
    """Place of the tier, minus the days waited, customer."""
    allowed: dict[str, int] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["days"]
    last = {
        row["customer_id"]: row["last"]
        for row in raw.rows(
            "SELECT customer_id, MAX(at) AS last FROM contact WHERE DATE(at) <= ? GROUP BY 1", str(today)
        )
    }
    found = []
    for id in raw.seen_by(employee):
        row = raw.customers[id]
        days = days_between(last.get(id) or row["customer_since"], today)
        if row["closed_on"] is None and tier in (None, row["tier"]) and days > allowed[row["tier"]]:
            found.append((TIERS.index(row["tier"]), -days, id))
    return sorted(found)


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, *MANAGERS])
@pytest.mark.parametrize("today", [AS_OF, date(2026, 9, 1), date(2027, 2, 28)], ids=str)
async def test_all_beyond_their_rhythm_and_nobody_else(
    office_of: OfficeOf, raw: RawBank, employee: str, today: date
) -> None:
    office = await office_of(employee)
    result = await neglected(office.desk(today))
    expected = waiting(raw, employee, today)
    assert result.count.value == len(expected)
    assert result.more == (len(expected) > SHOWN)
    assert [line.name.fact.subject for line in result.lines] == [id for _, _, id in expected[:SHOWN]]
    for line, (_, minus_days, _) in zip(result.lines, expected, strict=False):
        assert line.days is None or line.days.value == -minus_days
        assert (line.days is None) == (line.last_contact is None)


@pytest.mark.parametrize("tier", Tier)
async def test_of_one_tier(office: Office, raw: RawBank, tier: Tier) -> None:
    result = await neglected(office.desk(), tier)
    assert result.count.value == len(waiting(raw, HEAD_OFFICE, AS_OF, tier))
    assert {line.tier.value for line in result.lines} <= {tier}


async def test_a_contact_of_today_ends_the_waiting_and_one_of_tomorrow_does_not(office: Office, raw: RawBank) -> None:
    newest = raw.rows("SELECT customer_id, DATE(MAX(at)) AS day FROM contact GROUP BY 1 ORDER BY 2 DESC LIMIT 1")[0]
    day = date.fromisoformat(newest["day"])
    assert newest["customer_id"] not in {id for *_, id in waiting(raw, HEAD_OFFICE, day)}
    assert (await neglected(office.desk(day))).count.value == len(waiting(raw, HEAD_OFFICE, day))


@pytest.mark.parametrize("tier", [None, Tier.GOLD, Tier.STANDARD])
@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH])
async def test_of_many_customers_the_lists_say_the_same(
    office_of: OfficeOf, monkeypatch: pytest.MonkeyPatch, employee: str, tier: Tier | None
) -> None:
    """A large bank's are listed by the newest run; a small one's are looked through."""
    office = await office_of(employee)
    looked_through = await neglected(office.desk(), tier)
    monkeypatch.setattr("knowledge.crm.whole_view.MANY", 0)
    listed = await neglected(office.desk(), tier)
    assert [line.name.value for line in listed.lines] == [line.name.value for line in looked_through.lines]
    assert [line.days and line.days.value for line in listed.lines] == [
        line.days and line.days.value for line in looked_through.lines
    ]
    assert (listed.count.value, listed.more) == (looked_through.count.value, looked_through.more)
