"""A correction of a customer's file, put to the asker before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.grounding.claims import (
    VOCABULARIES,
    Contested,
    contested,
    field_figure,
    open_conflicts,
    written_figure,
)
from assistant.grounding.ledger import Figure
from assistant.proposals.correct_field import CorrectField
from assistant.proposals.settle_conflict import SettleConflict
from assistant.tools.desk import CustomerField, CustomerId, Desk, NewValue, Topic
from assistant.understanding.amounts import find_amounts
from assistant.understanding.periods import find_periods
from assistant.understanding.products import find_code
from assistant.understanding.text import PlainText
from knowledge.crm.field_text import AMOUNTS, DAYS, as_text
from knowledge.crm.lineage import Conflict
from knowledge.crm.tables import Customer
from knowledge.errors import EntryError
from knowledge.quality.entry import entered
from prompts import codes_of

ASKED = "asked"
"""The source of a value that the asker has typed."""


@dataclass(frozen=True)
class Repair:
    """What is proposed, or what stands in its way. `label` is the field's name, `written` the value asked for,
    `present` what the file says now. `refusal` says why the value cannot stand; `unchanged` that it stands already.
    `conflicts` are the contradictions to choose from where it is not clear which word is meant."""

    name: Figure
    label: str | None
    written: Figure | None
    present: Figure | None
    refusal: str | None
    unchanged: bool
    proposed: bool
    conflicts: list[Contested]


async def repair(
    desk: Desk,
    customer: CustomerId,
    field: CustomerField | None = None,
    value: NewValue | None = None,
    topic: Topic | None = None,
) -> Repair:
    """Correct a customer's file: set a field (phone, e-mail, address, occupation ...) to a new value, or say which
    system is right where systems contradict each other. It is proposed first and written once it is confirmed."""
    row = await desk.customer(customer)
    if field and value:
        return await _corrected(desk, row, field, value)
    conflicts = [one for one in await open_conflicts(desk.reader, [row.id]) if field in (None, one.field)]
    chosen = _chosen(conflicts, topic or "")
    if chosen is None:
        return _answer(desk, row, field, conflicts=[contested(desk.ledger, row, one) for one in conflicts])
    conflict, claim = chosen
    right = SettleConflict(
        conflict=conflict.id, customer=row.id, field=conflict.field, value=claim["value"], system=claim["system"]
    )
    await desk.propose(right, row.id)
    shown = [contested(desk.ledger, row, conflict)]
    written = written_figure(
        desk.ledger, row.id, conflict.field, conflict.field, claim["value"], row.currency, f"conflict/{conflict.id}"
    )
    return _answer(desk, row, conflict.field, written=written, proposed=True, conflicts=shown)


async def _corrected(desk: Desk, row: Customer, field: str, value: str) -> Repair:
    try:
        stored = entered(field, _plain(field, value, desk.today), desk.today)
    except EntryError as error:
        typed = desk.ledger.words(row.id, field, value, ASKED)
        return _answer(desk, row, field, written=typed, refusal=desk.ledger.label(str(error.values["reason"]), "rule"))
    written = field_figure(desk.ledger, row.id, field, field, stored, row.currency, ASKED)
    if stored == getattr(row, field):
        return _answer(desk, row, field, written=written, unchanged=True)
    text = as_text(stored) or ""
    await desk.propose(
        CorrectField(customer=row.id, field=field, value=text, previous=as_text(getattr(row, field))), row.id
    )
    return _answer(desk, row, field, written=written, proposed=True)


def _answer(
    desk: Desk,
    row: Customer,
    field: str | None,
    *,
    written: Figure | None = None,
    refusal: str | None = None,
    unchanged: bool = False,
    proposed: bool = False,
    conflicts: Sequence[Contested] = (),
) -> Repair:
    ledger, present = desk.ledger, getattr(row, field) if field else None
    return Repair(
        name=ledger.customer(row),
        label=ledger.label(field) if field else None,
        written=written,
        present=None
        if present is None or field is None
        else field_figure(ledger, row.id, field, field, present, row.currency, f"customer/{row.id}"),
        refusal=refusal,
        unchanged=unchanged,
        proposed=proposed,
        conflicts=list(conflicts),
    )


def _plain(field: str, value: str, today: date) -> str:
    """The value as it is stored: ISO days, plain amounts, codes for their words; other text as it was typed."""
    text = PlainText.of(value)
    if field in DAYS:
        days = [
            found.period.start for found in find_periods(text.plain, today) if found.period.start == found.period.end
        ]
        return days[0].isoformat() if len(days) == 1 else value
    if field in AMOUNTS:
        amounts = find_amounts(text.plain)
        return str(amounts[0].amount) if len(amounts) == 1 else value
    if field in VOCABULARIES:
        return find_code(text.plain, VOCABULARIES[field], codes_of(VOCABULARIES[field])) or value
    return value


def _chosen(conflicts: Sequence[Conflict], question: str) -> tuple[Conflict, dict[str, str]] | None:
    """The one claim that the question points at, by its system or by its value; None where it points at none or
    at several."""
    plain = PlainText.of(question).plain
    found = [
        (conflict, claim)
        for conflict in conflicts
        for claim in conflict.claims
        if find_code(plain, "system", (claim["system"],)) == claim["system"]
        or PlainText.of(claim["value"]).plain in plain
    ]
    return found[0] if len({(conflict.id, claim["value"]) for conflict, claim in found}) == 1 else None
