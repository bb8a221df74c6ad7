"""`rapport library`: documents in, clauses out."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import AsOf, Debug, Home, Json, day, settings_of_bank

if TYPE_CHECKING:
    from assistant.settings import Settings
    from knowledge.library.library import Library
    from knowledge.library.passage import Found

AUDIENCES = ("customer", "internal")

app = typer.Typer(no_args_is_help=True, help="The bank's standards and product sheets.")


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders of our formats")],
    mirror: Annotated[bool, typer.Option("--mirror", help="Remove what is no longer in the folders")] = False,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Add documents, or new versions of them.

    Formats: md, txt, html, pdf, docx, xlsx, json. Exit code 1 if a file was not taken in.
    """
    library = _open(settings_of_bank(home))
    report = asyncio.run(library.add(paths, mirror=mirror))
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=2))
    else:
        from assistant.commands.printing import harmless

        print(
            f"{report.documents_added} documents added, {report.documents_replaced} replaced, "
            f"{report.documents_unchanged} unchanged, {report.documents_removed} removed; "
            f"{report.passages_added} passages added, {report.passages_removed} removed"
        )
        for rejected in report.rejected:
            typer.echo(f"not taken in: {harmless(rejected.file)}: {harmless(rejected.reason)}", err=True)
    if report.rejected:
        raise typer.Exit(1)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Documents, as `list` shows them")],
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Remove documents with all their passages: all versions and languages of an id, or one of them.

    Exit code 1 if nothing has such an id.
    """
    removed = asyncio.run(_open(settings_of_bank(home)).remove(ids))
    print("\n".join(f"removed: {id}" for id in removed) or "nothing has such an id")
    if not removed:
        raise typer.Exit(1)


@app.command(name="list")
def list_documents(as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """List the documents with their versions and validity."""
    cards = asyncio.run(_open(settings_of_bank(home)).documents())
    if as_json:
        print(json.dumps([asdict(card) for card in cards], ensure_ascii=False, indent=2, default=str))
        return
    from assistant.commands.printing import print_table

    rows = [
        (c.id, c.title, c.version or "", c.audience, f"{c.valid_from or ''}..{c.valid_until or ''}", str(c.passages))
        for c in cards
    ]
    print_table(("id", "title", "version", "audience", "valid", "passages"), rows)


@app.command()
def check(as_of: AsOf = None, as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """Look for contradictions: between translations of a clause, and between documents about the same thing.

    Exit code 1 if there is one.
    """
    from knowledge.clock import Clock

    settings = settings_of_bank(home)
    today = day(as_of) or Clock(settings.as_of).today()
    found = asyncio.run(_open(settings).contradictions(as_of=today))
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2, default=str))
    else:
        from assistant.commands.printing import print_table

        rows = [(c.first.id, ", ".join(c.only_first), c.second.id, ", ".join(c.only_second)) for c in found]
        print_table(("clause", "says", "clause", "says"), rows)
    if found:
        raise typer.Exit(1)


@app.command()
def gaps(as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """List the questions that the library had no answer to, newest first and without names."""
    from assistant.commands.misses import print_misses
    from assistant.journal import Kind

    print_misses(settings_of_bank(home), as_json, Kind.GAP)


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="What to look for, in any of the languages")],
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="How many clauses")] = 5,
    audience: Annotated[
        str | None, typer.Option("--audience", help="Only what is meant for: internal, customer")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Search the clauses that are in force.

    Says so when the library has no answer.
    """
    from knowledge.clock import Clock

    settings = settings_of_bank(home)
    today = day(as_of) or Clock(settings.as_of).today()
    if audience not in (None, *AUDIENCES):
        raise typer.BadParameter(f"--audience is one of {', '.join(AUDIENCES)}")
    readers = frozenset({audience}) if audience else frozenset(AUDIENCES)
    found = asyncio.run(_open(settings).search(words, top=top, as_of=today, audiences=readers))
    if as_json:
        print(json.dumps(_as_dict(found), ensure_ascii=False, indent=2))
    else:
        _print(found)


def _open(settings: "Settings") -> "Library":
    from knowledge.embeddings import open_embeddings
    from knowledge.library.library import Library

    return Library(settings.store_url, settings.home, open_embeddings(settings.embeddings))


def _as_dict(found: "Found") -> dict[str, object]:
    hits = [
        {
            "id": hit.passage.id,
            "document": hit.passage.document_id,
            "title": hit.passage.title,
            "section": hit.passage.section,
            "language": hit.passage.language,
            "score": round(hit.score, 4),
            "words_score": round(hit.words_score, 4),
            "vector_score": round(hit.vector_score, 4),
            "text": hit.passage.text,
        }
        for hit in found.hits
    ]
    return {"answered": found.answered, "hits": hits}


def _print(found: "Found") -> None:
    from assistant.commands.printing import print_table

    if not found.answered:
        typer.echo("The library has no answer to this; the nearest clauses are:", err=True)
    rows = [
        (f"{hit.score:.2f}", hit.passage.id, f"{hit.passage.title}, {hit.passage.section}", hit.passage.text)
        for hit in found.hits
    ]
    print_table(("score", "clause", "where", "text"), rows)
