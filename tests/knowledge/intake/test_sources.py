"""Whatever a bank delivers in - CSV, Parquet, JSON lines, a database - becomes the same rows, each with its place."""

import gzip
import json
import sqlite3
from pathlib import Path

import duckdb
import pytest

from knowledge.errors import IntakeError
from tests.knowledge.intake.staged import rejected, staged, units

MAPPING = """\
version: 1
sources:
  units: {SOURCE}
tables:
  unit:
    - source: units
      columns: {id: no, kind: {value: branch}, name: name, profile: {fields: {since: since, size: size}}}
"""
HEAD = "no,name,since,size\n"
ROWS = HEAD + "1,北京,2020-01-31,12.5\n2,Bogotá,,\n"
EXPECTED = [("1", "北京"), ("2", "Bogotá")]


def mapping(source: str) -> str:
    return MAPPING.replace("{SOURCE}", "{" + source + "}")


def profile(folder: Path, source: str, urls: dict[str, str] | None = None) -> object:
    with staged(folder, mapping(source), urls) as staging:
        assert rejected(staging) == []
        assert units(staging) == EXPECTED
        [(text,)] = staging.connection.execute("SELECT profile FROM staged.unit WHERE id = '1'").fetchall()
    return json.loads(str(text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_encoding_that_the_bytes_tell_needs_no_name(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "units.csv").write_bytes(ROWS.encode(encoding))
    assert profile(tmp_path, "file: units.csv") == {"since": "2020-01-31", "size": "12.5"}


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes(ROWS.encode("gb18030"))
    assert profile(tmp_path, "file: units.csv, encoding: gb18030") == {"since": "2020-01-31", "size": "12.5"}


@pytest.mark.parametrize(
    "name, encoding, likely", [("北京分行营业部", "gb18030", "gb18030"), ("Peñarroya", "latin-1", "latin-1")]
)
def test_a_rejection_names_the_likely_encoding(tmp_path: Path, name: str, encoding: str, likely: str) -> None:
    (tmp_path / "units.csv").write_bytes((HEAD + f"1,{name},,\n2,Vigo,,\n").encode(encoding))
    with staged(tmp_path, mapping("file: units.csv")) as staging:
        assert units(staging) == [("2", "Vigo")]
        [(file, line, column, reason)] = rejected(staging)
    assert (file, line, column) == ("units.csv", 2, "name")
    assert f"(encoding: {likely})" in reason


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "units.csv.gz").write_bytes(gzip.compress(ROWS.encode()))
    profile(tmp_path, "file: units.csv.gz")
    (tmp_path / "units.csv.gz").write_bytes(gzip.compress(ROWS.encode())[:-12])
    (tmp_path / "staging.duckdb").unlink()
    with pytest.raises(IntakeError, match=r"units\.csv\.gz"), staged(tmp_path, mapping("file: units.csv.gz")):
        pass


def test_the_parts_of_a_file_are_one_source_and_keep_their_places(tmp_path: Path) -> None:
    (tmp_path / "units-1.csv").write_text(HEAD + "1,北京,,\n")
    (tmp_path / "units-2.csv").write_text("name,no,since,size,more\nBogotá,2,,,x\n,3,,,x\n")
    with staged(tmp_path, mapping('file: "units-*.csv"')) as staging:
        assert units(staging) == EXPECTED
        assert rejected(staging) == [("units-2.csv", 3, "name", "it is empty, and unit.name needs a value")]
        assert [(one.file, one.read, one.rejected) for one in staging.accounts()] == [
            ("units-1.csv", 1, 0),
            ("units-2.csv", 2, 1),
        ]
    (tmp_path / "staging.duckdb").unlink()
    with pytest.raises(IntakeError, match="no such file"), staged(tmp_path, mapping('file: "other-*.csv"')):
        pass


def test_a_parquet_file_is_read_with_its_types(tmp_path: Path) -> None:
    rows = "(1, '北京', DATE '2020-01-31', 12.5), (2, ' Bogotá ', NULL, NULL)"
    duckdb.sql(f"SELECT * FROM (VALUES {rows}) t(no, name, since, size)").write_parquet(str(tmp_path / "units.parquet"))
    assert profile(tmp_path, "file: units.parquet, dates: DD.MM.YYYY, decimal_mark: ','") == {
        "since": "31.01.2020",
        "size": "12,5",
    }


def test_a_row_of_a_parquet_file_is_rejected_with_its_number_and_text(tmp_path: Path) -> None:
    duckdb.sql("SELECT 1 AS no, '' AS name, '' AS since, 2 AS size").write_parquet(str(tmp_path / "units.parquet"))
    with staged(tmp_path, mapping("file: units.parquet")) as staging:
        [reject] = staging.rejects()
    assert (reject.line, reject.column) == (1, "name")
    assert json.loads(reject.raw) == {"no": 1, "name": "", "since": "", "size": 2}


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("units.parquet", b"PAR1 this is none", "units.parquet"),
        ("units.jsonl", b"", "line 1: the file is empty"),
        ("units.jsonl", b'{"no": 1, "name": "x"}\n', "in no line: no column 'since', 'size'; 'no', 'name'"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(IntakeError) as caught, staged(tmp_path, mapping(f"file: {name}")):
        pass
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lines_of_json_that_are_no_rows_are_rejected_alone(tmp_path: Path) -> None:
    lines = [
        '{"no": 1, "name": "北京", "since": "2020-01-31", "size": 12.50}',
        '{"no": 3, "name": "x"',
        "[1, 2]",
        "",
        '{"no": "2", "name": " Bogotá ", "since": null}',
        '{"no": "4", "name": "\\u0000"}',
        '{"no": "5", "name": "\\ud800"}',
        "[" * 100_000,
    ]
    (tmp_path / "units.jsonl").write_text("\n".join(lines))
    with staged(tmp_path, mapping("file: units.jsonl")) as staging:
        assert units(staging) == EXPECTED
        found = rejected(staging)
        [(text,)] = staging.connection.execute("SELECT profile FROM staged.unit WHERE id = '1'").fetchall()
    assert json.loads(str(text)) == {"since": "2020-01-31", "size": "12.50"}
    assert [(line, column) for _, line, column, _ in found] == [(2, ""), (3, ""), (6, "name"), (7, "name"), (8, "")]
    assert "it is no JSON" in found[0][3]


def database(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE units (no INTEGER, name TEXT, since DATE, size NUMERIC, more BLOB)")
        connection.execute(
            "INSERT INTO units VALUES (1, '北京', '2020-01-31', 12.5, x'00'), (2, 'Bogotá', NULL, NULL, NULL)"
        )
    return f"sqlite:///{path}"


def test_a_table_of_a_database_is_a_source(tmp_path: Path) -> None:
    url = database(tmp_path / "core.sqlite")
    assert profile(tmp_path, f"table: units, url: 'sqlite:///{tmp_path}/none.sqlite'", {"units": url}) == {
        "since": "2020-01-31",
        "size": "12.5",
    }


@pytest.mark.parametrize(
    "source, reason",
    [
        ("table: units", "no address of its database"),
        ("table: tables, url: 'URL'", "no such table"),
        ("table: units, url: 'sqlite:////no/such/folder/x.sqlite'", "unable to open database file"),
    ],
)
def test_a_database_that_cannot_be_read_is_one_clear_error(tmp_path: Path, source: str, reason: str) -> None:
    url = database(tmp_path / "core.sqlite")
    with pytest.raises(IntakeError) as caught, staged(tmp_path, mapping(source.replace("URL", url))):
        pass
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_rejected_row_of_a_database_shows_what_it_held(tmp_path: Path) -> None:
    url = database(tmp_path / "core.sqlite")
    with sqlite3.connect(tmp_path / "core.sqlite") as connection:
        connection.execute("INSERT INTO units VALUES (7, ' ', NULL, NULL, NULL)")
    with staged(tmp_path, mapping("table: units"), {"units": url}) as staging:
        [reject] = staging.rejects()
    assert (reject.file, reject.line, reject.column) == ("table units", 3, "name")
    assert json.loads(reject.raw)["no"] == "7"
