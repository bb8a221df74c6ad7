"""`rapport plan`: a customer's wealth plan for reference, as a page or a PDF to print and to hand on."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import AsOf, CommandError, Debug, Home, day, settings_of_bank

if TYPE_CHECKING:
    from datetime import date

    from assistant.printing.printed import Printed

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's number")]
As = Annotated[str, typer.Option("--as", metavar="EMPLOYEE", help="Who draws it up: an employee's id")]
To = Annotated[str, typer.Option("--to", metavar="FILE", help="A file ending in .html or .pdf; - is HTML to stdout")]
Language = Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="en, zh or es")]


def plan(
    customer: Customer, employee: As, to: To, language: Language = "en", as_of: AsOf = None, home: Home = None,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Draw up a wealth plan for reference, to print and to hand to a wealth manager."""
    from prompts import LANGUAGES

    if language not in LANGUAGES:
        raise CommandError(reason=f"--language takes {', '.join(LANGUAGES)}")
    if to != "-" and Path(to).suffix not in (".html", ".pdf"):
        raise CommandError(reason="--to takes a file that ends in .html or .pdf")
    drawn = asyncio.run(_drawn(home, employee, customer, language, day(as_of)))
    file = _file(drawn, to)
    if to == "-":
        sys.stdout.buffer.write(file)
        return
    try:
        Path(to).write_bytes(file)
    except OSError as error:
        raise CommandError(reason=f"{to} cannot be written: {error.strerror}") from None


def _file(drawn: "Printed", to: str) -> bytes:
    if to.endswith(".pdf"):
        from assistant.printing.pdf import pdf_of

        return pdf_of(drawn)
    from assistant.printing.html import html_of

    return html_of(drawn).encode()


async def _drawn(home: Path | None, employee: str, customer: str, language: str, as_of: "date | None") -> "Printed":
    from assistant.journal import Journal
    from assistant.printing.wealth_plans import WealthPlans
    from assistant.recommend.rule_pack import read_pack
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore
    from knowledge.embeddings import open_embeddings
    from knowledge.library.library import Library

    settings = settings_of_bank(home)
    store = CrmStore(settings.store_url)
    try:
        library = Library(settings.store_url, settings.home, open_embeddings(settings.embeddings))
        plans = WealthPlans(store, library, Journal(store), Clock(settings.as_of), read_pack(settings.rules))
        return await plans.printed(employee, customer, language, as_of)
    finally:
        await store.close()
