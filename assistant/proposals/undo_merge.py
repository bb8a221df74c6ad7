"""Two joined customers, taken apart again after a yes."""

from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated, UnknownCustomer
from assistant.proposals.join_customers import Id
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.lineage import Merge
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.resolution.merging import undo
from prompts import proposal_words


class UndoMerge(Write):
    """`merge` is the merge's id, `customer` whom the absorbed customer counts for."""

    kind: ClassVar[str] = "undo_merge"
    fields: ClassVar[tuple[Field, ...]] = ()

    merge: Id
    customer: Id

    async def describe(self, reader: Reader, language: str) -> str:
        """Zhang Li (C000301) becomes a customer of her own again, apart from 张丽 (C000045)."""
        customer, merge = await reader.get(Customer, self.customer), await reader.get(Merge, self.merge)
        if customer is None or merge is None:
            raise UnknownCustomer(customer=self.customer)
        values = {
            "one": customer.name,
            "one_number": customer.id,
            "other": str(merge.absorbed["name"]),
            "other_number": merge.absorbed_id,
        }
        return proposal_words(self.kind, "summary", language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, and Outdated where the merge no longer stands."""
        await context.customer(session, self.customer)
        merge = await session.get(Merge, self.merge)
        if merge is None or merge.customer_id != self.customer or merge.undone_at is not None:
            raise Outdated(reason="the merge does not stand any more")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        merge = await undo(session, self.merge, by=context.employee_id, at=context.now)
        return {"customer": merge.customer_id, "absorbed": merge.absorbed_id}
