"""A staging database over a folder, for tests that need no store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from knowledge.clock import Clock
from knowledge.intake.mapping_file import read_mapping
from knowledge.intake.staging import Staging
from knowledge.intake.target import targets


@contextmanager
def staged(folder: Path, mapping: str, urls: Mapping[str, str] | None = None) -> Iterator[Staging]:
    """The staging of a folder's files as a mapping says, its references settled against an empty store."""
    path = folder / "mapping.yaml"
    path.write_text(mapping)
    plan, lines = read_mapping(path)
    with Staging(folder / "staging.duckdb", plan, path.name, lines, Clock()) as staging:
        staging.stage(folder, urls or {}, lambda label, done, total: None)
        staging.connection.execute("CREATE SCHEMA store")
        for table in (*targets(), "source_record"):
            staging.connection.execute(f'CREATE TABLE store."{table}" (id VARCHAR)')
        staging.settle(lambda label, done, total: None)
        yield staging


def units(staging: Staging) -> list[tuple[object, ...]]:
    """Id and name of the staged units."""
    return staging.connection.execute("SELECT id, name FROM staged.unit ORDER BY id").fetchall()


def rejected(staging: Staging) -> list[tuple[str, int, str, str]]:
    """File, line, column and reason of every reject."""
    return [(one.file, one.line, one.column, one.reason) for one in staging.rejects()]
