"""Of what a model may say: how many lies are caught, and how many true sentences are refused, by language."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.table import Table

from benchmarks import machine
from benchmarks.verification.rates import Rates, names_by_kind, of_told, of_written
from benchmarks.verification.scenes import AS_OF, demo_bank
from knowledge.crm.demo import make_demo_bank
from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url
from prompts import LANGUAGES

SENTENCES = Path(__file__).parents[2] / "tests" / "assistant" / "grounding"


def measures(given_home: Path | None) -> list[Table]:
    """Takes them on the bank in `given_home`, made as of 20 November 2026, or on one that is made for it."""
    with TemporaryDirectory() as folder:
        store_url = sqlite_url(given_home or Path(folder))
        if given_home is None:
            migrate(store_url)
            make_demo_bank(store_url, as_of=AS_OF)
        return asyncio.run(_tables(store_url))


async def _tables(store_url: str) -> list[Table]:
    async with demo_bank(store_url) as bank:
        others = await names_by_kind(bank)
        sets = {
            "by hand, set aside": await of_written(bank, SENTENCES / "faithful_unseen.yaml", others),
            "by hand, tuned on": await of_written(bank, SENTENCES / "faithful.yaml", others),
            "the templates' re-worded by rule": await of_told(bank, others),
        }
    return [_rates(sets), _kinds(sets)]


def _rates(sets: dict[str, dict[str, Rates]]) -> Table:
    table = Table("sentences", "", "true ones refused", "lies caught", "a check", caption=machine.described())
    for name, by_language in sets.items():
        for language in LANGUAGES:
            rates = by_language[language]
            told = rates.lies.total()
            table.add_row(
                name,
                language,
                f"{rates.refused} of {rates.faithful:,}: {rates.refused_share:.1%}",
                f"{told - rates.missed.total():,} of {told:,}: {rates.caught_share:.2%}",
                f"{rates.seconds / max(1, rates.checks) * 1000:.1f} ms",
            )
    table.add_row("aim", "", "<= 2 %", ">= 99 %", "")
    return table


def _kinds(sets: dict[str, dict[str, Rates]]) -> Table:
    """What kind of lie got through, over all languages."""
    table = Table("lies caught, by what was changed", *sets)
    every = [rates for by_language in sets.values() for rates in by_language.values()]
    for kind in dict.fromkeys(kind for rates in every for kind in sorted(rates.lies)):
        cells = []
        for by_language in sets.values():
            told = sum(rates.lies[kind] for rates in by_language.values())
            missed = sum(rates.missed[kind] for rates in by_language.values())
            cells.append(f"{told - missed:,} of {told:,}")
        table.add_row(kind, *cells)
    return table
