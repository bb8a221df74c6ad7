"""Writing the laid-out files to a folder, as CSV in each system's dialect or as Parquet."""

from pathlib import Path
from typing import Literal

import duckdb

from benchmarks.planted.layouts import Layout, columns

Format = Literal["csv", "parquet"]
BLOCK = 1 << 20


def write(bank: duckdb.DuckDBPyConnection, layout: Layout, folder: Path, form: Format) -> Path:
    """Writes one file and returns its path. Cells are text in both formats: a wrong date must be able to be wrong."""
    path = folder / f"{layout.name}.{form}"
    names = ", ".join(columns(bank, layout))
    query = f"SELECT {names} FROM file_{layout.name}"
    if form == "parquet":
        bank.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return path
    bank.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER, DELIMITER '{layout.delimiter}')")
    if layout.encoding != "utf-8":
        _recode(path, layout.encoding)
    return path


def _recode(path: Path, encoding: str) -> None:
    recoded = path.with_suffix(".recoded")
    with path.open(encoding="utf-8", newline="") as old, recoded.open("w", encoding=encoding, newline="") as new:
        while block := old.read(BLOCK):
            new.write(block)
    recoded.replace(path)
