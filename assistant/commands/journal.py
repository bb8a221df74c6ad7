"""`rapport journal`: the chain checked, a turn shown again, who saw a customer, and what is to be forgotten."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import CommandError, Debug, Home, Json, settings_of_bank

if TYPE_CHECKING:
    from assistant.chain import Verdict
    from assistant.erasure import Erased
    from assistant.journal import Entry, Journal
    from assistant.settings import Settings

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it, as the journal will name them")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing")]

app = typer.Typer(no_args_is_help=True, help="Every turn, in a chain of hashes.")


@app.command()
def verify(
    noted: Annotated[str | None, typer.Option("--head", metavar="HASH", help="A hash that must be in it")] = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Check every link. Exit code 1 if the chain is broken."""
    verdict = asyncio.run(_verify(settings_of_bank(home), noted))
    if verdict.fault:
        raise CommandError(
            reason=f"the journal is broken at record {verdict.fault.number}: {verdict.fault.what}; "
            f"the {verdict.records} records before it are sound"
        )
    print(f"{verdict.records} records, every link holds\nhead {verdict.head}")
    if verdict.erased:
        print(f"{verdict.erased} of them emptied by rule")
    if verdict.unfinished:
        print(f"turn {verdict.unfinished} has no end: it still runs, or its process died")


@app.command()
def replay(
    turn: Annotated[str, typer.Argument(help="The id of a turn, as ask --json gives it")],
    answer: Annotated[bool, typer.Option("--answer", help="The answer alone, byte for byte as ask printed it")] = False,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show a turn as it was, from the journal alone."""
    entries = asyncio.run(_turn(settings_of_bank(home), turn))
    if not entries:
        raise CommandError(reason=f"the journal has no turn {turn!r}")
    if answer:
        _print_answer(entries, as_json)
    elif as_json:
        print(json.dumps([_as_dict(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        for entry in entries:
            _print(entry)


@app.command("who-saw")
def who_saw(
    customer: Annotated[str, typer.Argument(help="A customer's id")],
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """List the turns whose answers showed something of a customer."""
    entries = asyncio.run(_who_saw(settings_of_bank(home), customer))
    if as_json:
        rows = [{"at": entry.at.isoformat(), "employee": entry.employee_id, "turn": entry.turn_id} for entry in entries]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    from assistant.commands.printing import print_table

    if not entries:
        print("nobody", file=sys.stderr)
    rows_of_text = [(f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.employee_id, entry.turn_id) for entry in entries]
    print_table(("at (UTC)", "employee", "turn"), rows_of_text)


@app.command()
def erase(
    customer: Annotated[str, typer.Argument(help="A customer's id")],
    by: By,
    dry_run: DryRun = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Forget what was told of a customer. The chain holds."""
    _print_erased(asyncio.run(_erase(settings_of_bank(home), by, customer, dry_run)), dry_run)


@app.command()
def retain(by: By, dry_run: DryRun = False, home: Home = None, debug: Debug = False) -> None:
    """Forget what is older than its period."""
    _print_erased(asyncio.run(_erase(settings_of_bank(home), by, None, dry_run)), dry_run)


async def _erase(settings: "Settings", by: str, customer: str | None, dry_run: bool) -> "Erased":
    from assistant.erasure import Erasure
    from assistant.journal import Journal
    from assistant.retention import retention
    from knowledge.crm.store import CrmStore

    store = CrmStore(settings.store_url)
    try:
        erasure = Erasure(store, Journal(store), retention())
        return await (erasure.customer(customer, by, dry_run) if customer else erasure.expired(by, dry_run))
    finally:
        await store.close()


def _print_erased(erased: "Erased", dry_run: bool) -> None:
    done = "would be emptied" if dry_run else "emptied"
    print(
        f"{erased.records} records of the journal {done}; {erased.exchanges} exchanges and thumbs, "
        f"{erased.conversations} conversations and {erased.proposals} proposals forgotten"
    )


async def _verify(settings: "Settings", noted: str | None) -> "Verdict":
    async with _journal(settings) as journal:
        return await journal.verify(noted)


async def _turn(settings: "Settings", turn: str) -> "list[Entry]":
    async with _journal(settings) as journal:
        return await journal.turn(turn)


async def _who_saw(settings: "Settings", customer: str) -> "list[Entry]":
    async with _journal(settings) as journal:
        return await journal.who_saw(customer)


@asynccontextmanager
async def _journal(settings: "Settings") -> "AsyncIterator[Journal]":
    from assistant.journal import Journal
    from knowledge.crm.store import CrmStore

    store = CrmStore(settings.store_url)
    try:
        yield Journal(store)
    finally:
        await store.close()


def _as_dict(entry: "Entry") -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "employee": entry.employee_id,
        "kind": entry.kind,
        "body": entry.body,
    }


def _print_answer(entries: "Sequence[Entry]", as_json: bool) -> None:
    """The answer from the journal, as it was printed when it was given. Raises CommandError if there is none."""
    from assistant.answer import Answer
    from assistant.chain import is_blank
    from assistant.commands.printing import print_answer
    from assistant.journal import Kind

    told = [entry.body for entry in entries if entry.kind == Kind.ANSWER]
    if not told:
        raise CommandError(reason="the turn has no answer")
    if is_blank(told[0]):
        raise CommandError(reason=f"the answer was erased by rule ({told[0]['erased']['rule']})")
    kept = Answer.model_validate(told[0])
    if as_json:
        print(kept.model_dump_json(indent=2))
    else:
        print_answer(kept)


def _print(entry: "Entry") -> None:
    """A record for people: the question and the answer in words, what lies between as one line each."""
    from assistant.answer import Answer
    from assistant.chain import is_blank
    from assistant.commands.printing import harmless, print_answer
    from assistant.journal import Kind

    if is_blank(entry.body):
        print(f"[{entry.kind}] erased by rule ({harmless(str(entry.body['erased']['rule']))})\n")
        return
    match entry.kind:
        case Kind.ANSWER:
            print_answer(Answer.model_validate(entry.body))
        case Kind.QUESTION:
            print(f"{entry.at:%Y-%m-%d %H:%M:%S} UTC, {harmless(entry.employee_id)}:")
            print(harmless(str(entry.body.get("question", ""))) + "\n")
        case Kind.MODEL:
            print(f"[model] {harmless(_told(entry))}\n")
        case _:
            print(f"[{entry.kind}] {harmless(json.dumps(entry.body, ensure_ascii=False))}\n")


def _told(entry: "Entry") -> str:
    """What a model was told and said, as it left and came: masked. `--json` has every message."""
    call = entry.body
    asked = call["messages"][-1].get("content") or ""
    said = [call["text"], *(f"{wanted['name']}{wanted['arguments']}" for wanted in call["tool_calls"])]
    tokens = f"{call['prompt_tokens']} + {call['completion_tokens']} tokens, {call['elapsed_ms']} ms"
    failed = f", failed ({call['failed']})" if call["failed"] else ""
    return f"{call['model']}, {tokens}{failed}\nasked: {asked}\nsaid: {' '.join(part for part in said if part)}"
