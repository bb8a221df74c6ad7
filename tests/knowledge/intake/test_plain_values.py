"""What the staging database recognises by itself is what close reading makes of it: nothing is read differently."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.intake.conversion import CellColumn, Unfit, cell_reader
from knowledge.intake.mapping import Column, Source
from knowledge.intake.recognition import completed, empty_by_rule, recognised
from knowledge.intake.statement import SQL_TYPES
from knowledge.intake.stored_form import stored_text
from knowledge.intake.target import TargetColumn, targets

GERMAN = Source(file="-", decimal_mark=",", thousands_mark=".", dates="DD.MM.YYYY")
PLAIN = Source(file="-")
TARGETS = targets()
AMOUNT = TARGETS["transaction"].columns["amount"]
OPENED = TARGETS["account"].columns["opened_on"]
CASES: list[tuple[TargetColumn, Source, dict[str, object]]] = [
    (AMOUNT, PLAIN, {}),
    (AMOUNT, GERMAN, {}),
    (AMOUNT, GERMAN, {"round": True}),
    (AMOUNT, PLAIN, {"sign": {"by": "way", "plus": ["in", ""], "minus": ["out"]}}),
    (AMOUNT, PLAIN, {"codes": {"1": "5.00", "x": ""}, "otherwise": "keep"}),
    (TARGETS["account"].columns["rate"], GERMAN, {}),
    (TARGETS["product"].columns["term_months"], PLAIN, {}),
    (TARGETS["campaign_target"].columns["control"], PLAIN, {}),
    (OPENED, PLAIN, {}),
    (OPENED, GERMAN, {}),
    (OPENED, PLAIN, {"date": "YYMMDD"}),
    (OPENED, PLAIN, {"date": "DD.MM.YY hh:mm", "century": "1900"}),
    (OPENED, PLAIN, {"plus_months": "later"}),
    (TARGETS["contact"].columns["at"], PLAIN, {"date": "YYYY-MM-DD hh:mm:ss"}),
    (TARGETS["customer"].columns["tier"], PLAIN, {}),
    (TARGETS["customer"].columns["tier"], PLAIN, {"codes": {"1": "gold"}, "otherwise": "empty"}),
    (TARGETS["customer"].columns["tier"], PLAIN, {"codes": {"1": "gold"}, "otherwise": {"value": "silver"}}),
    (TARGETS["customer"].columns["phone"], PLAIN, {}),
    (TARGETS["account"].columns["currency"], PLAIN, {}),
]
NUMBERS = ["0", "-0", "+5", "12", "12.5", "12,5", "1.234,50", "1.234,567", "12.3400", "12.345", "999999999999999.99"]
NUMBERS += ["9999999999999999", "99999999999", "2147483648", "1e3", "٣", "1.2.3", "1,2,3", "--1", "5.", ".5", "1 0"]
MOMENTS = ["2024-02-29", "2023-02-29", "0000-01-01", "9999-12-31", "9899-12-31", "2024-1-5", "-202-01-05", "20240105"]
MOMENTS += ["29.02.2024", "30.02.2024", "240105", "991231", "270101", "00.00.00", "05.01.24 23:59", "05.01.24 24:00"]
MOMENTS += ["2024-02-29 23:59:59", "2024-02-29 24:00:00", "2024-02-29 23:59:60", "2024-02-29T10:00:00", "1.2.2024"]
WORDS = ["gold", "EUR", "eur", "EURO", "yes", "NO", "TRUE", "ſ", "İ", "no", "x", "王芳", "'", '"', "a" * 41, "é" * 40]
written = st.one_of(
    st.sampled_from(NUMBERS + MOMENTS + WORDS),
    st.text(alphabet="0123456789-.:, +ex王", min_size=1, max_size=20),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize("target, dialect, options", CASES)
def test_a_plain_value_is_the_value_that_close_reading_finds(
    connection: DuckDBPyConnection, target: TargetColumn, dialect: Source, options: dict[str, object]
) -> None:
    given_column = CellColumn(Column.model_validate({"from": "cell", **options}), target, dialect, 2026)
    value = completed(given_column, "plain", "direction", "months")
    rule = empty_by_rule(given_column, "cell", "plain", "months")
    query = (
        f"SELECT CAST({value} AS {SQL_TYPES[target.kind]}), {rule} "
        f"FROM (SELECT *, {recognised(given_column, 'cell')} AS plain "
        "FROM (SELECT unnest(?::VARCHAR[]) AS cell, unnest(?::VARCHAR[]) AS direction, unnest(?::VARCHAR[]) AS months))"
    )
    reader = cell_reader(given_column)
    sides = st.tuples(
        written, st.sampled_from(["in", "out", "", "up"]), st.sampled_from(["", "0", "12", "999", "-1", "x"])
    )

    @given(st.lists(sides, min_size=1, max_size=20))
    @settings(max_examples=15, deadline=None)
    def agrees(cells: list[tuple[str, str, str]]) -> None:
        columns = [[cell[number] or None for cell in cells] for number in range(3)]
        found = connection.execute(query, columns).fetchall()
        for (text, direction, months), (plain, empty) in zip(cells, found, strict=True):
            if plain is None and not empty:
                continue
            try:
                read = stored_text(reader(text, direction, months), target.kind)
            except Unfit as unfit:
                raise AssertionError(f"{text!r} is taken for {plain!r}, but {unfit.reason}") from unfit
            assert (None if plain is None else stored_text(plain, target.kind)) == read

    agrees()
    every = [(text, "in", "12") for text in NUMBERS + MOMENTS + WORDS]
    agrees.hypothesis.inner_test(every)


def test_what_banks_usually_write_is_recognised(connection: DuckDBPyConnection) -> None:
    usual = [
        (AMOUNT, PLAIN, {}, "-1234.5", -123_450),
        (AMOUNT, GERMAN, {}, "1.234,50", 123_450),
        (TARGETS["account"].columns["rate"], PLAIN, {}, "2.75", 27_500),
        (OPENED, GERMAN, {}, "29.02.2024", date(2024, 2, 29)),
        (OPENED, PLAIN, {"date": "YYMMDD"}, "991231", date(1999, 12, 31)),
        (TARGETS["customer"].columns["name"], PLAIN, {}, "王芳", "王芳"),
    ]
    for target, dialect, options, text, value in usual:
        given_column = CellColumn(Column.model_validate({"from": "cell", **options}), target, dialect, 2026)
        query = f"SELECT {recognised(given_column, 'cell')} FROM (SELECT ? AS cell)"
        assert connection.execute(query, [text]).fetchone() == (value,)
