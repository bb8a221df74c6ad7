"""Two customers who are one, joined after a yes; it can be undone."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated, UnknownCustomer
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.codes import LikenessState
from knowledge.crm.lineage import Likeness
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.resolution.merging import merge
from prompts import proposal_words

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class JoinCustomers(Write):
    """`likeness` is the pair on the work list, None where only a person has found the two alike; `absorbed` goes up
    in `survivor`."""

    kind: ClassVar[str] = "join_customers"
    fields: ClassVar[tuple[Field, ...]] = (Field("survivor", "line"), Field("absorbed", "line"))

    likeness: Id | None = None
    survivor: Id
    absorbed: Id

    async def describe(self, reader: Reader, language: str) -> str:
        """张丽 (C000045) and Zhang Li (C000301) become one customer, C000045."""
        values = await names_of(reader, self.survivor, self.absorbed)
        return proposal_words(self.kind, "summary", language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, and Outdated where the pair no longer waits."""
        await self._pair(session, context)

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        pair = await self._pair(session, context)
        made = await merge(
            session,
            self.survivor,
            self.absorbed,
            by=context.employee_id,
            at=context.now,
            evidence=pair.evidence if pair else (),
            probability=pair.probability if pair else None,
        )
        return {"customer": self.survivor, "merge": made.id}

    async def _pair(self, session: AsyncSession, context: Context) -> Likeness | None:
        customers = {self.survivor, self.absorbed}
        if self.likeness is not None:
            return await waiting_pair(session, context, self.likeness, customers)
        for id in sorted(customers):
            await context.customer(session, id)
        return None


async def names_of(reader: Reader, one: str, other: str) -> dict[str, str]:
    """The names and numbers of two customers in view. Raises UnknownCustomer where one is not."""
    values: dict[str, str] = {}
    for role, id in (("one", one), ("other", other)):
        customer = await reader.get(Customer, id)
        if customer is None:
            raise UnknownCustomer(customer=id)
        values |= {role: customer.name, f"{role}_number": id}
    return values


async def waiting_pair(session: AsyncSession, context: Context, likeness: str, customers: set[str]) -> Likeness:
    """The pair, if both customers are in view and nobody has decided about it yet.

    Raises UnknownCustomer, and Outdated for everything else.
    """
    for id in sorted(customers):
        await context.customer(session, id)
    pair = await session.get(Likeness, likeness)
    if pair is None or {pair.customer_id, pair.other_customer_id} != customers:
        raise Outdated(reason="the pair is not on the work list any more")
    if pair.state != LikenessState.OPEN:
        raise Outdated(reason=f"the pair is {pair.state} already")
    return pair
