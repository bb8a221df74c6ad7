"""Two customers who may be one: joined, kept apart or taken apart again, once the asker has said yes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from assistant.grounding.ledger import Figure
from assistant.proposals.join_customers import JoinCustomers
from assistant.proposals.keep_apart import KeepApart
from assistant.proposals.undo_merge import UndoMerge
from assistant.tools.desk import Candidates, Desk, Pairs, Topic
from assistant.tools.duplicates import SHOWN, Join, Pair, joins_of, merges_of, pairs_of, totals_of, waiting_pairs
from assistant.understanding.identity import Decision, decision_on_identity, survivor_of
from assistant.understanding.text import PlainText
from knowledge.crm.holdings import deposits_on
from knowledge.crm.lineage import Likeness, Merge, MergedRow
from knowledge.crm.tables import Account, Contact, Customer, Task


@dataclass(frozen=True)
class Moves:
    """How many rows go from one customer to the other."""

    accounts: Figure
    contacts: Figure
    tasks: Figure


@dataclass(frozen=True)
class DecideDuplicate:
    """What is proposed, or what there is to choose from. `joining`, `parting` or `undoing` says what the question
    decides, none of them where it decides nothing. `proposed` says that it waits for a yes: then there is one of
    `pairs` or of `joins`, `stays` and `goes` are the numbers of a join, and `moves` what a join or its undoing turns
    over. `kinds_differ` says that a person and a company cannot be one."""

    joining: bool
    parting: bool
    undoing: bool
    proposed: bool
    kinds_differ: bool
    pairs: list[Pair]
    joins: list[Join]
    stays: Figure | None
    goes: Figure | None
    moves: Moves | None


async def decide_duplicate(
    desk: Desk, topic: Topic, customers: Candidates | None = None, pairs: Pairs | None = None
) -> DecideDuplicate:
    """Decide about two customers who may be one: join them, keep them apart as two, or undo a merge. It is proposed
    first, with who stays, the evidence and what moves, and done once it is confirmed."""
    decision = decision_on_identity(topic)
    if decision is Decision.UNDO:
        return await _undone(desk, topic, customers or (), pairs or ())
    waiting = await _waiting(desk, customers or (), pairs or ())
    if decision is not None and len(waiting) == 1:
        return await _decided(desk, topic, decision, waiting[0])
    if decision is Decision.JOIN and not waiting and customers and len(customers) == 2:
        return await _joined(desk, topic, None, *[await desk.customer(id) for id in customers])
    return DecideDuplicate(*_taken(decision), False, False, await pairs_of(desk, waiting), [], None, None, None)


def _taken(decision: Decision | None) -> tuple[bool, bool, bool]:
    return decision is Decision.JOIN, decision is Decision.APART, decision is Decision.UNDO


async def _waiting(desk: Desk, customers: Sequence[str], pairs: Sequence[str]) -> Sequence[Likeness]:
    """The pairs that may be meant: those pointed at, those between the customers, else all in view."""
    one, other = Likeness.customer_id.in_(customers), Likeness.other_customer_id.in_(customers)
    if pairs:
        return await waiting_pairs(desk, Likeness.id.in_(pairs))
    if customers:
        return await waiting_pairs(desk, or_(one, other) if len(customers) == 1 else and_(one, other))
    return await waiting_pairs(desk)


async def _decided(desk: Desk, topic: str, decision: Decision, pair: Likeness) -> DecideDuplicate:
    one, other = await desk.customer(pair.customer_id), await desk.customer(pair.other_customer_id)
    if decision is Decision.JOIN:
        return await _joined(desk, topic, pair, one, other)
    await desk.propose(KeepApart(likeness=pair.id, one=one.id, other=other.id), one.id)
    return DecideDuplicate(*_taken(decision), True, False, await pairs_of(desk, [pair]), [], None, None, None)


async def _joined(desk: Desk, topic: str, pair: Likeness | None, one: Customer, other: Customer) -> DecideDuplicate:
    """The smaller number stays unless the question names the one that does."""
    shown = await pairs_of(desk, [pair]) if pair else [await _unfound(desk, one, other)]
    if one.kind != other.kind:
        return DecideDuplicate(*_taken(Decision.JOIN), False, True, shown, [], None, None, None)
    stays, goes = sorted((one.id, other.id))
    if survivor_of(topic, (stays, goes)) == goes:
        stays, goes = goes, stays
    await desk.propose(JoinCustomers(likeness=pair.id if pair else None, survivor=stays, absorbed=goes), stays)
    ledger = desk.ledger
    return DecideDuplicate(
        joining=True,
        parting=False,
        undoing=False,
        proposed=True,
        kinds_differ=False,
        pairs=shown,
        joins=[],
        stays=ledger.words(stays, "id", stays, f"customer/{stays}"),
        goes=ledger.words(goes, "id", goes, f"customer/{goes}"),
        moves=await _moves(desk, goes),
    )


async def _unfound(desk: Desk, one: Customer, other: Customer) -> Pair:
    """Two customers whom nothing but the asker's word makes a pair."""
    ledger, deposits = desk.ledger, await deposits_on(desk.reader, desk.today, sorted((one.id, other.id)))
    return Pair(
        one=ledger.customer(one),
        one_number=ledger.words(one.id, "id", one.id, f"customer/{one.id}"),
        other=ledger.customer(other),
        other_number=ledger.words(other.id, "id", other.id, f"customer/{other.id}"),
        probability=None,
        found_on=None,
        evidence=[],
        totals=totals_of(desk, one.id, other.id, deposits),
    )


