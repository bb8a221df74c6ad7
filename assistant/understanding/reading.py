"""The Reading: what a question means, before anything is looked up for its answer."""

from dataclasses import dataclass
from decimal import Decimal

from assistant.tools.deposit_movers import Direction
from assistant.tools.desk import Period
from knowledge.crm.codes import CustomerKind, ProductKind, Tier
from knowledge.query import Query

CONVERSATIONAL = ("help", "smalltalk", "out_of_scope")
"""Abilities that look nothing up."""
SURE = 0.45
"""Below this probability a question counts as not understood. Probabilities are calibrated: of two such readings one is
wrong, and a wrong answer costs more than asking back."""
DOUBTFUL = 0.6
"""Below this, a question read as out of scope is put to the library before it is declined."""


@dataclass(frozen=True)
class Guess:
    """An ability and the probability that it is the one asked for."""

    ability: str
    probability: float


@dataclass(frozen=True)
class CustomerMention:
    """A stretch of the question that names customers. Several `ids`: it cannot be told which is meant.

    `kind` says by what it names them: a name (`customer`), a number or phone (`number`) or an `account`.

    `spelt_alike` marks a name that nobody bears exactly: the ids are those spelt nearly like it, if any.
    """

    start: int
    end: int
    written: str
    ids: tuple[str, ...]
    spelt_alike: bool = False
    kind: str = "customer"


@dataclass(frozen=True)
class ProductMention:
    """A stretch of the question that names products."""

    start: int
    end: int
    written: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Mentions:
    """Everything in a question that points at rows, days or amounts, and the question without them.

    `period_said` and `at_least_said` are the asker's own words for the period and the amount.

    `query` is the question as a query by criteria, `unread` what of its words went into none.

    `pronoun` points at the customer spoken of ("her"), `many` at several ("which customers").
    """

    masked: str
    customers: tuple[CustomerMention, ...] = ()
    account: str | None = None
    unknown_name: str | None = None
    products: tuple[ProductMention, ...] = ()
    period: Period | None = None
    period_said: str | None = None
    at_least: Decimal | None = None
    at_least_said: str | None = None
    limit: int | None = None
    tier: Tier | None = None
    customer_kind: CustomerKind | None = None
    product_kind: ProductKind | None = None
    risk: str | None = None
    customer_field: str | None = None
    new_value: str | None = None
    direction: Direction | None = None
    pronoun: bool = False
    many: bool = False
    ordinal: int | None = None
    query: Query | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a question means: its language, the ability it asks for and how surely, and its mentions.

    `ability` is a tool's name, or one of the conversational ones (help, smalltalk, out_of_scope,
    follow_up); None where nothing fits. `guesses` are the likeliest abilities in their order.

    Of a question that asks several things this is the first, `part` its words, and `further` are the others.
    """

    question: str
    language: str
    ability: str | None
    confidence: float
    mentions: Mentions
    guesses: tuple[Guess, ...] = ()
    part: str | None = None
    further: tuple["Reading", ...] = ()

    @property
    def parts(self) -> tuple["Reading", ...]:
        """All that a question asks, in its order."""
        return (self, *self.further)

    @property
    def topic(self) -> str:
        """The words that ask this: the question, or its part."""
        return self.part or self.question

    @property
    def is_understood(self) -> bool:
        """Whether it is read surely enough to be answered, or to be declined without a doubt."""
        sure = DOUBTFUL if self.ability in CONVERSATIONAL else SURE
        return self.ability is not None and self.confidence >= sure

    @property
    def runners_up(self) -> tuple[str, ...]:
        """The abilities next to the likeliest."""
        return tuple(guess.ability for guess in self.guesses[1:4])
