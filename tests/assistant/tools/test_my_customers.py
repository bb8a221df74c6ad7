"""Who the asker's customers are, against the rows."""

from collections import Counter

import pytest

from assistant.tools.my_customers import SHOWN, Group, my_customers
from knowledge.crm.codes import CustomerKind, Tier
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import STAFF, RawBank

BEST_FIRST = ["private", "platinum", "gold", "silver", "standard"]


def counted(groups: list[Group]) -> dict[object, object]:
    return {group.label.value: group.count.value for group in groups}


@pytest.mark.parametrize("employee", STAFF)
@pytest.mark.parametrize(
    "tier, kind", [(None, None), (Tier.GOLD, None), (None, CustomerKind.COMPANY), (Tier.SILVER, CustomerKind.PERSON)]
)
async def test_how_many_of_what_and_the_best_first(
    office_of: OfficeOf, raw: RawBank, employee: str, tier: Tier | None, kind: CustomerKind | None
) -> None:
    office = await office_of(employee)
    result = await my_customers(office.desk(), tier, kind)
    seen = raw.seen_by(employee)
    rows = [
        row
        for id, row in raw.customers.items()
        if id in seen and not row["closed_on"] and tier in (None, row["tier"]) and kind in (None, row["kind"])
    ]
    assert result.count.value == len(rows)
    assert result.more == (len(rows) > SHOWN)
    assert counted(result.by_kind) == Counter(row["kind"] for row in rows)
    assert counted(result.by_tier) == Counter(row["tier"] for row in rows)
    ordered = sorted(rows, key=lambda row: (BEST_FIRST.index(row["tier"]), row["id"]))
    assert [found.number.value for found in result.customers] == [row["id"] for row in ordered[:SHOWN]]
