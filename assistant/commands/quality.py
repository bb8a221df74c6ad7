"""`rapport quality`: how good the customer data are."""

import asyncio
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from assistant.commands.options import AsOf, Debug, Home, Json, day, settings_of_bank

if TYPE_CHECKING:
    from datetime import date

    from assistant.settings import Settings
    from knowledge.quality.measure import Counts
    from knowledge.quality.sources import Source

Key = TypeVar("Key", str, tuple[str, str])
WHOLE_BANK = "head_office"


@dataclass(frozen=True)
class Measured:
    """What was counted: by branch, with the branches' names, and by source."""

    today: "date"
    counted_on: "date"
    branches: "dict[str | None, Counts]"
    names: dict[str, str]
    sources: "list[Source]"


def quality(
    employee: Annotated[
        str | None, typer.Option("--as", metavar="EMPLOYEE", help="What this employee sees [default: the whole bank]")
    ] = None,
    branch: Annotated[bool, typer.Option("--branch", help="One line for each branch")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Count all files anew and keep the counts")] = False,
    as_of: AsOf = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """How complete, consistent, valid and fresh the customer data are."""
    settings = settings_of_bank(home)
    if refresh:
        from knowledge.clock import Clock
        from knowledge.quality.kept_counts import count_files

        count_files(settings.store_url, settings.home / "counting", Clock(day(as_of) or settings.as_of))
    measured = asyncio.run(_measure(settings, employee, day(as_of)))
    if as_json:
        print(json.dumps(_as_dict(measured), ensure_ascii=False, indent=2, default=str))
    else:
        from assistant.commands.printing import harmless

        print(harmless("\n".join(_lines(measured, branch))))


async def _measure(settings: "Settings", employee: str | None, given: "date | None") -> Measured:
    from sqlalchemy import select

    from assistant.access import scope_of
    from knowledge.clock import Clock
    from knowledge.crm.codes import Role
    from knowledge.crm.scope import Scope
    from knowledge.crm.store import CrmStore
    from knowledge.crm.tables import Unit
    from knowledge.quality.kept_counts import kept_counts
    from knowledge.quality.measure import counts_by_branch
    from knowledge.quality.sources import sources_of

    clock = Clock(settings.as_of)
    today = given or clock.today()
    store = CrmStore(settings.store_url)
    try:
        scope = await scope_of(store, employee, clock.today()) if employee else Scope(WHOLE_BANK, Role.HEAD_OFFICE)
        async with store.reading(scope) as reader:
            kept = await kept_counts(reader, scope, today)
            return Measured(
                today,
                kept.as_of if kept else today,
                kept.branches if kept else await counts_by_branch(reader, today),
                {unit.id: unit.name for unit in await reader.scalars(select(Unit))},
                kept.sources if kept else await sources_of(reader, today),
            )
    finally:
        await store.close()


def _lines(measured: Measured, by_branch: bool) -> list[str]:
    from knowledge.quality.measure import total

    whole = total(measured.branches.values())
    lines = [
        f"{whole.customers:,} customers as of {measured.counted_on}: score {_percent(whole.score)}",
        f"  integrity     {_percent(whole.integrity)} of the expected fields are filled",
        f"  truthfulness  {_percent(whole.truthfulness)} of the customers are contradicted by no system "
        f"({whole.contested:,} are)",
        f"  accuracy      {_percent(whole.accuracy)} of the recorded values can be right and still hold",
        f"  segmentation  {_percent(whole.segmentable)} of what it needs is there",
    ]
    if by_branch:
        lines += ["branches (score, integrity, truthfulness, accuracy, segmentation inputs)"]
        lines += [f"  {_branch_line(measured, branch, counts)}" for branch, counts in measured.branches.items()]
    lines += ["sources", *(f"  {_source_line(source, measured)}" for source in measured.sources)]
    lines += ["missing", *(f"  {field}: {number:,}" for field, number in _ranked(whole.missing))]
    lines += ["cannot stand"] if whole.broken else []
    return lines + [f"  {field}, {rule}: {number:,}" for (field, rule), number in _ranked(whole.broken)]


def _branch_line(measured: Measured, branch: str | None, counts: "Counts") -> str:
    parts = (counts.score, counts.integrity, counts.truthfulness, counts.accuracy, counts.segmentable)
    name = measured.names.get(branch or "", "no branch")
    return f"{name}: {counts.customers:,} customers, {', '.join(map(_percent, parts))}"


def _source_line(source: "Source", measured: Measured) -> str:
    newest = f"newest {source.newest} ({(measured.today - source.newest).days} days)" if source.newest else "no day"
    return (
        f"{source.system}: {source.records:,} records, {newest}, fresh {_percent(source.fresh)}, "
        f"filled {_percent(source.counts.integrity)}, sound {_percent(source.counts.accuracy)}, "
        f"in {source.conflicts:,} open contradictions"
    )


def _as_dict(measured: Measured) -> dict[str, Any]:
    """Shares in percent as strings, so that no digit is lost."""
    from knowledge.quality.expectations import expectations
    from knowledge.quality.measure import total

    return {
        "as_of": measured.counted_on,
        "expectations": expectations().version,
        "whole": _counts(total(measured.branches.values())),
        "branches": [
            {"id": branch, "name": measured.names.get(branch or "")} | _counts(counts)
            for branch, counts in measured.branches.items()
        ],
        "sources": [
            {
                "system": one.system,
                "records": one.records,
                "newest": one.newest,
                "fresh": one.fresh,
                "integrity": one.counts.integrity,
                "accuracy": one.counts.accuracy,
                "conflicts": one.conflicts,
            }
            for one in measured.sources
        ],
    }


def _counts(counts: "Counts") -> dict[str, Any]:
    return {
        "customers": counts.customers,
        "score": counts.score,
        "integrity": counts.integrity,
        "truthfulness": counts.truthfulness,
        "accuracy": counts.accuracy,
        "segmentable": counts.segmentable,
        "contested": counts.contested,
        "missing": counts.missing,
        "segmentation_lacks": counts.lacking,
        "broken": [{"field": f, "rule": rule, "count": number} for (f, rule), number in _ranked(counts.broken)],
    }


def _ranked(numbers: dict[Key, int]) -> list[tuple[Key, int]]:
    return sorted(((key, number) for key, number in numbers.items() if number), key=lambda item: (-item[1], item[0]))


def _percent(value: Decimal | None) -> str:
    return "-" if value is None else f"{value.normalize():f} %"
