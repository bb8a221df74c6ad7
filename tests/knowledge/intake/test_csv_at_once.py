"""A file that the database's own reader takes at once gives the very rows that reading it record by record gives."""

from pathlib import Path

import duckdb
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.intake.csv_records import records
from knowledge.intake.encoding import text_lines
from knowledge.intake.mapping import Source
from knowledge.intake.source import read_source

HEAD = "a;b;c\n"
cells = st.text(alphabet=st.sampled_from(['"', " ", "x", "1", "\t", "\u3000", "é", "'", ",", "\\", "#"]), max_size=4)
quoted = cells.map(lambda cell: '"' + cell.replace('"', '""') + '"')
lines = st.lists(st.one_of(cells, quoted), min_size=2, max_size=4).map(";".join)


@given(st.lists(st.one_of(lines, st.lists(quoted, min_size=3, max_size=3).map(";".join)), max_size=6))
@example(['x;"y"z;1'])
@example(["1;2;3;"])
@example([';;;""'])
@example(['1;2;3;""', "4;5;6"])
@example(['1; "2";3', '1;"2" ;3'])
@example(['1;x"y;"a""b"'])
@example(["#1;2;3", "1;\\;3"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_reading_at_once_is_reading_closely(tmp_path: Path, rows: list[str]) -> None:
    path = tmp_path / "any.csv"
    path.write_text(HEAD + "".join(row + "\n" for row in rows))
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE reject (_row BIGINT, "column" VARCHAR, reason VARCHAR, raw VARCHAR)')
        read = read_source(connection, tmp_path, "any", Source(file="any.csv", delimiter=";"), {"a", "b", "c"}, {}, 1)
        base = read.parts[0].part.base
        found = connection.execute(f"SELECT _row - {base}, c0, c1, c2 FROM {read.relation} ORDER BY 1").fetchall()
    closely = [
        (record.line, *(cell.strip() or None for cell in record.cells))
        for record in list(records(text_lines(path, "any.csv", "utf-8"), ";"))[1:]
        if record.fault is None and len(record.cells) == 3
    ]
    assert found == closely
