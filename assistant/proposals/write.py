"""A write that can be proposed: its arguments, how it is put to a person, and what it does once confirmed."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import UnknownCustomer
from assistant.feedback.case_rules import CaseRules
from assistant.recommend.rule_pack import DEFAULT_PACK, RulePack, read_pack
from knowledge.crm.scope import Scope, visible_rows
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer

Input = Literal["line", "text", "day", "code"]
"""How a field is entered: one line, several lines, a day, or one of its codes."""


@dataclass(frozen=True)
class Field:
    """An argument that the person is shown; one that is `editable` may be changed before the yes.

    Its label is the word of that name in the vocabulary `field`; `codes` are said by `vocabulary`.
    """

    name: str
    input: Input
    editable: bool = False
    vocabulary: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """Who confirmed, what they may see at this moment, and when. `now` is naive UTC; `rules` say what suits whom,
    `case_rules` are those of cases of feedback."""

    proposal_id: str
    scope: Scope
    today: date
    now: datetime
    rules: RulePack = field(default_factory=lambda: read_pack(DEFAULT_PACK))
    case_rules: CaseRules = field(default_factory=CaseRules.read)

    @property
    def employee_id(self) -> str:
        return self.scope.employee_id

    async def customer(self, session: AsyncSession, id: str) -> Customer:
        """The customer of that id. Raises UnknownCustomer if there is none within the confirmer's scope."""
        seen = visible_rows(self.scope)[Customer]
        found = (await session.scalars(select(Customer).where(Customer.id == id, seen))).one_or_none()
        if found is None:
            raise UnknownCustomer(customer=id)
        return found


class Write(BaseModel, ABC):
    """One kind of proposal; its fields are the arguments, typed and bounded.

    `kind` is the name it is stored under and its words go by (`prompts/proposals.yaml`), `fields` what the
    person is shown of it. `check` and `execute` run in the one transaction that also takes the proposal out of
    waiting: an error of ours there leaves the store as it was, and the proposal as failed with that reason.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]

    def adjusted(self, rules: CaseRules) -> Self:
        """What follows from changed fields, changed with them."""
        return self

    @abstractmethod
    async def describe(self, reader: Reader, language: str) -> str:
        """What will be done, in one sentence for the person who is to decide."""

    @abstractmethod
    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises a RapportError if it can no longer be done, or not by the one who confirmed."""

    @abstractmethod
    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        """Does it, and returns what came of it: ids of the rows written."""


@dataclass(frozen=True)
class Draft:
    """A write that a turn proposes; it waits for a yes once the turn has ended.

    One that `follows` belongs to the one before it: a plain yes means both.
    """

    id: str
    write: Write
    customer: str | None
    summary: str
    follows: bool = False
