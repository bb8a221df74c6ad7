"""The forms under which staged customers may be mentioned: those that the mapping gives, or else those of the name."""

from duckdb import DuckDBPyConnection

from knowledge.crm.names import NameForm, fold, name_keys
from knowledge.intake.raw_rows import BATCH, add_rejects, insert
from knowledge.intake.target import targets

Given = tuple[str, int, int, str, str | None, str | None, list[str | None] | None]
"""A staged customer: id, row, entry, name, Latin name, phone, and the forms that the mapping gives."""


def add_name_forms(connection: DuckDBPyConnection, first_row: int, end_row: int) -> int:
    """Fills the forms of the staged customers from the rows between; tells how many rows it had to reject, because
    a form is longer than the store takes."""
    longest = targets()["customer_name"].columns["key"].length or 0
    reading = connection.cursor()
    reading.execute(
        "SELECT id, _row, _entry, name, name_latin, phone, _called FROM staged.customer "
        "WHERE _row >= ? AND _row < ? AND _fault IS NULL",
        [first_row, end_row],
    )
    refused = 0
    while customers := reading.fetchmany(BATCH):
        refused += _add(connection, customers, longest)
    return refused


def _add(connection: DuckDBPyConnection, customers: list[Given], longest: int) -> int:
    ids: list[str] = []
    keys: list[str] = []
    forms: list[str] = []
    rows: list[int] = []
    entries: list[int] = []
    rejects: list[tuple[int, str, str, str | None]] = []
    for customer, row, entry, name, latin, phone, called in customers:
        given = [form for form in called or () if form]
        found = {folded: NameForm.FULL for form in given if (folded := fold(form))} if given else {}
        found = found if given else name_keys(name, latin, phone)
        if any(len(key) > longest for key in found):
            rejects.append((row, "name", f"a form of the name is longer than {longest} characters", None))
            continue
        for key, form in found.items():
            ids.append(customer)
            keys.append(key)
            forms.append(form.value)
            rows.append(row)
            entries.append(entry)
    if ids:
        insert(connection, "staged.customer_name", ids, keys, forms, rows, entries)
    add_rejects(connection, rejects)
    return len(rejects)
