"""Two customers who only look alike, kept apart from every later import after a yes."""

from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from assistant.proposals.join_customers import Id, names_of, waiting_pair
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.store import Reader
from knowledge.resolution.likenesses import keep_apart
from prompts import proposal_words


class KeepApart(Write):
    """`likeness` is the pair on the work list."""

    kind: ClassVar[str] = "keep_apart"
    fields: ClassVar[tuple[Field, ...]] = ()

    likeness: Id
    one: Id
    other: Id

    async def describe(self, reader: Reader, language: str) -> str:
        """张丽 (C000045) and 张莉 (C000301) are two customers."""
        return proposal_words(self.kind, "summary", language, await names_of(reader, self.one, self.other))

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, and Outdated where the pair no longer waits."""
        await waiting_pair(session, context, self.likeness, {self.one, self.other})

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        await keep_apart(session, self.likeness, by=context.employee_id, at=context.now)
        return {"likeness": self.likeness}
