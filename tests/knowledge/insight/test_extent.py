"""For whom a run computes a definition; and of some customers alone the same is found as of them among all."""

import pytest

from knowledge.insight.definition import Definition, read_definitions
from knowledge.insight.extent import Extent, extents
from knowledge.insight.refresh import MARKED, SOME, gather_parts
from knowledge.insight.warehouse import CUSTOMERS_TABLES, KEPT, PART, name_of, show_part_as_of, source_tables
from tests.knowledge.insight.other_engines import DAY, computed_in_duckdb

DEFINITIONS = read_definitions()
RARE = ("key_person_changed", "service_above_tier")
NOT_IN_DEMO = {"new_payee", "large_withdrawal"}
"""What the demo bank has nothing of; the changing bank has."""
NEXT_DAY = {f"period.{name}" for name in ("today", "year_ago", *(f"days_{n}_ago" for n in (30, 45, 90, 120, 180, 300)))}


def chosen(inputs: set[str], *, changed: bool) -> dict[Extent, set[str]]:
    found = extents(DEFINITIONS, inputs, changed=changed)
    return {extent: {name for name, one in found.items() if one is extent} for extent in Extent}


def test_nothing_is_computed_where_nothing_changed() -> None:
    assert chosen(set(), changed=False)[Extent.NONE] == {one.name for one in DEFINITIONS}


def test_of_changed_customers_what_is_theirs_and_for_all_what_looks_across() -> None:
    found = chosen(set(), changed=True)
    assert found[Extent.NONE] == set()
    assert found[Extent.CHANGED] == {one.name for one in DEFINITIONS if one.per_customer}
    assert {"income_share", "value_group", "related_group", "branch_deposits"} <= found[Extent.ALL]


def test_a_day_later_only_what_looks_at_days_is_computed() -> None:
    """What takes long, the months' balances of everybody, waits for another month."""
    found = chosen(NEXT_DAY, changed=False)
    assert {"loyalty", "churn_risk", "contact_overdue", "new_payee", "churn_rate"} <= found[Extent.ALL]
    assert {"own_balance", "deposits", "profit_contribution", "value_group", "lost"} <= found[Extent.NONE]


def test_another_product_or_price_concerns_those_that_read_it() -> None:
    found = chosen({"product"}, changed=False)
    assert {"deposit_margin", "profit_contribution", "value_group", "product_contribution"} <= found[Extent.ALL]
    assert {"own_balance", "loyalty", "deposits"} <= found[Extent.NONE]
    assert "contact_overdue" in chosen({"tier"}, changed=False)[Extent.ALL]


@pytest.fixture(scope="module")
def differing(demo_store_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    """Of every definition per customer: rows of half the customers of the demo bank, and how many are others."""
    found = {}
    alone = [one for one in DEFINITIONS if one.per_customer]
    with computed_in_duckdb(demo_store_url, tmp_path_factory.mktemp("insight") / "insight", alone) as warehouse:
        warehouse.execute("ATTACH ':memory:' AS news")
        for name in map(name_of, source_tables(CUSTOMERS_TABLES)):
            warehouse.execute(f"CREATE TABLE news.{name} AS FROM {KEPT}.{name} LIMIT 0")
        warehouse.execute(f"CREATE TEMP TABLE {MARKED} (customer_id VARCHAR)")
        rare = " UNION ".join(f"SELECT customer_id FROM {name}" for name in RARE)
        half = f"SELECT id FROM {KEPT}.customer WHERE hash(id) % 2 = 0 OR id IN ({rare})"
        warehouse.execute(f"CREATE TEMP TABLE {SOME} AS SELECT id AS customer_id FROM ({half})")
        gather_parts(warehouse)
        show_part_as_of(warehouse, DAY)
        parts = {name: PART + name for name in map(name_of, source_tables(CUSTOMERS_TABLES))}
        parts |= {one.name: PART + one.name for one in alone}
        for one in alone:
            warehouse.execute(f"CREATE TEMP TABLE {PART}{one.name} AS {one.sql_over(parts)}")
            among = f"FROM {one.name} SEMI JOIN {SOME} USING (customer_id)"
            differing = (
                f"({among} EXCEPT ALL FROM {PART}{one.name}) UNION ALL (FROM {PART}{one.name} EXCEPT ALL {among})"
            )
            [rows] = warehouse.execute(f"SELECT count(*) FROM ({among})").fetchone() or (0,)
            [others] = warehouse.execute(f"SELECT count(*) FROM ({differing})").fetchone() or (0,)
            found[one.name] = int(rows), int(others)
    return found


def test_what_is_per_customer_is_the_same_for_some(differing: dict[str, tuple[int, int]]) -> None:
    assert {name: others for name, (_, others) in differing.items() if others} == {}
    # Nothing would differ in an empty bank either.
    assert {name for name, (rows, _) in differing.items() if not rows} == NOT_IN_DEMO


def test_a_definition_over_other_tables_keeps_its_names() -> None:
    [one] = [one for one in DEFINITIONS if one.name == "lost"]
    over = one.sql_over({"own_balance": "part_own_balance", "customer": "part_customer"})
    assert "part_own_balance" in over
    assert " customer AS c" not in over
    assert isinstance(one, Definition)
