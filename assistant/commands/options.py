"""What several commands take, and the settings that come of it."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.errors import RapportError

if TYPE_CHECKING:
    from assistant.settings import Settings


class CommandError(RapportError):
    """A command cannot do what it was told. Values: `reason`."""

    code = "command"


class Tracebacks:
    """Whether an error shows where it came from. `--debug` turns it on for this run."""

    wanted = False


def _want_tracebacks(wanted: bool) -> None:
    Tracebacks.wanted = Tracebacks.wanted or wanted


Home = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="Where the data live [default: .rapport]")]
Debug = Annotated[bool, typer.Option("--debug", callback=_want_tracebacks, help="Show where an error comes from")]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="Answer as of this day")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object")]


def settings_of(home: Path | None, engine: str | None = None) -> "Settings":
    """The settings of this run: the environment, and over it what the command line says.

    Raises SettingsError, or CommandError if the home folder cannot be one.
    """
    from assistant.settings import read_settings

    settings = read_settings(home=str(home) if home else None, engine=engine)
    if settings.home.exists() and not settings.home.is_dir():
        raise CommandError(reason=f"{settings.home} is a file, --home takes a folder")
    return settings


def settings_of_bank(home: Path | None, engine: str | None = None) -> "Settings":
    """The settings of a run that needs a bank, its store brought to this program's version.

    Raises StoreError if there is none, or one that is not ours.
    """
    from knowledge.crm.schema import migrate, version
    from knowledge.errors import StoreError

    settings = settings_of(home, engine)
    if version(settings.store_url) is None:
        raise StoreError(reason="there is no bank here yet: run `rapport demo` or `rapport import`")
    migrate(settings.store_url)
    return settings


def make_home(settings: "Settings") -> None:
    settings.home.mkdir(parents=True, exist_ok=True)


def day(given: datetime | None) -> date | None:
    return given.date() if given else None
