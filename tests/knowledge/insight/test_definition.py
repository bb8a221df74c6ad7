"""A bank's analyst changes a file: mistakes are named with the file, and everything that ships reads well."""

from pathlib import Path

import pytest

from knowledge.errors import InsightError
from knowledge.insight.definition import COLUMNS, DEFINITIONS, Kind, needed, read_definitions

DOCUMENT = Path(__file__).parents[3] / "docs" / "insight.md"
HEADER = "-- name: {name}\n-- kind: metric\n-- unit: money\n-- meaning: m\n-- formula: f\n-- version: 1\n"
PER_CUSTOMER = "-- per: customer\n"
GOOD = "SELECT c.id AS customer_id, 1 AS value FROM customer AS c"


def test_what_ships_runs_in_the_order_in_which_it_reads() -> None:
    seen: set[str] = set()
    names = {path.stem for path in DEFINITIONS.glob("*.sql")}
    for one in read_definitions():
        assert one.reads & names <= seen
        assert set(COLUMNS[one.kind]) <= set(one.columns)
        assert (one.unit is None) == (one.kind in (Kind.STEP, Kind.EVENT))
        seen.add(one.name)
    assert seen == names


def test_needed_takes_what_is_read_and_no_more() -> None:
    chosen = [one.name for one in needed(read_definitions(), ["deposits"])]
    assert sorted(chosen) == ["deposits", "newest_balance", "open_account", "own_balance"]
    assert chosen[-1] == "deposits"


@pytest.mark.parametrize(
    "text, reason",
    [
        (HEADER.format(name="a") + "SELEC 1", "a.sql"),
        (HEADER.format(name="a") + GOOD + "; DROP TABLE customer", "one SELECT"),
        (HEADER.format(name="a") + "DELETE FROM customer", "one SELECT"),
        (HEADER.format(name="b") + GOOD, "its name is b"),
        (HEADER.format(name="a").replace("money", "yuan") + GOOD, "yuan"),
        (HEADER.format(name="a").replace("-- version: 1\n", "") + GOOD, "no version"),
        (HEADER.format(name="a") + "SELECT c.id AS customer_id FROM customer AS c", "selects no value"),
        (HEADER.format(name="a") + "SELECT customer_id, value FROM a", "circle"),
        (HEADER.format(name="a") + "-- per: branch\n" + GOOD, "per branch is not known"),
        (
            HEADER.format(name="a").replace("metric", "unit") + PER_CUSTOMER + "SELECT 1 AS unit_id, 2 AS value",
            "no cust",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.sql").write_text(text)
    with pytest.raises(InsightError, match=reason):
        read_definitions(tmp_path)


def test_what_is_per_customer_reads_nothing_that_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(HEADER.format(name="a") + GOOD)
    (tmp_path / "b.sql").write_text(HEADER.format(name="b") + PER_CUSTOMER + "SELECT customer_id, value FROM a")
    with pytest.raises(InsightError, match="it reads a, which is not per customer"):
        read_definitions(tmp_path)
    (tmp_path / "b.sql").unlink()
    (tmp_path / "peer_group.sql").write_text(HEADER.format(name="peer_group") + PER_CUSTOMER + GOOD + " JOIN a ON true")
    with pytest.raises(InsightError, match="which is not per customer"):
        read_definitions(tmp_path)
    (tmp_path / "a.sql").write_text(HEADER.format(name="a") + PER_CUSTOMER + GOOD)
    with pytest.raises(InsightError, match="to read no other definition"):
        read_definitions(tmp_path)


def test_the_days_that_a_definition_looks_at_are_told(tmp_path: Path) -> None:
    for name, select in (
        ("a", "SELECT c.id AS customer_id, p.today AS value FROM customer AS c CROSS JOIN period AS p"),
        ("b", "SELECT id AS customer_id, year_ago AS value FROM customer CROSS JOIN period"),
        ("c", "SELECT * , id AS customer_id, 1 AS value FROM customer CROSS JOIN period"),
        ("d", GOOD),
    ):
        (tmp_path / f"{name}.sql").write_text(HEADER.format(name=name) + select)
    days = {one.name: one.days for one in read_definitions(tmp_path)}
    assert days["a"] == {"today"}
    assert days["b"] == {"year_ago"}
    assert days["c"] >= {"today", "month_end"}
    assert days["d"] == set()


def test_the_document_lists_every_measure_as_its_header_says() -> None:
    """`rapport insight list` and the document must not tell different things of a figure."""
    lines = set(DOCUMENT.read_text(encoding="utf-8").splitlines())
    for one in read_definitions():
        if one.kind is not Kind.STEP:
            assert f"| `{one.name}` | {one.kind} | {one.unit or 'money'} | {one.meaning} | {one.formula} |" in lines
