"""`rapport duplicates`: who may be one customer twice; join them, keep them apart, take them apart again."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import CommandError, Debug, Home, Json, settings_of_bank

if TYPE_CHECKING:
    from assistant.answer import ShownProposal
    from assistant.proposals.proposals import Proposals
    from assistant.proposals.write import Write
    from knowledge.crm.lineage import Likeness
    from knowledge.crm.store import CrmStore, Reader
    from knowledge.crm.tables import Customer

As = Annotated[str, typer.Option("--as", metavar="EMPLOYEE", help="Who decides: an employee's id")]
PairId = Annotated[str, typer.Argument(metavar="PAIR", help="A pair's id, as `list` shows it")]
MergeId = Annotated[str, typer.Argument(metavar="MERGE", help="A merge's id, as `show` shows it")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking")]
Shown = dict[str, object]
Making = Callable[["Reader"], Awaitable["tuple[Write, str]"]]
"""Makes the write that a command is about, and says which customer it is about."""
LISTED = 100

app = typer.Typer(no_args_is_help=True, help="Customers who may be in the store twice.")


@app.command("list")
def list_(employee: As, as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """List the pairs that wait for a decision, the likeliest first (100 at most)."""

    async def run() -> list[Shown]:
        async with _bank(home) as bank, bank.reader(employee) as reader:
            return [await _line(reader, pair) for pair in await _waiting(reader)]

    found = asyncio.run(run())
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from assistant.commands.printing import print_table

    rows = [tuple(str(value) for value in line.values()) for line in found]
    print_table(("pair", "percent", "one", "name", "other", "name", "found on"), rows)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="PAIR|CUSTOMER")],
    employee: As,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show the evidence of a pair field by field, or what a customer was joined from."""

    async def run() -> Shown:
        async with _bank(home) as bank, bank.reader(employee) as reader:
            return await _shown(reader, id)

    found = asyncio.run(run())
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from assistant.commands.printing import harmless

    for name, value in found.items():
        for line in value if isinstance(value, list) else [value]:
            said = "  ".join(f"{key} {part}" for key, part in line.items()) if isinstance(line, dict) else line
            print(harmless(f"{name}: {said}"))


