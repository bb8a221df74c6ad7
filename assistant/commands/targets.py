"""`rapport targets`: whom to address about a product, as a CSV or XLSX file."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import AsOf, CommandError, Debug, Home, day, settings_of_bank

if TYPE_CHECKING:
    from datetime import date

As = Annotated[str, typer.Option("--as", metavar="EMPLOYEE", help="Whose customers: an employee's id")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it: a .csv or .xlsx file")]


def targets(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="The product's id")],
    employee: As,
    out: Out,
    number: Annotated[int | None, typer.Option(help="How many customers [default: 20]")] = None,
    language: Annotated[str, typer.Option(help="en, zh or es")] = "en",
    as_of: AsOf = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write whom to address about a product, and why, as a file."""
    from prompts import LANGUAGES

    form = out.suffix.lstrip(".").lower()
    if form not in ("csv", "xlsx"):
        raise CommandError(reason=f"{out} is neither a .csv nor an .xlsx file")
    if language not in LANGUAGES:
        raise CommandError(reason=f"there is no language {language}; there are {', '.join(LANGUAGES)}")
    file = asyncio.run(_file(home, employee, product, number, form, language, day(as_of)))
    try:
        out.write_bytes(file)
    except OSError as error:
        raise CommandError(reason=f"{out} cannot be written: {error.strerror}") from None


async def _file(
    home: Path | None, employee: str, product: str, number: int | None, form: str, language: str, as_of: "date | None"
) -> bytes:
    from assistant.journal import Journal
    from assistant.recommend.rule_pack import read_pack
    from assistant.target_export import Format, TargetExport
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore

    settings = settings_of_bank(home)
    store = CrmStore(settings.store_url)
    try:
        export = TargetExport(store, Journal(store), Clock(settings.as_of), read_pack(settings.rules))
        return await export.file(employee, product, number, Format(form), language, as_of)
    finally:
        await store.close()
