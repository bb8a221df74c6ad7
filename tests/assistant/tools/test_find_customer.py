"""What tells customers from one another, against the rows."""

from assistant.tools.desk import Customers
from assistant.tools.find_customer import SHOWN, find_customer
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import MANAGERS, RawBank


async def test_each_is_described_by_its_row(office: Office, raw: RawBank) -> None:
    ids = sorted(raw.sample(9, seed=1))
    result = await find_customer(office.desk(), Customers(tuple(reversed(ids))))
    assert result.count.value == len(ids)
    assert result.more
    assert [found.number.value for found in result.customers] == ids[:SHOWN]
    for found in result.customers:
        row = raw.customers[str(found.number.value)]
        assert (found.name.value, found.kind.value) == (row["name"], row["kind"])
        assert (found.city.value if found.city else None) == row["city"]
        assert (found.tier.value if found.tier else None) == row["tier"]
        assert found.branch is not None
        assert found.branch.fact.source == f"unit/{row['branch_id']}"
        assert found.manager is not None
        assert found.manager.fact.source == f"employee/{row['manager_id']}"


async def test_those_of_another_manager_are_not_found(office_of: OfficeOf, raw: RawBank) -> None:
    own, other = (sorted(raw.seen_by(manager))[:3] for manager in MANAGERS[:2])
    office = await office_of(MANAGERS[0])
    result = await find_customer(office.desk(), Customers((*own, *other, "C999999")))
    assert [found.number.value for found in result.customers] == own
    assert result.count.value == len(own)
    assert not result.more


async def test_nobody(office: Office) -> None:
    result = await find_customer(office.desk(), Customers(()))
    assert (result.customers, result.count.value, result.more) == ([], 0, False)
