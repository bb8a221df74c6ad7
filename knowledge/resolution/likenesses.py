"""What a person has said about two records being one customer, so that no later import says otherwise."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.crm.codes import LikenessState, Verdict
from knowledge.crm.lineage import Likeness, Merge, SourceRecord
from knowledge.errors import MergeError


def likeness_id(one: str, other: str) -> str:
    """The id of what is known about two records, whichever is named first."""
    return "L" + sha256("|".join(sorted((one, other))).encode()).hexdigest()[:24]


async def say_same(
    session: AsyncSession,
    customer_id: str,
    one: str,
    other: str,
    *,
    by: str,
    at: datetime,
    evidence: Sequence[Mapping[str, object]] = (),
    probability: Decimal | None = None,
) -> None:
    """Notes that somebody joined the customers of two records."""
    sides = and_(Likeness.record_id.in_((one, other)), Likeness.other_record_id.in_((one, other)))
    found = (await session.scalars(select(Likeness).where(sides).order_by(Likeness.id))).first()
    if found is None:
        first, second = sorted((one, other))
        found = Likeness(
            id=likeness_id(one, other), record_id=first, other_record_id=second, customer_id=customer_id,
            other_customer_id=customer_id, verdict=Verdict.PERHAPS.value, probability=probability,
            evidence=[dict(each) for each in evidence], found_on=at.date(),
        )  # fmt: skip
        session.add(found)
    found.state, found.decided_by, found.decided_at = LikenessState.SAME.value, by, at
    await session.flush()


async def keep_records_apart(session: AsyncSession, merge: Merge, *, by: str, at: datetime) -> None:
    """Notes of every record of the two customers of an undone merge that it is not the other's."""
    one, other = [
        (await session.scalars(select(SourceRecord.id).where(SourceRecord.customer_id == each))).all()
        for each in (merge.absorbed_id, merge.customer_id)
    ]
    known = select(Likeness).where(
        or_(
            and_(Likeness.record_id.in_(one), Likeness.other_record_id.in_(other)),
            and_(Likeness.record_id.in_(other), Likeness.other_record_id.in_(one)),
        )
    )
    likenesses = list((await session.scalars(known)).all())
    if not likenesses:
        first, second = sorted((min(one), min(other)))
        sides = (merge.absorbed_id, merge.customer_id) if first in one else (merge.customer_id, merge.absorbed_id)
        likenesses.append(
            Likeness(
                id=likeness_id(first, second),
                record_id=first,
                other_record_id=second,
                customer_id=sides[0],
                other_customer_id=sides[1],
                verdict=Verdict.SAME.value,
                probability=merge.probability,
                evidence=merge.evidence,
                found_on=merge.merged_at.date(),
            )
        )
        session.add(likenesses[0])
    for likeness in likenesses:
        likeness.state, likeness.decided_by, likeness.decided_at = LikenessState.DIFFERENT.value, by, at
        likeness.customer_id, likeness.other_customer_id = (
            (merge.absorbed_id, merge.customer_id)
            if likeness.record_id in one
            else (merge.customer_id, merge.absorbed_id)
        )
    await session.flush()


async def keep_apart(session: AsyncSession, likeness_id: str, *, by: str, at: datetime) -> Likeness:
    """A person says that two records are two customers; no import joins them again.

    Raises MergeError where there is no such pair, or the two are joined already.
    """
    found = await session.get(Likeness, likeness_id)
    if found is None:
        raise MergeError(reason=f"there is no pair {likeness_id}")
    if found.customer_id == found.other_customer_id:
        raise MergeError(reason=f"pair {likeness_id} is joined as customer {found.customer_id}: undo the merge instead")
    found.state, found.decided_by, found.decided_at = LikenessState.DIFFERENT.value, by, at
    await session.flush()
    return found
