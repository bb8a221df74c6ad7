"""Who may be the same customer twice, with the evidence; and out of which systems a customer was joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select

from assistant.grounding.claims import field_figure
from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk
from knowledge.crm.codes import LikenessState
from knowledge.crm.holdings import deposits_on
from knowledge.crm.lineage import Likeness, Merge, SourceRecord
from knowledge.crm.tables import Customer, Employee

SHOWN = 5
NOTHING_TO_COMPARE = ("unknown",)
AGAINST = ("different", "other_document")
WAITING = (Likeness.state == LikenessState.OPEN.value, Likeness.customer_id != Likeness.other_customer_id)
"""What nobody has decided about."""


@dataclass(frozen=True)
class Evidence:
    """One field of both records: what each says, and in a word whether that is the same."""

    label: str
    one: Figure | None
    other: Figure | None
    agreement: str


@dataclass(frozen=True)
class Total:
    """Deposits in one currency today, and as one customer's."""

    one: Figure
    other: Figure
    together: Figure


@dataclass(frozen=True)
class Pair:
    """Two customers who may be one. `probability` is in percent; what nobody has found has no `found_on`."""

    one: Figure
    one_number: Figure
    other: Figure
    other_number: Figure
    probability: Figure | None
    found_on: Figure | None
    evidence: list[Evidence]
    totals: list[Total]


@dataclass(frozen=True)
class Source:
    """A number under which one system knows a customer."""

    system: Figure
    number: Figure
    as_of: Figure


@dataclass(frozen=True)
class Join:
    """A merge that stands: who went up in the customer, when, by whom, and what spoke for it."""

    number: Figure
    name: Figure
    merged_on: Figure
    merged_by: Figure
    probability: Figure | None
    evidence: list[Evidence]


@dataclass(frozen=True)
class Duplicates:
    name: Figure | None
    count: Figure
    more: bool
    pairs: list[Pair]
    sources: list[Source]
    joins: list[Join]


async def duplicates(desk: Desk, customer: CustomerId | None = None) -> Duplicates:
    """Possible duplicates: pairs of customers that may be the same person or company, with probability, evidence
    field by field and how deposits would add up; of one customer also from which systems and numbers the file was
    joined, when and why."""
    row = await desk.customer(customer) if customer is not None else None
    about = [or_(Likeness.customer_id == customer, Likeness.other_customer_id == customer)] if row else []
    total = await desk.reader.scalar(select(func.count(Likeness.id)).where(*WAITING, *about)) or 0
    likenesses = await waiting_pairs(desk, *about)
    source = f"likeness?state=open&asker={desk.scope.employee_id}" + (f"&customer={customer}" if row else "")
    return Duplicates(
        name=desk.ledger.customer(row) if row else None,
        count=desk.ledger.number(customer or "customers", "count", total, "count", source),
        more=total > len(likenesses),
        pairs=await pairs_of(desk, likenesses),
        sources=await _sources(desk, row) if row else [],
        joins=await joins_of(desk, await merges_of(desk, [row.id])) if row else [],
    )


async def waiting_pairs(desk: Desk, *conditions: ColumnElement[bool]) -> Sequence[Likeness]:
    """The first pairs in view that nobody has decided about, the likeliest first."""
    likeliest = Likeness.probability.desc(), Likeness.id
    return await desk.reader.scalars(select(Likeness).where(*WAITING, *conditions).order_by(*likeliest).limit(SHOWN))


