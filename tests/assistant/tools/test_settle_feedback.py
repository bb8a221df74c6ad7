"""Which case is meant, against the rows: a number that leads to none leads to no other either."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from assistant.proposals.settle_feedback import SettleFeedback
from assistant.tools.settle_feedback import settle_feedback
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import AS_OF, MANAGERS, RawBank, Row

OPEN = "SELECT * FROM feedback WHERE state NOT IN ('resolved', 'closed') AND received_at < ? ORDER BY id"


def of_others(raw: RawBank, employee: str, rows: Iterable[Row]) -> list[Row]:
    customers = raw.seen_by(employee)
    return [row for row in rows if row["customer_id"] not in customers and row["owner_id"] != employee]


@pytest.mark.parametrize("employee", MANAGERS)
async def test_a_number_out_of_view_is_like_one_that_does_not_exist(
    office_of: OfficeOf, raw: RawBank, employee: str
) -> None:
    hidden = of_others(raw, employee, raw.rows(OPEN, str(AS_OF)))[0]["id"]
    office = await office_of(employee)
    for number in (hidden, "F99999"):
        desk = office.desk()
        result = await settle_feedback(desk, f"close case {number}: we refunded 30")
        assert desk.drafts == []
        assert (result.chosen, result.cases) == (None, [])


async def test_the_numbered_case_is_the_one_that_is_proposed(office_of: OfficeOf, raw: RawBank) -> None:
    employee = MANAGERS[0]
    rows = [row for row in raw.rows(OPEN, str(AS_OF)) if row["customer_id"] in raw.seen_by(employee)]
    desk = (await office_of(employee)).desk()
    result = await settle_feedback(desk, f"close case {rows[0]['id']}: we refunded 30.50")
    assert result.chosen is not None
    assert result.chosen.number.value == rows[0]["id"]
    write = desk.drafts[0].write
    assert isinstance(write, SettleFeedback)
    assert (write.case, write.state, write.redress) == (rows[0]["id"], "closed", Decimal("30.50"))
