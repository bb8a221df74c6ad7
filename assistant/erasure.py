"""Forgetting by rule: of one customer, or of what is older than its period. The chain of the journal holds.

A record is emptied, not taken out. Who did what kind of thing, and when, stays; what it told becomes a blank, and a
record of kind `erased` notes its hash and what is left. A turn is emptied whole: a question, what was looked up and
what a model was told are about the same people. So a list that showed a customer among others goes too, and the blank
says which others it showed.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, String, delete, or_, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.chain import blank, is_blank, standing
from assistant.journal import Journal, Kind, names, parts_of
from assistant.retention import Retention
from knowledge.clock import Clock
from knowledge.crm.exchange import Exchange, Rating
from knowledge.crm.journal_record import JournalRecord
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Conversation, Customer, CustomerIdentifier, Proposal
from knowledge.errors import StoreError

AT_ONCE = 500
"""Records that one record of kind `erased` notes, and ids that one statement looks for."""
SHORTEST_WORD = 2
"""Of a name or a number that is looked for in texts: a Chinese name has two characters and more."""

BLANK, BLANK_OF_NOBODY = '{"customers":[%],"erased":{%', '{"customers":[],%'
"""How the bodies of emptied records look to SQL, so that these are not read again at every run."""


@dataclass(frozen=True)
class Erased:
    """What was emptied: records of the journal; and forgotten: what was kept beside it to be read again (exchanges and
    thumbs on them), conversations and proposals."""

    records: int
    exchanges: int
    conversations: int
    proposals: int


class Erasure:
    """Empties the journal by rule; on PostgreSQL as the store's owner, as the login that serves can only add to it.

    `by` is who does it, as the journal names them. A `dry_run` counts, and changes nothing. Raises StoreError where the
    login may not.
    """

    def __init__(self, store: CrmStore, journal: Journal, rules: Retention, clock: Clock | None = None) -> None:
        self._store = store
        self._journal = journal
        self._rules = rules
        self._clock = clock or Clock()

    async def customer(self, customer_id: str, by: str, dry_run: bool = False) -> Erased:
        """What is told of that customer. Texts are searched for their names and numbers, which the store knows until
        the customer's own rows are deleted: this comes first."""

        def work(session: Session) -> Erased:
            words = _words_for(session, customer_id)
            turns = _turns_about(session, customer_id, words)
            told = _records(session, JournalRecord.turn_id.in_(turns))
            left = [record for record, body in told if not is_blank(body) or names(body, customer_id)]
            theirs = or_(Proposal.customer_id == customer_id, Proposal.turn_id.in_(turns))

            def telling(*columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> list[str]:
                """The ids of rows (first column) of those turns (second), or whose other columns tell of them."""
                rows = session.execute(select(*columns)).all()
                return [id for id, turn, *said in rows if turn in turns or _tells(said, customer_id, words)]

            emptied = self._empty(session, left, by, "customer", {customer_id})
            exchanges = telling(Exchange.id, Exchange.turn_id, Exchange.question, Exchange.answer, Exchange.before)
            ratings = telling(Rating.id, Rating.turn_id, Rating.question, Rating.answer, Rating.comment, Rating.facts)
            spoken = telling(Conversation.id, Conversation.id, Conversation.state, Conversation.title)
            return Erased(
                emptied,
                _delete(session, Exchange, exchanges) + _delete(session, Rating, ratings),
                _delete(session, Conversation, spoken),
                _delete(session, Proposal, session.scalars(select(Proposal.id).where(theirs)).all()),
            )

        return await self._write(work, dry_run)

    async def expired(self, by: str, dry_run: bool = False) -> Erased:
        """What is older than its period, and whom records that were emptied still name."""

        def work(session: Session) -> Erased:
            emptied = 0
            for kind, months in self._rules.content.items():
                due = (JournalRecord.kind == kind) & (JournalRecord.at < self._before(months))
                old = _records(session, due & JournalRecord.body.not_like(BLANK))
                told = [record for record, body in old if not is_blank(body)]
                emptied += self._empty(session, told, by, "retention", set())
            due = (JournalRecord.at < self._before(self._rules.customers)) & JournalRecord.body.like(BLANK)
            oldest = _records(session, due & JournalRecord.body.not_like(BLANK_OF_NOBODY))
            naming = [record for record, body in oldest if is_blank(body) and body["customers"]]
            emptied += self._empty(session, naming, by, "customers", None)
            quiet = Conversation.updated_at < self._before(self._rules.content[Kind.QUESTION])
            decided = Proposal.decided_at < self._before(self._rules.content[Kind.CONFIRMED])
            period = self._before(self._rules.content[Kind.ANSWER])
            said = session.scalars(select(Exchange.id).where(Exchange.asked_at < period)).all()
            rated = session.scalars(select(Rating.id).where(Rating.rated_at < period)).all()
            return Erased(
                emptied,
                _delete(session, Exchange, said) + _delete(session, Rating, rated),
                _delete(session, Conversation, session.scalars(select(Conversation.id).where(quiet)).all()),
                _delete(session, Proposal, session.scalars(select(Proposal.id).where(decided)).all()),
            )

        return await self._write(work, dry_run)

    async def _write(self, work: Callable[[Session], Erased], dry_run: bool) -> Erased:
        def within(session: Session) -> Erased:
            doing = session.begin_nested()
            done = work(session)
            doing.rollback() if dry_run else doing.commit()
            return done

        try:
            return await self._store.write(within)
        except ProgrammingError as error:
            raise StoreError(reason="only the owner of the store may erase") from error

    def _before(self, months: int) -> datetime:
        before: datetime = self._clock.now() - relativedelta(months=months)
        return before

    def _empty(
        self, session: Session, records: Iterable[JournalRecord], by: str, rule: str, unnamed: Collection[str] | None
    ) -> int:
        """Empties the records; their blanks name the customers they showed but the `unnamed`, or (None) nobody."""
        notes = []
        for record in records:
            shown = set() if unnamed is None else _customers_in(session, json.loads(record.body)).difference(unnamed)
            record.body, record.salt = blank(rule, self._rules.version, sorted(shown)), None
            notes.append([record.number, record.hash, standing(record)])
        session.flush()
        for start in range(0, len(notes), AT_ONCE):
            body = {"rule": rule, "version": self._rules.version, "records": notes[start : start + AT_ONCE]}
            self._journal.append_in(session, uuid.uuid4().hex, by, [(Kind.ERASED, body)])
        return len(notes)


def _records(session: Session, condition: ColumnElement[bool]) -> list[tuple[JournalRecord, dict[str, object]]]:
    """The records with their bodies, in order; those that say what was erased are not among them."""
    found = select(JournalRecord).where(condition, JournalRecord.kind != Kind.ERASED).order_by(JournalRecord.number)
    return [(record, json.loads(record.body)) for record in session.scalars(found)]


def _words_for(session: Session, customer_id: str) -> list[str]:
    """What a text may call the customer."""
    customer = session.get(Customer, customer_id)
    numbers = session.scalars(select(CustomerIdentifier.number).where(CustomerIdentifier.customer_id == customer_id))
    own = [customer.name, customer.name_latin, customer.phone, customer.email] if customer else []
    return [word for word in (*own, *numbers) if word and len(word) >= SHORTEST_WORD]


def _turns_about(session: Session, customer_id: str, words: Sequence[str]) -> list[str]:
    """The turns that show something of the customer, and those whose text calls them by name and that are about nobody
    else: with somebody else's id beside it, a name is that person's."""
    mentioned = or_(*(JournalRecord.body.icontains(part, autoescape=True) for part in (customer_id, *words)))
    by_id: set[str] = set()
    by_name: set[str] = set()
    for record, body in _records(session, mentioned):
        (by_id if names(body, customer_id) else by_name).add(record.turn_id)
    for turn_id in sorted(by_name - by_id):
        bodies = [body for _, body in _records(session, JournalRecord.turn_id == turn_id)]
        if any(_tells(body, customer_id, words) for body in bodies) and not _customers_in(session, bodies):
            by_id.add(turn_id)
    return sorted(by_id)


def _tells(body: object, customer_id: str, words: Sequence[str]) -> bool:
    parts = list(parts_of(body))
    return customer_id in parts or any(word.casefold() in part.casefold() for word in words for part in parts)


def _customers_in(session: Session, body: object) -> set[str]:
    """The customers that a body names by their id."""
    longest = Customer.__table__.c.id.type
    assert isinstance(longest, String)
    parts = sorted({part for part in parts_of(body) if len(part) <= (longest.length or 0)})
    known: set[str] = set()
    for start in range(0, len(parts), AT_ONCE):
        known.update(session.scalars(select(Customer.id).where(Customer.id.in_(parts[start : start + AT_ONCE]))))
    return known


def _delete(session: Session, table: type[Conversation | Exchange | Proposal | Rating], ids: Sequence[str]) -> int:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        if table is Conversation:
            session.execute(delete(Exchange).where(Exchange.conversation_id.in_(some)))
        session.execute(delete(table).where(table.id.in_(some)))
    return len(ids)
