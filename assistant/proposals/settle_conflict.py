"""The choice of one system's word where systems contradict each other."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated, UnknownCustomer
from assistant.grounding.claims import written_text
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.codes import ConflictState
from knowledge.crm.field_text import Value, from_text
from knowledge.crm.lineage import Conflict
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.quality.repair import correct
from prompts import proposal_words, word


class SettleConflict(Write):
    """`conflict` is the row's id; `value` is the claim that is right, as it is kept there, and `system` whose it is."""

    kind: ClassVar[str] = "settle_conflict"
    fields: ClassVar[tuple[Field, ...]] = (Field("value", "line"),)

    conflict: int
    customer: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    field: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    system: Annotated[str, StringConstraints(min_length=1, max_length=32)]

    async def describe(self, reader: Reader, language: str) -> str:
        """Ana Roca, phone: 19900010002 is right (call centre)."""
        row = await reader.get(Customer, self.customer)
        if row is None:
            raise UnknownCustomer(customer=self.customer)
        values = {
            "name": row.name,
            "field": word("field", self.field, language),
            "value": written_text(self.field, self.value, row.currency, language),
            "system": word("system", self.system, language),
        }
        return proposal_words(self.kind, "summary", language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, and Outdated where the conflict no longer waits or the claim no longer stands."""
        await context.customer(session, self.customer)
        found = await session.get(Conflict, self.conflict)
        if found is None or (found.customer_id, found.field) != (self.customer, self.field):
            raise Outdated(reason=f"there is no such contradiction about {self.field}")
        if found.state != ConflictState.OPEN:
            raise Outdated(reason=f"the contradiction about {self.field} is {found.state}")
        if not any((claim["system"], claim["value"]) == (self.system, self.value) for claim in found.claims):
            raise Outdated(reason=f"{self.system} says something else by now")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        row = await context.customer(session, self.customer)
        await correct(
            session, row, self.field, self._typed(), by=context.employee_id, today=context.today, now=context.now
        )
        return {"customer": row.id, "field": self.field, "conflict": str(self.conflict)}

    def _typed(self) -> Value:
        """A claim that is no value of its field cannot be the right one."""
        try:
            return from_text(self.field, self.value)
        except ValueError:
            raise Outdated(reason=f"{self.value} is no {self.field}") from None
