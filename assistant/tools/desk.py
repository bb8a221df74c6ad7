"""What every tool works with: the scoped reader, the ledger of the turn, today, and the library."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NewType

from assistant.errors import UnknownCustomer
from assistant.feedback.casework import Casework
from assistant.grounding.ledger import Ledger
from assistant.model_call import ModelCall
from assistant.proposals.write import Draft, Write
from assistant.recommend.gate import Gate
from assistant.recommend.rule_pack import DEFAULT_PACK, RulePack, read_pack
from knowledge.crm.customer_file import CustomerFile, customer_file
from knowledge.crm.scope import Scope
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.library.library import Library

CustomerId = NewType("CustomerId", str)
ProductId = NewType("ProductId", str)
AccountId = NewType("AccountId", str)
CampaignId = NewType("CampaignId", str)
"""The campaign that the conversation is about; which one a question names, the tool finds out from its words."""
Customers = NewType("Customers", tuple[str, ...])
"""All customers that a mention may mean."""
Candidates = NewType("Candidates", tuple[str, ...])
"""All customers that a question about two of them may mean, or the one that the conversation is about."""
Pairs = NewType("Pairs", tuple[str, ...])
"""Pairs on the work list of duplicates that the conversation has shown, or the one of them that is pointed at."""
Risk = NewType("Risk", str)
"""A product risk class, R1 to R5."""
CustomerField = NewType("CustomerField", str)
"""A field of a customer's file, by its name in the customer table."""
NewValue = NewType("NewValue", str)
"""What a field is to hold, in the asker's own words."""
Cases = NewType("Cases", tuple[str, ...])
"""Cases of feedback that the conversation has shown, or the one of them that is pointed at."""
Told = NewType("Told", str)
"""What the asker tells, in their own words, to be written down."""
Topic = NewType("Topic", str)
"""A question in the asker's own words, to be answered from the library."""


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date


@dataclass(frozen=True)
class Desk:
    """The desk of one turn. `reader` sees only what `scope` may see; `drafts` is what the turn proposes, `model_calls`
    what was said to a language model, and what it said, `unanswered` what the library was asked and has no answer to.

    `casework` is what filing and handling feedback rest on. `rules` say what suits whom; `gate` is the way to a product
    that may be recommended.
    """

    reader: Reader
    scope: Scope
    ledger: Ledger
    library: Library
    today: date
    rules: RulePack = field(default_factory=lambda: read_pack(DEFAULT_PACK))
    casework: Casework | None = None
    drafts: list[Draft] = field(default_factory=list)
    model_calls: list[ModelCall] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    _seen: dict[str, Customer] = field(default_factory=dict)
    _files: dict[str, CustomerFile] = field(default_factory=dict)

    @property
    def cases(self) -> Casework:
        """What filing and handling feedback rest on."""
        if self.casework is None:
            raise ValueError("this desk was not furnished for feedback")
        return self.casework

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.reader, self.ledger, self.rules)

    @property
    def language(self) -> str:
        return self.ledger.language

    @property
    def tomorrow(self) -> datetime:
        """The first moment after today: what happened before it has happened."""
        return datetime.combine(self.today + timedelta(days=1), time.min)

    async def customer(self, id: str) -> Customer:
        """The customer of that id, read once a turn. Raises UnknownCustomer if there is none within the scope."""
        found = self._seen.get(id) or await self.reader.get(Customer, id)
        if found is None:
            raise UnknownCustomer(customer=id)
        self._seen[id] = found
        return found

    async def file(self, id: str) -> CustomerFile:
        """The file of that customer as of today, read once a turn. Raises UnknownCustomer as `customer` does."""
        found = self._files.get(id) or await customer_file(self.reader, id, self.today)
        if found is None:
            raise UnknownCustomer(customer=id)
        self._files[id] = found
        self._seen[id] = found.customer
        return found

    async def propose(self, write: Write, customer: str | None = None, *, follows: bool = False) -> None:
        """Puts a write to the asker, below the answer. Nothing is written before they have said yes.

        `customer` is whom it is about: who can no longer see that customer can no longer say yes. What `follows`
        belongs to the write proposed before it: one yes is for both.
        """
        summary = await write.describe(self.reader, self.language)
        self.drafts.append(Draft(uuid.uuid4().hex, write, customer, summary, follows))

    @property
    def proposes_one_matter(self) -> bool:
        """Whether everything that the turn proposes belongs together, so that one yes decides it."""
        return all(draft.follows for draft in self.drafts[1:])
