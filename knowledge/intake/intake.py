"""The import of a bank's files: read, convert, write, in three stages that know nothing of each other.

The stages are `source` (files to rows), `staging` and `references` (rows to records) and `writing` and
`derivation` (records to the store). All writing is one transaction.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from knowledge.clock import Clock
from knowledge.crm.schema import migrate
from knowledge.crm.store import bulk_engine
from knowledge.errors import IntakeError, StoreError
from knowledge.intake.accounting import FileAccount, reasons
from knowledge.intake.derivation import derive_balances
from knowledge.intake.mapping import Mapping as IntakeMapping
from knowledge.intake.mapping_file import mapping_path, read_mapping
from knowledge.intake.references import settle_references
from knowledge.intake.rejects import RejectsFile
from knowledge.intake.report import ImportReport
from knowledge.intake.row import Row
from knowledge.intake.source import SourceFile, read_source
from knowledge.intake.staging import Staging
from knowledge.intake.target import targets
from knowledge.intake.writing import TableCount, known_ids, write_records

Progress = Callable[[str, int, int | None], None]
WRITTEN_IN_MAPPING = "as written in the mapping"


def import_folder(
    folder: Path,
    mapping: Path,
    *,
    url: str,
    rejects: Path,
    progress: Progress | None = None,
    clock: Clock = Clock(),  # noqa: B008 - frozen
) -> ImportReport:
    """Brings the files of `folder` into the store at `url` as `mapping` (a path or a shipped name) says.

    All of it is stored or nothing; the same files again change nothing. Rows that do not fit go to the CSV
    file `rejects`. `progress` gets a label, the rows done and, where known, their total.
    Raises MappingError, IntakeError or StoreError.
    """
    tell = progress or (lambda label, done, total: None)
    path = mapping_path(mapping)
    plan, lines = read_mapping(path)
    if not folder.is_dir():
        raise IntakeError(file=str(folder), reason="there is no such folder")
    files = _read(folder, plan, tell)
    staging, written = _convert(plan, lines, files, path.name, clock, tell)
    migrate(url)
    rejects_file = RejectsFile(rejects)
    try:
        with _one_transaction(url) as connection:
            settle_references(staging, lambda table, ids: known_ids(connection, table, ids))
            tables = _write(connection, plan, staging, tell)
            accounts = [
                *(FileAccount(file.file, file.encoding, file.rows, file.rejects) for file in files.values()),
                *([FileAccount(path.name, WRITTEN_IN_MAPPING, written, [])] if written else []),
            ]
            every_reject = [reject for account in accounts for reject in account.settled()]
            rejects_file.write(every_reject)
        rejects_file.put()
    finally:
        rejects_file.drop()
    return ImportReport(
        tuple(account.count() for account in accounts), tuple(tables), tuple(reasons(every_reject)), rejects
    )


def _read(folder: Path, plan: IntakeMapping, tell: Progress) -> dict[str, SourceFile]:
    files = {}
    columns = plan.columns_read()
    for name, source in plan.sources.items():
        tell(f"read {source.file}", 0, None)
        files[name] = read_source(folder, source, columns[name])
        tell(f"read {source.file}", len(files[name].rows), len(files[name].rows))
    return files


def _convert(
    plan: IntakeMapping,
    lines: Mapping[tuple[str, int], list[int]],
    files: Mapping[str, SourceFile],
    mapping_name: str,
    clock: Clock,
    tell: Progress,
) -> tuple[Staging, list[Row]]:
    """Every record that the mapping and the files make, and the rows that the mapping itself writes out."""
    staging = Staging(plan, {name: file.rows for name, file in files.items()}, clock.today().year)
    written = [
        row
        for table, position, entry in plan.entries()
        if entry.rows is not None
        for row in staging.stage_written(table, entry, mapping_name, lines[table, position])
    ]
    for name, file in files.items():
        label, total = f"convert {file.file}", len(file.rows)
        staging.stage_source(name, file.rows, partial(_tick, tell, label, total))
        tell(label, total, total)
    return staging, written


def _write(connection: Connection, plan: IntakeMapping, staging: Staging, tell: Progress) -> list[TableCount]:
    counts = []
    for name, target in targets().items():
        records = staging.tables[name]
        if records:
            label, total = f"write {name}", len(records)
            counts.append(write_records(connection, target, records, partial(_tick, tell, label, total)))
    if plan.balances is not None:
        touched = {str(record.values["account_id"]) for record in staging.tables["transaction"].values()}
        counts.append(derive_balances(connection, plan.balances, touched, partial(_tick, tell, "write balance", None)))
    return counts


def _tick(tell: Progress, label: str, total: int | None, done: int) -> None:
    tell(label, done, total)


@contextmanager
def _one_transaction(url: str) -> Iterator[Connection]:
    engine = bulk_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # Writing is claimed before anything is read, so that nothing changes between looking and writing.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(reason=f"{engine.url.render_as_string(hide_password=True)}: {_first_line(cause)}") from error
    finally:
        engine.dispose()


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), "unknown")
