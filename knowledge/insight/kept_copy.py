"""The analytic copy that stays between runs: the copied rows, every computed definition, and which run left it.

It fits a store if the store's newest run is the one that left it: each gives its token to both, the store's first.
A run that is killed, fails or is restored from elsewhere leaves a copy that does not fit, and is computed in full. The
copy holds customers' data like the store, and is for its owner's eyes alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from knowledge.crm.changed import MANY
from knowledge.insight.plan import Plan
from knowledge.insight.reading import Standing
from knowledge.insight.warehouse import configure
from knowledge.intake.statement import literal

FORMAT = 2
"""Raised whenever what is kept, or how it is computed from definitions, changes."""
GROWN = 2
SMALL = 100_000_000
"""A file that has grown to so many times its size is made anew, unless it is smaller than so many bytes."""
FILE = "measures.duckdb"


class Misfit(Exception):
    """The copy cannot be used, for the reason given."""


@dataclass(frozen=True)
class State:
    """Which run left the copy: its token and day, the measures' signature, and the file's size when made anew."""

    token: str
    as_of: date
    signature: str
    size: int


class KeptCopy:
    """The copy in a folder of its own, which its owner alone may read."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.file = folder, folder / FILE

    def state(self, plan: Plan, standing: Standing) -> State:
        """The state of a copy that fits. Raises Misfit where it does not, saying why."""
        if not self.file.is_file():
            raise Misfit("there is no copy of an earlier run")
        if standing.changed is None:
            raise Misfit("any customer may have changed")
        if standing.changed > MANY * standing.customers:
            raise Misfit("many customers changed")
        if standing.as_of is not None and plan.today < standing.as_of:
            raise Misfit("the day is before the newest run's")
        state = self._read_state()
        if standing.token is None or state.token != standing.token:
            raise Misfit("the copy is not of the store's newest run")
        if state.signature != plan.signature():
            raise Misfit("a definition or a model changed")
        if self.file.stat().st_size > max(GROWN * state.size, SMALL):
            raise Misfit("the copy has grown")
        return state

    def _read_state(self) -> State:
        try:
            with duckdb.connect(str(self.file)) as connection:
                found = connection.execute("SELECT format, token, as_of, signature, size FROM state").fetchall()
        except duckdb.Error as error:
            raise Misfit("the copy cannot be read") from error
        if len(found) != 1 or found[0][0] != FORMAT:
            raise Misfit("the copy is of another version")
        return State(*found[0][1:])

    @contextmanager
    def changing(self, place: Path, news: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """The copy in one transaction, which whoever uses it commits; without that, it stays as it was.

        `news` is a DuckDB file that stands beside it as `news`.
        """
        with duckdb.connect(str(self.file)) as connection:
            configure(connection, place)
            # What changed is brought into the file once, when it is closed.
            connection.execute("SET checkpoint_threshold = '1TB'")
            connection.execute(f"ATTACH {literal(str(news))} AS news (READ_ONLY)")
            connection.execute("BEGIN")
            yield connection

    def put(self, made: Path) -> None:
        """Puts a file in the copy's place, at once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        made.chmod(0o600)
        # What a killed run wrote beside the file belongs to the file that is replaced.
        self.file.with_name(FILE + ".wal").unlink(missing_ok=True)
        made.replace(self.file)


def write_state(connection: duckdb.DuckDBPyConnection, state: State) -> None:
    """Notes which run leaves the copy."""
    connection.execute(
        "CREATE OR REPLACE TABLE state AS SELECT ? AS format, ? AS token, ?::DATE AS as_of, ? AS signature, "
        "?::BIGINT AS size",
        [FORMAT, state.token, state.as_of, state.signature, state.size],
    )
