"""`rapport import` of a planted bank, beside what DuckDB alone takes to read the same files."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.planted.layouts import LAYOUTS


@dataclass(frozen=True)
class Imported:
    """Seconds in all and of each stage, the process's largest memory in MB, rows read and rejected.

    `duckdb` is the seconds that `CREATE TABLE AS SELECT * FROM read_csv(...)` takes over the same files.
    """

    rows: int
    rejected: int
    seconds: float
    memory: float
    stages: dict[str, float]
    duckdb: float
    balanced: bool

    @property
    def ratio(self) -> float:
        return self.seconds / self.duckdb


def imported(folder: Path, home: Path, database: str | None = None) -> Imported:
    """Imports the bank into the home folder, by the command, in a process of its own. Raises if that fails.

    With `database`, the address of a PostgreSQL database, the store is there.
    """
    surroundings = os.environ | ({"RAPPORT_DATABASE_URL": database} if database else {})
    command = [sys.executable, "-m", "assistant.cli", "import", str(folder)]
    command += ["--mapping", str(folder / "mapping.yaml"), "--home", str(home), "--json"]
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=printed, env=surroundings)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        printed.seek(0)
        report = json.load(printed)
    return Imported(
        rows=sum(file["read"] for file in report["files"]),
        rejected=report["rejected"],
        seconds=seconds,
        memory=usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
        stages={stage["stage"]: stage["seconds"] for stage in report["stages"]},
        duckdb=read_by_duckdb(folder),
        balanced=report["balanced"],
    )


def read_by_duckdb(folder: Path) -> float:
    """Seconds that DuckDB takes to read the files into tables of text in a database on disk.

    It does not know GB18030: those files (the credit system's, without bookings) are put into UTF-8 before the clock
    runs.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch, duckdb.connect(str(Path(scratch) / "read.duckdb")) as bank:
        bank.execute("SET enable_progress_bar = false")
        paths = {layout: folder / f"{layout.name}.csv" for layout in LAYOUTS}
        for layout, path in paths.items():
            if layout.encoding != "utf-8":
                paths[layout] = Path(scratch) / path.name
                paths[layout].write_text(path.read_text(encoding=layout.encoding), encoding="utf-8")
        start = time.perf_counter()
        for layout, path in paths.items():
            bank.execute(
                f"CREATE TABLE {layout.name} AS "
                "SELECT * FROM read_csv(?, delim = ?, header = true, all_varchar = true, quote = '\"')",
                [str(path), layout.delimiter],
            )
        return time.perf_counter() - start
