"""Target lists: nothing that does not suit, nobody who refused lately or gave no consent, nobody out of scope."""

from datetime import timedelta

import pytest

from assistant.errors import UnknownProduct
from assistant.recommend.rule_pack import Verdict
from assistant.recommend.target_list import screened
from assistant.tools.desk import Desk, ProductId, Topic
from assistant.tools.target_list import target_list
from assistant.understanding.how_many import how_many
from knowledge.crm.tables import Product
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, MANAGERS, RawBank

STRUCTURED, DEPOSIT, SOON = ProductId("P-W-STRUCT"), ProductId("P-TD12"), ProductId("P-W-PRIVATE")


async def everybody(desk: Desk, product: str, number: int = 200) -> list[str]:
    row = await desk.reader.get(Product, product)
    assert row
    found = await screened(desk.reader, desk.gate, row, number, desk.today)
    for one in found.targets:
        assert one.ranked.recommendable.customer_id == one.customer.id
        assert one.assessed.assessment.verdict is not Verdict.NOT_ALLOWED
    return [one.customer.id for one in found.targets]


async def test_the_gate_is_asked_of_everybody_on_the_list(office: Office) -> None:
    for product in (STRUCTURED, DEPOSIT, "P-F-MIX"):
        desk = office.desk()
        ids = await everybody(desk, product)
        row = await desk.reader.get(Product, product)
        assert row
        for id in ids[:25]:
            (one,) = await office.desk().gate.assessed(id, [row])
            assert one.recommendable


async def test_whoever_refused_or_was_offered_it_lately_waits(office: Office, raw: RawBank) -> None:
    waits = 0
    for product in (DEPOSIT, "P-F-BOND", "P-W-180"):
        ids = await everybody(office.desk(), product)
        for state, days in (("rejected", 90), ("offered", 30)):
            since = str(AS_OF - timedelta(days=days - 1))
            rows = raw.rows(
                "SELECT customer_id FROM offer o WHERE product_id = ? AND state = ? AND offered_on >= ? AND NOT EXISTS "
                "(SELECT 1 FROM offer n WHERE n.customer_id = o.customer_id AND n.product_id = o.product_id "
                "AND n.offered_on > o.offered_on)",
                product, state, since,
            )  # fmt: skip
            waits += len(rows)
            assert not {row["customer_id"] for row in rows} & set(ids)
    assert waits


async def test_nobody_is_listed_without_consent(office: Office, raw: RawBank) -> None:
    without = {row["id"] for row in raw.rows("SELECT id FROM customer WHERE consents = '[]'")}
    assert without
    assert not without & set(await everybody(office.desk(), DEPOSIT))


async def test_a_list_keeps_to_the_askers_scope(office_of: OfficeOf, raw: RawBank) -> None:
    manager = await office_of(MANAGERS[0])
    ids = await everybody(manager.desk(), DEPOSIT)
    assert ids
    assert set(ids) <= raw.seen_by(MANAGERS[0])


async def test_the_list_is_as_long_as_was_asked_and_every_line_has_its_reason(office: Office) -> None:
    for language in ("en", "zh", "es"):
        result = await target_list(office.desk(language=language), STRUCTURED, Topic("7 customers for it"))
        assert [line.rank.value for line in result.lines] == list(range(1, 8))
        for line in result.lines:
            assert line.reasons
            assert all(part.figure.fact.source for reason in line.reasons for part in reason.parts if part.figure)
    assert len((await target_list(office.desk(), STRUCTURED, Topic("who is it for?"))).lines) == 20


async def test_no_customers_and_ten_thousand_are_not_listed(office: Office) -> None:
    for told in ("0 customers for it", "10,000 customers", "一万位客户", "10.000 clientes"):
        result = await target_list(office.desk(), STRUCTURED, Topic(told))
        assert result.bad_number
        assert not result.lines


async def test_where_nobody_may_have_it_the_reasons_are_counted(office_of: OfficeOf) -> None:
    office = await office_of(MANAGERS[0])
    result = await target_list(office.desk(), ProductId("P-W-SPRING"), Topic("20 customers"))
    assert not result.lines
    assert result.refused
    assert result.unsuitable
    assert result.examined
    assert result.unsuitable.value == result.examined.value


async def test_an_unknown_product_is_an_error(office: Office) -> None:
    with pytest.raises(UnknownProduct):
        await target_list(office.desk(), ProductId("P-NONE"), Topic("20 customers"))


@pytest.mark.parametrize(
    "told, number",
    [("20 customers for it", 20), ("a campaign with 5 customers", 5), ("con cinco clientes", 5),
     ("twenty clients", 20), ("1,500 customers", 1500), ("给它挑20位客户", 20),
     ("挑选三十位客户", 30), ("veinte clientes para ello", 20), ("customers for it", None), ("0 clientes", 0)],
)  # fmt: skip
def test_how_many_are_asked_for(told: str, number: int | None) -> None:
    assert how_many(told) == number
