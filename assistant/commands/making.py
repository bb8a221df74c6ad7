"""`rapport demo` and `rapport import`: a bank to ask about."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from assistant.commands.options import AsOf, CommandError, Debug, Home, Json, day, make_home, settings_of

if TYPE_CHECKING:
    from assistant.settings import Settings
    from knowledge.crm.demo import Guide


class Progress(Protocol):
    """Told what is being done, how much of it is done, and of how much."""

    def __call__(self, label: str, done: int, total: int | None) -> None: ...


def demo(
    seed: Annotated[int, typer.Option(help="Another number makes another bank")] = 7,
    as_of: AsOf = None,
    if_none: Annotated[bool, typer.Option("--if-none", help="Keep the bank that is there")] = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Make the demo bank: 2,000 invented customers."""
    from knowledge.clock import Clock
    from knowledge.crm.demo import make_demo_bank

    settings = settings_of(home)
    make_home(settings)
    kept = _has_bank(settings)
    if kept and not if_none:
        raise CommandError(reason=f"there is a bank in {settings.home} already: choose another --home")
    today = day(as_of) or Clock(settings.as_of).today()
    guides: list[Guide] = []
    with telling() as tell:
        if not kept:
            bank = make_demo_bank(settings.store_url, seed=seed, as_of=today, progress=lambda line: tell(line, 0, None))
            guides = bank.guides
        asyncio.run(_furnish(settings, tell))
    _print_guides(settings, guides)


def _print_guides(settings: "Settings", guides: "list[Guide]") -> None:
    """Whom to ask as, and a question each to begin with."""
    if not guides:
        print(f"The bank in {settings.home} was kept.")
    for guide in guides:
        print(f"{guide.employee}: {guide.name}, {guide.about}")
        print(f'  rapport ask --as {guide.employee} "{guide.question}"')


def import_(
    folder: Annotated[Path, typer.Argument(help="The folder with the bank's files")],
    mapping: Annotated[Path, typer.Option("--mapping", metavar="FILE", help="How they fit: a YAML file")],
    source_urls: Annotated[
        list[str] | None, typer.Option("--source-url", metavar="NAME=URL", help="The database a source lies in")
    ] = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Bring a bank's own files into the store.

    Rows that do not fit go to rejects.csv in the home folder, each with its reason.
    """
    from knowledge.intake.intake import import_folder

    urls = dict(_source_and_url(given) for given in source_urls or ())
    settings = settings_of(home)
    make_home(settings)
    with telling() as progress:
        rejects = settings.home / "rejects.csv"
        report = import_folder(folder, mapping, url=settings.store_url, rejects=rejects, progress=progress, urls=urls)
        asyncio.run(_furnish(settings, progress))
    if as_json:
        import json

        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        print(report.as_text())


def _source_and_url(given: str) -> tuple[str, str]:
    name, found, url = given.partition("=")
    if not (name and found and url):
        raise typer.BadParameter(f"{given!r} is not NAME=URL", param_hint="--source-url")
    return name, url


async def _furnish(settings: "Settings", progress: Progress) -> None:
    """What every bank needs besides its customers: the documents that ship, and understanding made ready."""
    from assistant.wiring import prepare
    from knowledge.embeddings import open_embeddings
    from knowledge.library.library import Library

    progress("the library", 0, None)
    library = Library(settings.store_url, settings.home, open_embeddings(settings.embeddings))
    await library.add([Path(__file__).parents[2] / "knowledge" / "documents"], progress)
    progress("the questions it understands", 0, None)
    await prepare(settings)


def _has_bank(settings: "Settings") -> bool:
    from sqlalchemy import func, select

    from knowledge.crm.schema import migrate
    from knowledge.crm.store import bulk_engine
    from knowledge.crm.tables import Customer

    migrate(settings.store_url)
    engine = bulk_engine(settings.store_url)
    with engine.connect() as connection:
        customers = connection.scalar(select(func.count()).select_from(Customer)) or 0
    engine.dispose()
    return customers > 0


@contextmanager
def telling() -> Iterator[Progress]:
    """Progress on a terminal's last line; a pipe gets none."""
    if not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda label, done, total: status.update(f"{label} {done:,}/{total:,}" if total else label)
