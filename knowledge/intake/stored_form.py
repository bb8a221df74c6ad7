"""Values as the store keeps them, and as the staging database takes them."""

import json
from datetime import date, datetime
from decimal import Decimal

from knowledge.intake.statement import SQL_TYPES, literal
from knowledge.intake.target import Kind
from knowledge.intake.value import PLACES, Value


def stored_text(value: Value, kind: Kind) -> str | None:
    """A value in the text that casts to the column's type: amounts as whole hundredths, JSON as the store writes it."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return str(int(value.scaleb(PLACES[kind])))
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case list() | dict():
            return json.dumps(value)
        case _:
            return str(value)


def stored_literal(value: Value, kind: Kind) -> str:
    """A value as SQL."""
    text = stored_text(value, kind)
    return "NULL" if text is None else f"CAST({literal(text)} AS {SQL_TYPES[kind]})"
