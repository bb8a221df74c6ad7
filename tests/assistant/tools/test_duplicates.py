"""Possible duplicates: the pairs in view with their evidence, and what a joined file rests on."""

import json
from decimal import Decimal

import pytest

from assistant.errors import UnknownCustomer
from assistant.tools.desk import CustomerId
from assistant.tools.duplicates import SHOWN, duplicates
from prompts import LANGUAGES
from tests.assistant.abilities import Asked, tool
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import MANAGERS, RawBank

WAITING = "SELECT * FROM likeness WHERE state = 'open' ORDER BY probability DESC, id"


async def test_the_pairs_that_wait_come_likeliest_first(office: Office, raw: RawBank) -> None:
    waiting = raw.rows(WAITING)
    result = await duplicates(office.desk())
    assert result.count.value == len(waiting)
    assert result.more == (len(waiting) > SHOWN)
    assert [(p.one_number.value, p.other_number.value) for p in result.pairs] == [
        (row["customer_id"], row["other_customer_id"]) for row in waiting[:SHOWN]
    ]
    for pair, row in zip(result.pairs, waiting, strict=False):
        weights = {each["field"]: abs(each["weight"]) for each in json.loads(row["evidence"])}
        assert len(pair.evidence) == len(weights)
        assert {e.agreement for e in pair.evidence} <= {"the same", "alike", "different"}
        for total in pair.totals:
            assert isinstance(total.one.value, Decimal)
            assert isinstance(total.other.value, Decimal)
            assert total.together.value == total.one.value + total.other.value


@pytest.mark.parametrize("employee", MANAGERS)
async def test_a_pair_shows_only_to_who_sees_both(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    seen = set(raw.seen_by(employee))
    expected = [row["id"] for row in raw.rows(WAITING) if {row["customer_id"], row["other_customer_id"]} <= seen]
    office = await office_of(employee)
    assert (await duplicates(office.desk())).count.value == len(expected)


async def test_a_joined_customer_tells_its_numbers_and_why(office: Office, raw: RawBank) -> None:
    merge = raw.rows("SELECT * FROM merge ORDER BY id LIMIT 1")[0]
    result = await duplicates(office.desk(), CustomerId(merge["customer_id"]))
    records = raw.rows("SELECT system, number FROM source_record WHERE customer_id = ?", merge["customer_id"])
    assert {(s.system.value, s.number.value) for s in result.sources} == {(r["system"], r["number"]) for r in records}
    (joined,) = result.joins
    assert joined.number.value == merge["absorbed_id"]
    assert str(joined.merged_on.value) == merge["merged_at"][:10]
    assert joined.probability is not None
    assert joined.probability.value == Decimal("99.9997")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_said_in_every_language(office: Office, raw: RawBank, language: str) -> None:
    customer = raw.rows(WAITING)[0]["customer_id"]
    for arguments in ({}, {"customer": CustomerId(customer)}):
        assert len(await Asked(tool("duplicates"), arguments).blocks(office.desk(language=language))) > 3


async def test_whom_the_asker_does_not_see_is_unknown(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(MANAGERS[0])
    stranger = next(id for id in raw.customers if id not in set(raw.seen_by(MANAGERS[0])))
    with pytest.raises(UnknownCustomer):
        await duplicates(office.desk(), CustomerId(stranger))
