"""The schema of the store, brought to its newest version by Alembic.

Every store carries its version in the table `alembic_version`. Looking at that one row is cheap;
Alembic itself is imported only where there is something to migrate.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import DatabaseError

from knowledge.crm.store import bulk_engine
from knowledge.errors import StoreError

MIGRATIONS = Path(__file__).parents[2] / "migrations"
ADVISORY_LOCK = 7_246_553
"""PostgreSQL's name for the lock under which one process at a time migrates."""


def known_versions() -> list[str]:
    """The versions this code can bring a store to, oldest first; the last one is where it should be."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def version(url: str) -> str | None:
    """The version of the store at `url`, or None where there is no store yet.

    Raises StoreError if something stands there that is no store of ours.
    """
    parsed = make_url(url)
    in_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    if in_file and not Path(str(parsed.database)).exists():
        return None
    engine = bulk_engine(url)
    try:
        with engine.connect() as connection:
            return _version(connection)
    except DatabaseError as error:
        raise StoreError(reason=_reason(url, error)) from error
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Brings the store at `url` to the newest version, making it if there is none.

    Safe to call from several processes at once: one migrates, the others wait and find it done. The
    change happens whole or not at all. Raises StoreError for a store that is newer than this code,
    a database that is not ours, or one that cannot be opened or written.
    """
    newest = known_versions()[-1]
    if version(url) == newest:
        return
    engine = bulk_engine(url)
    try:
        with engine.connect() as connection:
            _lock(connection)
            found = _version(connection)
            if found != newest:
                _refuse_unknown(found)
                _upgrade(connection)
            connection.commit()
    except DatabaseError as error:
        raise StoreError(reason=_reason(url, error)) from error
    finally:
        engine.dispose()


def check(url: str) -> None:
    """Raises StoreError unless the store at `url` exists and is of this code's version."""
    found, newest = version(url), known_versions()[-1]
    if found is None:
        raise StoreError(reason="there is no bank here yet: run `rapport demo` or `rapport import`")
    _refuse_unknown(found)
    if found != newest:
        raise StoreError(reason=f"the store is of version {found} and has to be migrated to {newest} first")


def _version(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise StoreError(reason=f"the database holds other tables ({sorted(tables)[0]}), it is no Rapport store")
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_unknown(found: str | None) -> None:
    if found is not None and found not in known_versions():
        raise StoreError(reason=f"the store is of version {found}, which this program is too old to know")


def _lock(connection: Connection) -> None:
    """Waits until no other process migrates; the lock ends with the transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _reason(url: str, error: DatabaseError) -> str:
    first_line = str(error.orig).partition("\n")[0]
    return f"{make_url(url).render_as_string(hide_password=True)}: {first_line}"
