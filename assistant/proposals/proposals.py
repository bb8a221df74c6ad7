"""Proposals in the store: kept when a turn ends, decided once by the person who was asked."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.access import scope_of
from assistant.answer import ShownProposal
from assistant.chain import canonical
from assistant.errors import BadChange, Outdated, UnknownProposal
from assistant.feedback.case_rules import CaseRules
from assistant.journal import Body, Journal, Kind
from assistant.proposals.card import EXPIRES_AFTER, is_stale, shown
from assistant.proposals.write import Context, Draft, Write
from assistant.recommend.rule_pack import DEFAULT_PACK, RulePack, read_pack
from knowledge.clock import Clock
from knowledge.crm.codes import ProposalState
from knowledge.crm.scope import Scope, visible_rows
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Proposal
from knowledge.errors import RapportError

Records = Sequence[tuple[Kind, Body]]
Changes = Mapping[str, str | None]
"""New values by field, as the person has written them."""

_KIND_OF = {
    ProposalState.CONFIRMED: Kind.CONFIRMED,
    ProposalState.FAILED: Kind.FAILED,
    ProposalState.REJECTED: Kind.REJECTED,
    ProposalState.EXPIRED: Kind.EXPIRED,
}
MOST_LISTED = 100


class Proposals:
    """Keeps, shows and decides proposals. `writes` are the kinds that there are.

    Only who was asked may decide, and only while they may still see the customer: for anybody else there is no
    such proposal. Waiting is measured by the real time; `clock` says which day a write is made on.
    """

    def __init__(
        self, store: CrmStore, writes: Sequence[type[Write]], journal: Journal, clock: Clock,
        rules: RulePack | None = None, case_rules: CaseRules | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._writes = {write.kind: write for write in writes}
        self._journal = journal
        self._clock = clock
        self._real = Clock()
        self._rules, self._case_rules = rules or read_pack(DEFAULT_PACK), case_rules or CaseRules.read()

    async def keep(
        self, turn_id: str, employee_id: str, drafts: Sequence[Draft], language: str, before: Records = ()
    ) -> list[ShownProposal]:
        """Stores what a turn proposes, with its journal records `before` and one for each, in one transaction.

        What the same turn proposed before, when its connection broke off, is not proposed a second time.
        """
        rows = [self._row(draft, turn_id, employee_id) for draft in drafts]
        async with self._store.writing() as session:
            asked = (Proposal.turn_id == turn_id, Proposal.employee_id == employee_id)
            known = {_matter(row): row for row in await session.scalars(select(Proposal).where(*asked))}
            new = [row for row in rows if _matter(row) not in known]
            session.add_all(new)
            rows = [known.get(_matter(row), row) for row in rows]
            records = [*before, *((Kind.PROPOSED, _body(row)) for row in new)]
            await self._journal.append_within(session, turn_id, employee_id, records)
        return [self._shown(row, language) for row in rows]

    async def propose(
        self, employee_id: str, write: Write, customer: str | None = None, language: str = "en"
    ) -> ShownProposal:
        """Puts one write to that employee outside any question. Raises UnknownEmployee."""
        scope = await scope_of(self._store, employee_id, self._real.today())
        async with self._store.reading(scope) as reader:
            summary = await write.describe(reader, language)
        draft = Draft(uuid.uuid4().hex, write, customer, summary)
        (proposal,) = await self.keep(uuid.uuid4().hex, employee_id, [draft], language)
        return proposal

    async def confirm(
        self, id: str, employee_id: str, changes: Changes | None = None, language: str = "en"
    ) -> ShownProposal:
        """Executes it, with `changes` to its editable fields, unless it was decided before; gives how it stands.

        Raises UnknownEmployee; UnknownProposal; BadChange, with nothing done, for a change that cannot be.
        """
        scope, row = await self._seen(id, employee_id)
        if row.state == ProposalState.OPEN and not is_stale(row, self._real.now()) and changes:
            write = self._changed(row, changes)
            async with self._store.reading(scope) as reader:
                summary = await write.describe(reader, language)
            changed = {"arguments": write.model_dump(mode="json"), "summary": summary}
        else:
            changed = {}
        return await self._decide(id, scope, ProposalState.CONFIRMED, changed, language)

    async def reject(self, id: str, employee_id: str, language: str = "en") -> ShownProposal:
        """Lays it aside unless it was decided before; gives how it stands. Raises UnknownEmployee, UnknownProposal."""
        scope, _ = await self._seen(id, employee_id)
        return await self._decide(id, scope, ProposalState.REJECTED, {}, language)

    async def listed(
        self, employee_id: str, state: ProposalState | None = ProposalState.OPEN, language: str = "en"
    ) -> list[ShownProposal]:
        """That employee's proposals, newest first, of a state or of all. Raises UnknownEmployee."""
        scope = await scope_of(self._store, employee_id, self._real.today())
        await self._expire(scope)
        found = select(Proposal).order_by(Proposal.created_at.desc(), Proposal.id).limit(MOST_LISTED)
        if state:
            found = found.where(Proposal.state == state)
        async with self._store.reading(scope) as reader:
            rows = await reader.scalars(found.where(Proposal.kind.in_(self._writes)))
            return [self._shown(row, language) for row in rows]

    async def _seen(self, id: str, employee_id: str) -> tuple[Scope, Proposal]:
        scope = await scope_of(self._store, employee_id, self._real.today())
        async with self._store.reading(scope) as reader:
            row = await reader.get(Proposal, id)
        if row is None or row.kind not in self._writes:
            raise UnknownProposal(proposal=id)
        return scope, row

    def _changed(self, row: Proposal, changes: Changes) -> Write:
        write = self._writes[row.kind]
        editable = {field.name for field in write.fields if field.editable}
        fixed = next((name for name in changes if name not in editable), None)
        if fixed is not None:
            raise BadChange(field=fixed[:100], reason="it cannot be changed")
        given = {name: value if value and value.strip() else None for name, value in changes.items()}
        try:
            return write.model_validate({**row.arguments, **given}).adjusted(self._case_rules)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise BadChange(field=".".join(map(str, first["loc"])) or row.kind, reason=first["msg"]) from None

    async def _decide(
        self, id: str, scope: Scope, wanted: ProposalState, changed: Mapping[str, Any], language: str
    ) -> ShownProposal:
        """Takes the proposal out of waiting and does what was decided, in one transaction."""
        async with self._store.writing() as session:
            mine = (Proposal.id == id, visible_rows(scope)[Proposal])
            row = (await session.scalars(select(Proposal).where(*mine))).one_or_none()
            if row is None:
                raise UnknownProposal(proposal=id)
            if is_stale(row, self._real.now()):
                wanted, changed = ProposalState.EXPIRED, {}
            values = {"state": wanted, "decided_at": self._real.now(), "decided_by": scope.employee_id, **changed}
            taken = await session.execute(
                update(Proposal).where(Proposal.id == id, Proposal.state == ProposalState.OPEN).values(values)
            )
            assert isinstance(taken, CursorResult)
            await session.refresh(row)
            if taken.rowcount:
                if wanted is ProposalState.CONFIRMED:
                    await self._execute(session, row, scope)
                await self._note(session, row, edited=bool(changed))
            return self._shown(row, language)

    async def _execute(self, session: AsyncSession, row: Proposal, scope: Scope) -> None:
        """Does the write. What it leaves if it cannot be done is the reason alone."""
        context = Context(row.id, scope, self._clock.today(), self._clock.now(), self._rules, self._case_rules)
        try:
            async with session.begin_nested():
                write = self._stored(row)
                await write.check(session, context)
                row.result = await write.execute(session, context)
        except BadChange:
            raise  # another change mends it: the proposal goes on waiting
        except RapportError as error:
            await self._fail(session, row, {"code": error.code, "values": error.values})
        except (IntegrityError, DataError):
            await self._fail(session, row, {"code": Outdated.code, "values": {"reason": "the rows no longer fit"}})

    def _stored(self, row: Proposal) -> Write:
        try:
            return self._writes[row.kind].model_validate(row.arguments)
        except ValidationError:
            raise Outdated(reason="it was proposed by another version") from None

    async def _fail(self, session: AsyncSession, row: Proposal, reason: dict[str, Any]) -> None:
        await session.refresh(row)
        row.state, row.result = ProposalState.FAILED, reason
        await session.flush()

    async def _expire(self, scope: Scope) -> None:
        """Closes what that employee has let wait too long."""
        stale = (
            Proposal.employee_id == scope.employee_id,
            Proposal.state == ProposalState.OPEN,
            Proposal.created_at <= self._real.now() - EXPIRES_AFTER,
        )
        async with self._store.reading(scope) as reader:
            if not await reader.scalar(select(Proposal.id).where(*stale)):
                return
        async with self._store.writing() as session:
            for row in await session.scalars(select(Proposal).where(*stale).order_by(Proposal.created_at)):
                row.state, row.decided_at = ProposalState.EXPIRED, self._real.now()
                await self._note(session, row)

    async def _note(self, session: AsyncSession, row: Proposal, edited: bool = False) -> None:
        """The journal record of a decision, under the turn that proposed."""
        kind = _KIND_OF[ProposalState(row.state)]
        body = {**_body(row), "edited": edited, "result": row.result}
        await self._journal.append_within(session, row.turn_id or row.id, row.employee_id, [(kind, body)])

    def _row(self, draft: Draft, turn_id: str, employee_id: str) -> Proposal:
        if draft.write.kind not in self._writes:
            raise ValueError(f"the kind {draft.write.kind!r} is not registered")
        return Proposal(
            id=draft.id,
            employee_id=employee_id,
            customer_id=draft.customer,
            turn_id=turn_id,
            kind=draft.write.kind,
            arguments=draft.write.model_dump(mode="json"),
            summary=draft.summary,
            state=ProposalState.OPEN,
            created_at=self._real.now(),
        )

    def _shown(self, row: Proposal, language: str) -> ShownProposal:
        return shown(row, self._writes[row.kind], language)


def _matter(row: Proposal) -> str:
    """What is proposed, by which two proposals of one turn are the same."""
    return canonical({"kind": row.kind, "customer": row.customer_id, "arguments": row.arguments})


def _body(row: Proposal) -> dict[str, Any]:
    return {
        "proposal": row.id,
        "kind": row.kind,
        "customer": row.customer_id,
        "arguments": row.arguments,
        "summary": row.summary,
    }
