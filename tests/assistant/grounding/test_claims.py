"""Values as text turn into figures of their own kind, and a contested field never stands alone."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.grounding.claims import contested_in_answer, written_figure, written_text
from assistant.grounding.fact import FactValue
from assistant.grounding.ledger import Ledger
from assistant.tools.desk import CustomerId
from assistant.tools.find_customer import find_customer
from assistant.tools.portrait import portrait
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import RawBank


@pytest.mark.parametrize(
    "field, text, value, shown",
    [
        ("income", "120000.00", Decimal("120000.00"), "CN¥120,000.00"),
        ("birth_date", "1980-05-01", date(1980, 5, 1), "May 1, 1980"),
        ("occupation", "civil_servant", "civil_servant", "civil servant"),
        ("phone", "19900000002", "19900000002", "19900000002"),
        ("birth_date", "in May", "in May", "in May"),
        ("income", "much", "much", "much"),
    ],
)
def test_a_written_value_is_shown_as_its_field_is(field: str, text: str, value: FactValue, shown: str) -> None:
    figure = written_figure(Ledger("en", date(2026, 11, 20)), "C1", "value", field, text, "CNY", "source_value/1")
    assert (figure.value, figure.text, figure.fact.source) == (value, shown, "source_value/1")
    assert written_text(field, text, "CNY", "en") == shown


async def test_an_answer_that_shows_a_contested_field_is_followed_by_what_every_system_says(
    office: Office, raw: RawBank
) -> None:
    (row,) = raw.rows("SELECT * FROM conflict WHERE customer_id = 'C000002' AND state = 'open'")
    desk = office.desk()
    customer = await desk.customer("C000002")
    desk.ledger.words(customer.id, row["field"], customer.phone or "", f"customer/{customer.id}")
    (found,) = await contested_in_answer(desk.reader, desk.ledger, 0)
    assert {claim.value.text for claim in found.claims} == {"19900000002", "19900010002"}
    assert {claim.system.value for claim in found.claims} == {"call_centre", "core"}
    assert {claim.value.fact.source for claim in found.claims} == {f"conflict/{row['id']}"}


async def test_what_is_told_already_or_not_shown_is_not_repeated(office: Office) -> None:
    desk = office.desk()
    await portrait(desk, CustomerId("C000002"))
    assert await contested_in_answer(desk.reader, desk.ledger, 0) == []
    desk = office.desk()
    await find_customer(desk, ("C000002",))  # type: ignore[arg-type]
    assert await contested_in_answer(desk.reader, desk.ledger, 0) == []
