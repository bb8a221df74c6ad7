"""Names and values written into SQL statements: quoted here, in one place, and nowhere else.

What a mapping says reaches the staging database only through these functions.
"""

from datetime import date, datetime

from knowledge.intake.excerpt import ascii_safe
from knowledge.intake.target import Kind

SQL_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "currency": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "amount": "BIGINT",
    "rate": "BIGINT",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "list": "VARCHAR",
    "map": "VARCHAR",
}
"""How each kind of column stands in the staging database: amounts and rates as the store's whole numbers."""


def identifier(name: str) -> str:
    """A name of a table or a column."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text. A NUL would end the statement, so it is put in by its number."""
    return " || chr(0) || ".join("'" + part.replace("'", "''") + "'" for part in ascii_safe(text).split("\0"))


def literals(texts: list[str]) -> str:
    """A list of texts for IN."""
    return "(" + ", ".join(literal(text) for text in texts) + ")"


def day(value: date) -> str:
    """A day."""
    return f"DATE '{value.isoformat()}'"


def moment(value: datetime) -> str:
    """A moment."""
    return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
