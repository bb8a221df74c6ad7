"""Wealth plans for print, within the scope of whoever asks; the journal keeps whose plan went out to whom."""

import uuid
from datetime import date

from assistant.access import scope_of
from assistant.grounding.ledger import Ledger
from assistant.journal import Journal, Kind
from assistant.printing.printed import Printed, printed
from assistant.recommend.rule_pack import RulePack
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.tool import values_of
from assistant.tools.wealth_plan import wealth_plan
from assistant.typesetting import blocks_of
from knowledge.clock import Clock
from knowledge.crm.store import CrmStore
from knowledge.library.library import Library
from prompts import render


class WealthPlans:
    """Draws up the same plan that the ability of that name answers with."""

    def __init__(self, store: CrmStore, library: Library, journal: Journal, clock: Clock, rules: RulePack) -> None:
        self._store, self._library, self._journal = store, library, journal
        self._clock, self._rules = clock, rules

    async def printed(
        self, employee_id: str, customer: str, language: str = "en", as_of: date | None = None
    ) -> Printed:
        """The plan of that customer. Raises UnknownEmployee, and UnknownCustomer for one out of scope."""
        scope = await scope_of(self._store, employee_id, Clock().today())
        today = as_of or self._clock.today()
        async with self._store.reading(scope) as reader:
            ledger = Ledger(language, today)
            plan = await wealth_plan(
                Desk(reader, scope, ledger, self._library, today, self._rules), CustomerId(customer)
            )
        marked = render("wealth_plan", language, values_of(plan))
        blocks = blocks_of(marked, frozenset(citation.id for citation in ledger.citations))
        body = {"what": "wealth_plan", "customers": ledger.customers}
        await self._journal.append(uuid.uuid4().hex, employee_id, Kind.EXPORT, body)
        return printed(language, blocks, ledger.facts, internal=bool(plan.notes or plan.remarks))
