"""Records to link, as tests write them down."""

from collections.abc import Iterable
from datetime import date

import duckdb

COLUMNS = """record_id varchar, customer_id varchar, system varchar, kind varchar, name varchar, name_latin varchar,
    sex varchar, birth_date date, phone varchar, email varchar, address varchar, city varchar, identity varchar,
    fresh boolean"""
Value = str | date | bool | None
Record = dict[str, Value]


def record(record_id: str, name: str, **fields: Value) -> Record:
    return {"record_id": record_id, "name": name, "system": "core", "kind": "person", "fresh": True, **fields}


def staging(records: Iterable[Record], settled: Iterable[tuple[str, str, str]] = ()) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute("set threads = 1")
    database.execute(f"create table linkable ({COLUMNS})")
    database.execute("create table settled (record_id varchar, other_record_id varchar, state varchar)")
    names = [column.split()[0] for column in COLUMNS.split(",")]
    marks = ", ".join("?" for _ in names)
    for each in records:
        database.execute(f"insert into linkable values ({marks})", [each.get(name) for name in names])
    for pair in settled:
        database.execute("insert into settled values (?, ?, ?)", pair)
    return database


def clusters(database: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    found = database.execute("select list(record_id) from cluster group by cluster_id").fetchall()
    return {frozenset(members) for (members,) in found}


def verdict(database: duckdb.DuckDBPyConnection, one: str, other: str) -> str | None:
    rows = database.execute(
        "select verdict from pair where record_id = ? and other_record_id = ?", sorted([one, other])
    ).fetchall()
    return rows[0][0] if rows else None