@app.command()
def join(
    pair: PairId,
    employee: As,
    into: Annotated[str | None, typer.Option("--into", metavar="CUSTOMER", help="Whose number stays")] = None,
    yes: Yes = False,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Join the two customers of a pair. Without --into the smaller number stays."""

    async def write(reader: "Reader") -> "tuple[Write, str]":
        from assistant.proposals.join_customers import JoinCustomers

        found = await _pair(reader, pair)
        survivor, absorbed = sorted((found.customer_id, found.other_customer_id))
        if into not in (None, survivor, absorbed):
            raise CommandError(reason=f"{into} is not of the pair: {survivor} and {absorbed} are")
        if into == absorbed:
            survivor, absorbed = absorbed, survivor
        return JoinCustomers(likeness=pair, survivor=survivor, absorbed=absorbed), survivor

    _decide(home, employee, write, yes, as_json)


@app.command()
def apart(
    pair: PairId, employee: As, yes: Yes = False, as_json: Json = False, home: Home = None, debug: Debug = False
) -> None:
    """Say that a pair are two customers; no import joins them."""

    async def write(reader: "Reader") -> "tuple[Write, str]":
        from assistant.proposals.keep_apart import KeepApart

        found = await _pair(reader, pair)
        one, other = sorted((found.customer_id, found.other_customer_id))
        return KeepApart(likeness=pair, one=one, other=other), one

    _decide(home, employee, write, yes, as_json)


@app.command()
def undo(
    merge: MergeId, employee: As, yes: Yes = False, as_json: Json = False, home: Home = None, debug: Debug = False
) -> None:
    """Take two joined customers apart again; everything goes back to whose it was."""

    async def write(reader: "Reader") -> "tuple[Write, str]":
        from assistant.proposals.undo_merge import UndoMerge
        from knowledge.crm.lineage import Merge

        found = await reader.get(Merge, merge)
        if found is None:
            raise CommandError(reason=f"there is no merge {merge} in your view")
        return UndoMerge(merge=merge, customer=found.customer_id), found.customer_id

    _decide(home, employee, write, yes, as_json)


def _decide(home: Path | None, employee: str, write: Making, yes: bool, as_json: bool) -> None:
    """Says what will be done, asks, and does it as a proposal that is confirmed: the journal has both."""

    async def run() -> "ShownProposal":
        async with _bank(home) as bank:
            async with bank.reader(employee) as reader:
                made, customer = await write(reader)
                said = await made.describe(reader, "en")
            if not yes and not await asyncio.to_thread(typer.confirm, f"{said}. Do it?", err=True):
                raise typer.Abort
            proposal = await bank.proposals.propose(employee, made, customer=customer, language="en")
            return await bank.proposals.confirm(proposal.id, employee, {})

    from assistant.commands.printing import harmless

    shown = asyncio.run(run())
    if as_json:
        print(shown.model_dump_json(indent=2))
    elif shown.state == "confirmed":
        print(harmless(f"{shown.summary}\n{shown.message}"))
    if shown.state != "confirmed":
        raise CommandError(reason=f"it was not done: {shown.message}")


async def _waiting(reader: "Reader") -> "list[Likeness]":
    from sqlalchemy import select

    from knowledge.crm.codes import LikenessState
    from knowledge.crm.lineage import Likeness

    pairs = select(Likeness).where(
        Likeness.state == LikenessState.OPEN.value, Likeness.customer_id != Likeness.other_customer_id
    )
    return list(await reader.scalars(pairs.order_by(Likeness.probability.desc(), Likeness.id).limit(LISTED)))


async def _pair(reader: "Reader", id: str) -> "Likeness":
    from knowledge.crm.lineage import Likeness

    found = await reader.get(Likeness, id)
    if found is None:
        raise CommandError(reason=f"there is no pair {id} in your view")
    return found


async def _line(reader: "Reader", pair: "Likeness") -> Shown:
    from knowledge.crm.tables import Customer

    one, other = await reader.get(Customer, pair.customer_id), await reader.get(Customer, pair.other_customer_id)
    return {
        "pair": pair.id,
        "probability": str(pair.probability),
        "one": pair.customer_id,
        "one_name": _name(one),
        "other": pair.other_customer_id,
        "other_name": _name(other),
        "found_on": pair.found_on.isoformat(),
    }


def _name(customer: "Customer | None") -> str:
    return customer.name if customer else ""


async def _shown(reader: "Reader", id: str) -> Shown:
    from sqlalchemy import select

    from knowledge.crm.lineage import Likeness, Merge, SourceRecord
    from knowledge.crm.tables import Customer

    pair = await reader.get(Likeness, id)
    if pair is not None:
        return {**await _line(reader, pair), "state": pair.state, "evidence": pair.evidence}
    customer = await reader.get(Customer, id)
    if customer is None:
        raise CommandError(reason=f"there is no pair and no customer {id} in your view")
    records = await reader.scalars(select(SourceRecord).where(SourceRecord.customer_id == id).order_by(SourceRecord.id))
    merges = await reader.scalars(select(Merge).where(Merge.customer_id == id).order_by(Merge.merged_at, Merge.id))
    return {
        "customer": id,
        "name": customer.name,
        "record": [{"system": r.system, "number": r.number, "as of": r.as_of.isoformat()} for r in records],
        "merge": [
            {
                "merge": m.id,
                "of": m.absorbed_id,
                "on": m.merged_at.date().isoformat(),
                "by": m.merged_by,
                "percent": str(m.probability),
                "undone": m.undone_at.date().isoformat() if m.undone_at else "no",
            }
            for m in merges
        ],
    }


class _Bank:
    """The store of a home folder, read as an employee may, and the proposals that write into it."""

    def __init__(self, store: "CrmStore", proposals: "Proposals") -> None:
        self._store = store
        self.proposals = proposals

    @asynccontextmanager
    async def reader(self, employee: str) -> "AsyncIterator[Reader]":
        from assistant.access import scope_of
        from knowledge.clock import Clock

        async with self._store.reading(await scope_of(self._store, employee, Clock().today())) as reader:
            yield reader


@asynccontextmanager
async def _bank(home: Path | None) -> AsyncIterator[_Bank]:
    from assistant.feedback.case_rules import CaseRules
    from assistant.journal import Journal
    from assistant.proposals.proposals import Proposals
    from assistant.wiring import WRITES
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore

    settings = settings_of_bank(home)
    store = CrmStore(settings.store_url)
    try:
        rules = CaseRules.read(settings.deadlines, settings.home)
        yield _Bank(store, Proposals(store, WRITES, Journal(store), Clock(settings.as_of), case_rules=rules))
    finally:
        await store.close()
