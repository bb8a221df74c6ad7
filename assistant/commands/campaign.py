"""`rapport campaign`: which campaigns there are, and what one of them came to."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import AsOf, CommandError, Debug, Home, day, settings_of_bank

if TYPE_CHECKING:
    from datetime import date

app = typer.Typer(help="Campaigns and what they came to.", no_args_is_help=True, rich_markup_mode=None)

As = Annotated[str, typer.Option("--as", metavar="EMPLOYEE", help="Whose view: an employee's id")]
Language = Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="en, zh or es")]


@app.command("list")
def list_(employee: As, language: Language = "en", as_of: AsOf = None, home: Home = None, debug: Debug = False) -> None:
    """List the campaigns in view."""
    typer.echo(asyncio.run(_told(home, employee, None, language, day(as_of))))


@app.command()
def review(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's number")],
    employee: As,
    language: Language = "en",
    as_of: AsOf = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Print what a campaign came to: conversion, cost per result, uplift against the held-out."""
    typer.echo(asyncio.run(_told(home, employee, campaign, language, day(as_of))))


async def _told(home: Path | None, employee: str, campaign: str | None, language: str, as_of: "date | None") -> str:
    from assistant.access import scope_of
    from assistant.care.campaign_figures import head_of, in_view
    from assistant.errors import UnknownCampaign
    from assistant.grounding.ledger import Ledger
    from assistant.tools.campaign_review import reviewed
    from assistant.tools.tool import values_of
    from assistant.typesetting import blocks_of, text_of
    from knowledge.clock import Clock
    from knowledge.crm.store import CrmStore
    from prompts import LANGUAGES, render

    if language not in LANGUAGES:
        raise CommandError(reason=f"there is no language {language}; there are {', '.join(LANGUAGES)}")
    settings = settings_of_bank(home)
    store = CrmStore(settings.store_url)
    try:
        scope = await scope_of(store, employee, Clock().today())
        ledger = Ledger(language, as_of or Clock(settings.as_of).today())
        async with store.reading(scope) as reader:
            known = await in_view(reader, scope, ledger.today)
            if campaign is None:
                heads = [head_of(ledger, one) for one in known]
                return "\n".join(f"{one.number.text}  {one.state.text}  {one.theme.text}" for one in heads)
            chosen = next((one for one in known if one.campaign.id == campaign), None)
            if chosen is None:
                raise UnknownCampaign(campaign=campaign)
            found = await reviewed(reader, scope, ledger, chosen)
        return text_of(blocks_of(render("campaign_review", language, values_of(found)), frozenset()))
    finally:
        await store.close()
