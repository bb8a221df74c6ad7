"""`rapport proposals`: what waits for a person's yes, and their yes or no."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import CommandError, Debug, Home, Json, settings_of_bank

if TYPE_CHECKING:
    from assistant.answer import ShownProposal
    from assistant.proposals.proposals import Proposals

As = Annotated[str, typer.Option("--as", metavar="EMPLOYEE", help="Who decides: an employee's id")]
Id = Annotated[str, typer.Argument(metavar="ID", help="A proposal's id, as an answer shows it")]
All = Annotated[bool, typer.Option("--all", help="Decided ones too")]
Setting = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Change a field before it is done; repeatable")
]

app = typer.Typer(no_args_is_help=True, help="Writes that wait for a person's yes.")


@app.command("list")
def list_(employee: As, every: All = False, as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """List what waits, newest first."""
    from knowledge.crm.codes import ProposalState

    state = None if every else ProposalState.OPEN

    async def run() -> "Sequence[ShownProposal]":
        async with _proposals(home) as proposals:
            return await proposals.listed(employee, state)

    found = asyncio.run(run())
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in found], ensure_ascii=False, indent=2))
        return
    from assistant.commands.printing import print_table

    rows = [(each.id, each.state, f"{each.created_at:%Y-%m-%d %H:%M}", each.summary) for each in found]
    print_table(("proposal", "state", "since (UTC)", "what"), rows)


@app.command()
def confirm(
    id: Id, employee: As, setting: Setting = None, as_json: Json = False, home: Home = None, debug: Debug = False
) -> None:
    """Say yes: it is done as shown, once. Exit code 1 if it could not be done."""
    changes = dict(_pair(text) for text in setting or [])

    async def run() -> "ShownProposal":
        async with _proposals(home) as proposals:
            return await proposals.confirm(id, employee, changes)

    _tell(asyncio.run(run()), "confirmed", as_json)


@app.command()
def reject(id: Id, employee: As, as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """Say no: it is laid aside. Exit code 1 if it had been decided otherwise."""

    async def run() -> "ShownProposal":
        async with _proposals(home) as proposals:
            return await proposals.reject(id, employee)

    _tell(asyncio.run(run()), "rejected", as_json)


def _pair(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given:
        raise CommandError(reason=f"--set takes FIELD=VALUE, not {text!r}")
    return name.strip(), value


def _tell(shown: "ShownProposal", wanted: str, as_json: bool) -> None:
    from assistant.commands.printing import harmless

    if as_json:
        print(shown.model_dump_json(indent=2))
    elif shown.state == wanted:
        print(harmless(f"{shown.summary}\n{shown.message}"))
    if shown.state != wanted:
        raise CommandError(reason=f"the proposal is {shown.state}: {shown.message}")


@asynccontextmanager
async def _proposals(home: Path | None) -> "AsyncIterator[Proposals]":
    from assistant.feedback.case_rules import CaseRules
    from assistant.journal import Journal
    from assistant.proposals.proposals import Proposals
    from assistant.recommend.rule_pack import read_pack
    from assistant.wiring import WRITES
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore

    settings = settings_of_bank(home)
    store = CrmStore(settings.store_url)
    try:
        rules, case_rules = read_pack(settings.rules), CaseRules.read(settings.deadlines, settings.home)
        yield Proposals(store, WRITES, Journal(store), Clock(settings.as_of), rules, case_rules)
    finally:
        await store.close()
