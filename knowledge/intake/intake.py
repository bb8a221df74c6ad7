"""The import of a bank's data: sources, staging, resolution, what changes, delivery; each stage knows only its input.

Everything before the delivery happens in a DuckDB database of this import's own. The store is claimed for writing
once the files are staged, and written to in one transaction at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from knowledge.clock import Clock
from knowledge.crm.schema import migrate
from knowledge.errors import IntakeError
from knowledge.intake.changes import filled_tables
from knowledge.intake.comparison import find_removals, merged_changes, needed_tables, staged_changes
from knowledge.intake.delivery import deliver
from knowledge.intake.findings import conflict_counts, count_merges, gap_counts, table_counts
from knowledge.intake.mapping import Mapping as IntakeMapping
from knowledge.intake.mapping_file import mapping_path, read_mapping
from knowledge.intake.month_balances import collect_bookings, derive_balances
from knowledge.intake.outcomes import note_outcomes
from knowledge.intake.rejects import RejectsFile
from knowledge.intake.report import Duplicates, ImportReport
from knowledge.intake.resolving import resolve
from knowledge.intake.source_records import deliver_records, note_history
from knowledge.intake.stages import Stages
from knowledge.intake.staging import Staging
from knowledge.intake.store_access import StoreAccess, claimed_store
from knowledge.intake.workplace import workplace
from knowledge.quality.kept_counts import keep_counts

Progress = Callable[[str, int, int | None], None]
SCHEMAS = ("store", "delivered", "linked", "merged", "gone", "changed", "derived")
"""The parts of staging beyond `staged`, in the order in which they are filled."""


def import_folder(
    folder: Path,
    mapping: Path,
    *,
    url: str,
    rejects: Path,
    progress: Progress | None = None,
    clock: Clock = Clock(),  # noqa: B008 - frozen
    imported_by: str = "import",
    urls: Mapping[str, str] | None = None,
) -> ImportReport:
    """Brings the data of `folder` into the store at `url` as `mapping` (a path or a shipped name) says.

    All of it is stored or nothing; the same data again change nothing. Rows that do not fit go to the CSV
    file `rejects`, beside which the import works in a folder of its own. `progress` gets a label, the rows done and,
    where known, their total. `imported_by` stands in the history of what changed. `urls` are the addresses of
    databases that sources name. Raises MappingError, IntakeError or StoreError.
    """
    tell = progress or (lambda label, done, total: None)
    path = mapping_path(mapping)
    plan, lines = read_mapping(path)
    if not folder.is_dir():
        raise IntakeError(file=str(folder), reason="there is no such folder")
    for name in sorted((urls or {}).keys() - plan.sources.keys()):
        raise IntakeError(file=path.name, reason=f"a database is given for the source {name}, which it does not have")
    migrate(url)
    rejects_file, stages = RejectsFile(rejects), Stages(tell)
    try:
        with (
            workplace(rejects.with_name("importing")) as place,
            Staging(place / "staging.duckdb", plan, path.name, lines, clock) as staging,
        ):
            with stages("read"):
                staging.stage(folder, urls or {}, tell)
            with claimed_store(url, place) as access:
                report = _write(plan, staging, access, rejects, clock, imported_by, stages)
                rejects_file.write(staging.rejects())
            rejects_file.put()
            with stages("quality"):
                keep_counts(url, place, clock)
    finally:
        rejects_file.drop()
    return replace(report, stages=stages.times)


def _write(
    plan: IntakeMapping,
    staging: Staging,
    access: StoreAccess,
    rejects: Path,
    clock: Clock,
    imported_by: str,
    stages: Stages,
) -> ImportReport:
    """From staged rows to rows of the store, within its transaction."""
    connection, tell = staging.connection, stages.tell
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    with stages("references"):
        access.show(connection, needed_tables(connection))
        staging.settle(tell)
    with stages("resolution"):
        deliver_records(connection, partial(staging.given, "customer"), clock)
        resolved = resolve(
            connection, linking=plan.resolves(), systems=plan.systems, clock=clock, by=imported_by, tell=tell
        )
        note_history(connection, clock, imported_by)
    with stages("comparison"):
        changes = staged_changes(staging, tell)
        if plan.balances is not None and "transaction" in filled_tables(connection, "staged"):
            collect_bookings(connection)
            derive_balances(connection, plan.balances)
        changes += merged_changes(connection, tell)
        removals = find_removals(connection)
        note_outcomes(connection, changes)
    with stages("delivery"):
        deliver(access, connection, changes, removals, tell)
    with stages("report"):
        return ImportReport(
            files=tuple(staging.accounts()),
            tables=tuple(table_counts(connection, changes, removals)),
            reasons=tuple(staging.reasons()),
            rejects=rejects,
            duplicates=Duplicates(resolved.records, resolved.same, resolved.perhaps, count_merges(connection)),
            conflicts=conflict_counts(connection, changes),
            gaps=gap_counts(connection),
            history=sum(change.added for change in changes if change.table.name == "source_value"),
        )