async def _moves(desk: Desk, goes: str) -> Moves:
    async def count(table: type[Account] | type[Contact] | type[Task]) -> Figure:
        number = await desk.reader.scalar(select(func.count(table.id)).where(table.customer_id == goes)) or 0
        name = table.__tablename__
        return desk.ledger.number(goes, f"{name}s", number, "count", f"{name}?customer={goes}")

    return Moves(await count(Account), await count(Contact), await count(Task))


async def _undone(desk: Desk, topic: str, customers: Sequence[str], pairs: Sequence[str]) -> DecideDuplicate:
    merges = _named(topic, await _merges(desk, customers, pairs))
    joins = await joins_of(desk, merges[-SHOWN:])
    if len(merges) != 1:
        return DecideDuplicate(*_taken(Decision.UNDO), False, False, [], joins, None, None, None)
    (merge,) = merges
    row = await desk.customer(merge.customer_id)
    desk.ledger.customer(row)
    await desk.propose(UndoMerge(merge=merge.id, customer=row.id), row.id)
    return DecideDuplicate(*_taken(Decision.UNDO), True, False, [], joins, None, None, await _moves_back(desk, merge))


async def _merges(desk: Desk, customers: Sequence[str], pairs: Sequence[str]) -> Sequence[Merge]:
    """The merges that may be meant: into the customers, else into those of the pairs, else all in view."""
    if customers and (found := await merges_of(desk, customers)):
        return found
    if pairs:
        shown = await desk.reader.scalars(select(Likeness).where(Likeness.id.in_(pairs)))
        return await merges_of(desk, [each.customer_id for each in shown])
    if customers:
        return []
    newest = select(Merge).where(Merge.undone_at.is_(None)).order_by(Merge.merged_at.desc(), Merge.id.desc())
    return list(await desk.reader.scalars(newest.limit(SHOWN)))[::-1]


def _named(topic: str, merges: Sequence[Merge]) -> Sequence[Merge]:
    """Those whose absorbed customer the question names by number; all of them where it names none."""
    plain = PlainText.of(topic).plain
    return [merge for merge in merges if merge.absorbed_id.lower() in plain] or merges


async def _moves_back(desk: Desk, merge: Merge) -> Moves:
    async def count(table: str) -> Figure:
        noted = select(func.count(MergedRow.id)).where(MergedRow.merge_id == merge.id, MergedRow.table == table)
        number = await desk.reader.scalar(noted) or 0
        return desk.ledger.number(merge.id, f"{table}s", number, "count", f"merged_row?merge={merge.id}&table={table}")

    return Moves(await count("account"), await count("contact"), await count("task"))
