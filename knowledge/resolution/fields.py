"""The fields of a customer as records state them: which may contradict each other, and since when each is said."""

from knowledge.crm.tables import Customer

FIELDS = tuple(column.name for column in Customer.__table__.columns if column.name != "id")
LISTS = ("interests", "consents")
REPAIRS = "rapport"
"""The system of what a person confirmed here. Its records state only the fields that their `dates` name."""

CONTESTABLE = (
    "kind",
    "name",
    "sex",
    "birth_date",
    "phone",
    "email",
    "address",
    "city",
    "region",
    "language",
    "occupation",
    "education",
    "income",
    "industry",
    "economic_nature",
    "owning_group",
    "credit_rating",
    "qualification_grade",
    "key_contact",
    "tolerance",
)
"""Facts about the customer. What each system decides for itself (manager, branch, tier, customer since) may differ."""

TOGETHER = {
    "tolerance": ("tolerance_assessed_on",),
    "income": ("currency",),
    "address": ("city", "region"),
}
"""Parts of one statement, which have to come from one record: an assessment and its day, an amount and its currency."""


def day_of(field: str) -> str:
    """SQL: the day since when a record says that field; NULL where it does not speak of it."""
    otherwise = f"CASE WHEN system = '{REPAIRS}' THEN NULL ELSE as_of END"
    named = f"TRY_CAST(json_extract_string(dates, '$.{field}') AS DATE)"
    return f"CASE WHEN dates = '{{}}' THEN {otherwise} ELSE coalesce({named}, {otherwise}) END"


def stated(field: str) -> str:
    """SQL: what a record states of that field. An empty list is a statement only since a day of its own: a system
    that knows of no consent has not withdrawn one."""
    if field in LISTS:
        speaks = f"\"{field}\" <> '[]' OR json_extract_string(dates, '$.{field}') IS NOT NULL"
        return f'CASE WHEN {speaks} THEN "{field}" END'
    return f'"{field}"'
