"""A correction of one field of a customer's file."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated, UnknownCustomer
from assistant.grounding.claims import written_text
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.field_text import as_text
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.quality.entry import entered
from knowledge.quality.repair import correct
from prompts import proposal_words, word

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class CorrectField(Write):
    """`customer` is an id, `field` a column of the customer table; `value` and `previous`, what stood there when
    it was proposed, are in the form of `knowledge.crm.field_text`."""

    kind: ClassVar[str] = "correct_field"
    fields: ClassVar[tuple[Field, ...]] = (Field("value", "line", editable=True),)

    customer: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    field: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    value: Text
    previous: Annotated[str, StringConstraints(max_length=200)] | None = None

    async def describe(self, reader: Reader, language: str) -> str:
        """Ana Roca, phone: 13800001111 instead of 19900000002."""
        row = await reader.get(Customer, self.customer)
        if row is None:
            raise UnknownCustomer(customer=self.customer)
        values = {
            "name": row.name,
            "field": word("field", self.field, language),
            "value": written_text(self.field, self.value, row.currency, language),
        }
        if self.previous is None:
            return proposal_words(self.kind, "summary_new", language, values)
        previous = written_text(self.field, self.previous, row.currency, language)
        return proposal_words(self.kind, "summary", language, values | {"previous": previous})

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, EntryError for a value that cannot stand there, and Outdated where the field
        has changed since."""
        row = await context.customer(session, self.customer)
        entered(self.field, self.value, context.today)
        if as_text(getattr(row, self.field)) != self.previous:
            raise Outdated(reason=f"{self.field} has changed meanwhile")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        row = await context.customer(session, self.customer)
        value = entered(self.field, self.value, context.today)
        await correct(session, row, self.field, value, by=context.employee_id, today=context.today, now=context.now)
        return {"customer": row.id, "field": self.field}
