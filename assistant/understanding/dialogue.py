"""What a conversation was last about, so that "and her loans?" and "the second one" are understood."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from assistant.tools.desk import Period
from knowledge.query import Query


class Pending(BaseModel):
    """A question that waits for the asker to say which customer is meant by `written`, or which of `abilities`.

    Without candidates nobody is known by `written`, or nobody was named: the next customer named is the one meant.
    """

    question: str
    candidates: list[str]
    written: str
    abilities: list[str] = []


class Dialogue(BaseModel):
    """The state of one conversation after its last turn. `ability_of_one` is the last one that was asked of a single
    customer: "the second one" asks for it again; `pairs` are the possible duplicates and `cases` the cases of
    feedback last shown, and `proposed` the proposals of that turn, which one yes decides together if they are
    `one_matter`; `query` is the last question by criteria, which the next may take further; `products` are those that
    the last answer showed, where they were several; `drafted` is what drafted the last answer's message; `told` are
    the words with which it, or the clause last cited, was asked for; `earlier` are the last questions, `placeholders`
    what stood for personal data in what a language model was told."""

    language: str = "en"
    ability: str | None = None
    ability_of_one: str | None = None
    customer: str | None = None
    account: str | None = None
    product: str | None = None
    campaign: str | None = None
    listed: list[str] = []
    pairs: list[str] = []
    cases: list[str] = []
    start: date | None = None
    end: date | None = None
    at_least: Decimal | None = None
    pending: Pending | None = None
    proposed: list[str] = []
    earlier: list[str] = []
    placeholders: dict[str, str] = {}
    one_matter: bool = False
    query: Query | None = None
    products: list[str] = []
    drafted: str | None = None
    told: str | None = None

    @property
    def period(self) -> Period | None:
        return Period(self.start, self.end) if self.start and self.end else None
