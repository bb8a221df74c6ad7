"""The process that reads a SQLite store whole, by DuckDB's own SQLite, into a DuckDB file.

In a process of its own, because two SQLite libraries on one file in one process take each other's locks away. It is
told what to do on its standard input, tells on its standard output what it is at, and ends when its parent does.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from knowledge.errors import RapportError, StoreError
from knowledge.insight.warehouse import configure
from knowledge.intake.sqlite_access import load_extension
from knowledge.intake.statement import literal
from knowledge.intake.workplace import first_line

SOURCE = "crm"
"""What statements call the store."""
ROOT = Path(__file__).parents[2]
PROGRAM = f"import sys; sys.path.insert(0, sys.argv[1]); from {__name__} import main; main()"


def read_apart(
    store: Path, file: Path, place: Path, statements: Sequence[tuple[str, str]], tell: Callable[[str], None]
) -> None:
    """Runs labelled statements on the DuckDB file `file`, which may read the store as `crm`: as of one moment.

    Raises StoreError with the first line of what went wrong.
    """
    order = {"store": str(store), "file": str(file), "place": str(place), "statements": statements}
    said = place / "reader.log"
    with (
        said.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(ROOT)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
        ) as reader,
    ):  # fmt: skip
        assert reader.stdin
        assert reader.stdout
        try:
            reader.stdin.write(json.dumps(order) + "\n")
            reader.stdin.flush()
            for line in reader.stdout:
                tell(line.strip())
            code = reader.wait()
        finally:
            reader.kill()
    if code:
        reason = said.read_text(encoding="utf-8", errors="replace").strip() or f"reading it ended with {code}"
        raise StoreError(reason=f"{store}: {reason.splitlines()[-1]}")


def main() -> None:
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with duckdb.connect(order["file"]) as warehouse:
            configure(warehouse, Path(order["place"]))
            load_extension(warehouse)
            warehouse.execute(f"ATTACH {literal(order['store'])} AS {SOURCE} (TYPE sqlite, READ_ONLY)")
            warehouse.execute("BEGIN")
            for label, statement in order["statements"]:
                print(label, flush=True)
                warehouse.execute(statement)
            warehouse.execute("COMMIT")
            warehouse.execute(f"DETACH {SOURCE}")
    except (duckdb.Error, RapportError) as error:
        sys.exit(first_line(error))


def _end_with_parent() -> None:
    """A reader whose parent was killed would go on writing where the next run works."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)
