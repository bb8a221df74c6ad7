"""Where one import works: a folder beside the home with the staging database, gone when the import ends.

A killed run leaves its folder; the next run removes it. The folder holds customers' data, so only its owner may
read it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from knowledge.errors import IntakeError, StoreError


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Makes `folder`, empty, and removes it with all that is in it at the end.

    Raises StoreError while another import works there and IntakeError where the folder cannot be written or its
    disk is full.
    """
    lock = FileLock(folder.with_name(folder.name + ".lock"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreError(reason=f"another import is at work in {folder.parent}") from error
    except OSError as error:
        raise IntakeError(file=str(folder), reason=error.strerror or "it cannot be written") from error
    try:
        _remove(folder)
        folder.mkdir(mode=0o700)
        yield folder
    except OSError as error:
        raise IntakeError(
            file=error.filename or str(folder), reason=error.strerror or "it cannot be written"
        ) from error
    except duckdb.Error as error:
        if not _is_of_the_disk(error):
            raise
        raise IntakeError(file=str(folder), reason=first_line(error)) from error
    finally:
        _remove(folder)
        lock.release()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _is_of_the_disk(error: duckdb.Error) -> bool:
    """Whether files could not be read or written; anything else would be a fault of ours.

    What SQLite says through its extension has no class of its own.
    """
    known = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException, duckdb.TransactionException)
    return isinstance(error, known) or type(error) is duckdb.Error


def first_line(error: object) -> str:
    """An error of a database in one line."""
    return next(iter(str(error).strip().splitlines()), "unknown")
