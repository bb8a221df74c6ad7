"""Questions nobody foresaw, as small typed queries that run within a scope."""

from knowledge.query.answer import Found, GroupLine, answer
from knowledge.query.exchange import Exchange
from knowledge.query.fields import FIELDS, MAIN_DAY, Field, Kind, Subject
from knowledge.query.figures import BANDS, STANDING
from knowledge.query.ground import Ground
from knowledge.query.query import Condition, Group, Holding, Operator, Order, Query, Show, Step
from knowledge.query.references import names_of, with_ids
from knowledge.query.sums import Line

__all__ = [
    "BANDS",
    "FIELDS",
    "MAIN_DAY",
    "STANDING",
    "Condition",
    "Exchange",
    "Field",
    "Found",
    "Ground",
    "Group",
    "GroupLine",
    "Holding",
    "Kind",
    "Line",
    "Operator",
    "Order",
    "Query",
    "Show",
    "Step",
    "Subject",
    "answer",
    "names_of",
    "with_ids",
]
