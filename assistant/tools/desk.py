"""What every tool works with: the scoped reader, the ledger of the turn, today, and the library."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NewType

from assistant.errors import UnknownCustomer
from assistant.grounding.ledger import Ledger
from knowledge.crm.scope import Scope
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.library.library import Library

CustomerId = NewType("CustomerId", str)
ProductId = NewType("ProductId", str)
AccountId = NewType("AccountId", str)
Customers = NewType("Customers", tuple[str, ...])
"""All customers that a mention may mean."""
Risk = NewType("Risk", str)
"""A product risk class, R1 to R5."""
Topic = NewType("Topic", str)
"""A question in the asker's own words, to be answered from the library."""


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date


@dataclass(frozen=True)
class Desk:
    """The desk of one turn. `reader` sees only what `scope` may see."""

    reader: Reader
    scope: Scope
    ledger: Ledger
    library: Library
    today: date

    @property
    def language(self) -> str:
        return self.ledger.language

    @property
    def tomorrow(self) -> datetime:
        """The first moment after today: what happened before it has happened."""
        return datetime.combine(self.today + timedelta(days=1), time.min)

    async def customer(self, id: str) -> Customer:
        """The customer of that id. Raises UnknownCustomer if there is none within the scope."""
        found = await self.reader.get(Customer, id)
        if found is None:
            raise UnknownCustomer(customer=id)
        return found
