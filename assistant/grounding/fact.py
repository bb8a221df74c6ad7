"""A Fact: one value that was read from one place."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

FactValue = Decimal | int | date | str


class Fact(BaseModel):
    """One measured value of one subject.

    `unit` is a currency (ISO 4217), "percent", "points" (percentage points: a difference of shares), "days", "months",
    "count", "date" or "text".
    `source` names the row it was read from, as `table/key` (`balance/A12/2026-10-31`), or the rows it
    was summed over, as `table?condition`; "period" and "asked" are what the question itself says. `text` is the value
    as the asker's language writes it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    subject: str
    measure: str
    value: FactValue
    unit: str
    as_of: date
    source: str
    text: str