async def pairs_of(desk: Desk, likenesses: Sequence[Likeness]) -> list[Pair]:
    """The pairs with their evidence and what their deposits come to."""
    ids = {id for each in likenesses for id in (each.customer_id, each.other_customer_id)}
    customers = {c.id: c for c in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    record_ids = {id for each in likenesses for id in (each.record_id, each.other_record_id)}
    records = {r.id: r for r in await desk.reader.scalars(select(SourceRecord).where(SourceRecord.id.in_(record_ids)))}
    deposits = await deposits_on(desk.reader, desk.today, sorted(ids)) if ids else {}
    ledger = desk.ledger
    pairs = []
    for each in likenesses:
        one, other = customers[each.customer_id], customers[each.other_customer_id]
        source = f"likeness/{each.id}"
        pairs.append(
            Pair(
                one=ledger.customer(one),
                one_number=ledger.words(one.id, "id", one.id, f"customer/{one.id}"),
                other=ledger.customer(other),
                other_number=ledger.words(other.id, "id", other.id, f"customer/{other.id}"),
                probability=_probability(desk, each.id, each.probability, source),
                found_on=ledger.day(each.id, "found_on", each.found_on, source),
                evidence=_compared(
                    desk, each.evidence, records.get(each.record_id), records.get(each.other_record_id), source
                ),
                totals=totals_of(desk, one.id, other.id, deposits),
            )
        )
    return pairs


def _probability(desk: Desk, subject: str, value: Decimal | None, source: str) -> Figure | None:
    return desk.ledger.probability(subject, "probability", value, source) if value is not None else None


def _compared(
    desk: Desk,
    evidence: Sequence[Mapping[str, object]],
    one: SourceRecord | None,
    other: SourceRecord | None,
    source: str,
) -> list[Evidence]:
    """Field by field, what weighs most first; fields that a side does not know say nothing."""
    telling = [each for each in evidence if each["level"] not in NOTHING_TO_COMPARE]
    telling.sort(key=lambda each: -abs(Decimal(str(each["weight"]))))
    return [
        Evidence(
            label=desk.ledger.label(str(each["field"])),
            one=_said(desk, one, str(each["field"]), each["one"], source),
            other=_said(desk, other, str(each["field"]), each["other"], source),
            agreement=desk.ledger.label(_agreement(str(each["level"])), "agreement"),
        )
        for each in telling
    ]


def _agreement(level: str) -> str:
    if level in AGAINST:
        return "different"
    return "same" if level in ("same", "same_characters", "same_spelling") else "alike"


def _said(desk: Desk, record: SourceRecord | None, field: str, written: object, source: str) -> Figure | None:
    """What the record says of the field now; else what it said when the two were compared."""
    value = getattr(record, field, None)
    if record is not None and value is not None:
        return field_figure(desk.ledger, record.id, field, field, value, record.currency, f"source_record/{record.id}")
    table, _, id = source.partition("/")
    where = f"{table}?id={id}&evidence={field}"
    return desk.ledger.words(id, field, str(written), where) if written is not None else None


def totals_of(desk: Desk, one: str, other: str, deposits: Mapping[tuple[str, str], Decimal]) -> list[Total]:
    """The deposits of two customers by currency, each one's and together."""

    def money(customers: str, amount: Decimal, currency: str) -> Figure:
        source = f"balance?customer={customers}&currency={currency}&on={desk.today}"
        return desk.ledger.money(customers, "deposits", amount, currency, source)

    totals = []
    for currency in sorted({currency for customer, currency in deposits if customer in (one, other)}):
        first, second = (deposits.get((customer, currency), Decimal(0)) for customer in (one, other))
        together = money(f"{one},{other}", first + second, currency)
        totals.append(Total(money(one, first, currency), money(other, second, currency), together))
    return totals


async def _sources(desk: Desk, row: Customer) -> list[Source]:
    records = await desk.reader.scalars(
        select(SourceRecord).where(SourceRecord.customer_id == row.id).order_by(SourceRecord.system, SourceRecord.id)
    )
    return [
        Source(
            system=desk.ledger.code(each.id, "system", "system", each.system, f"source_record/{each.id}"),
            number=desk.ledger.words(each.id, "number", each.number, f"source_record/{each.id}"),
            as_of=desk.ledger.day(each.id, "as_of", each.as_of, f"source_record/{each.id}"),
        )
        for each in records
    ]


async def merges_of(desk: Desk, customers: Sequence[str]) -> Sequence[Merge]:
    """The merges into these customers that stand, oldest first."""
    standing = Merge.customer_id.in_(customers), Merge.undone_at.is_(None)
    return await desk.reader.scalars(select(Merge).where(*standing).order_by(Merge.merged_at, Merge.id))


async def joins_of(desk: Desk, merges: Sequence[Merge]) -> list[Join]:
    """The merges with what spoke for them."""
    staff = select(Employee).where(Employee.id.in_({each.merged_by for each in merges}))
    names = {employee.id: employee for employee in await desk.reader.scalars(staff)}
    ledger = desk.ledger
    joins = []
    for each in merges:
        source = f"merge/{each.id}"
        person = names.get(each.merged_by)
        joins.append(
            Join(
                number=ledger.words(each.id, "absorbed_id", each.absorbed_id, source),
                name=ledger.words(each.id, "absorbed_name", str(each.absorbed["name"]), f"merge?id={each.id}&absorbed"),
                merged_on=ledger.day(each.id, "merged_at", each.merged_at.date(), source),
                merged_by=ledger.employee(person)
                if person
                else ledger.words(each.id, "merged_by", each.merged_by, source),
                probability=_probability(desk, each.id, each.probability, source),
                evidence=_compared(desk, each.evidence, None, None, source),
            )
        )
    return joins
