"""`rapport evaluate`: how often the answers are right, on cases that a bank can write for itself."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.making import telling
from assistant.commands.misses import print_misses
from assistant.commands.options import AsOf, CommandError, Debug, Home, Json, day, settings_of_bank
from assistant.commands.thumbs import print_thumbs

if TYPE_CHECKING:
    from assistant.evaluation.report import Report

Kept = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Keep this run as JSON, to compare with")]
Against = Annotated[Path | None, typer.Option("--against", metavar="FILE", help="Say what changed since this run")]
AtLeast = Annotated[
    float | None,
    typer.Option("--at-least", metavar="PERCENT", min=0, max=100, help="Fail below this share in any language"),
]


def evaluate(
    cases: Annotated[
        str | None, typer.Argument(metavar="CASES", help="A YAML file, a folder of them, or what ships: demo, berka")
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List the questions that were not understood")] = False,
    thumbs: Annotated[
        bool, typer.Option("--thumbs", help="Print the answers that people rated, as cases to look at")
    ] = False,
    out: Kept = None,
    against: Against = None,
    at_least: AtLeast = None,
    engine: Annotated[str | None, typer.Option("--engine", help="The engine that answers")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Put cases to a copy of the bank and say, by ability and language, how many came out right.

    Or list, without names, the questions that were not understood: they tell which example utterances are missing. Or
    print, with names, the answers that got a thumb: a good one is a case as it stands, of a bad one say what was right.
    """
    if thumbs:
        if cases or misses:
            raise typer.BadParameter("--thumbs stands alone")
        print_thumbs(settings_of_bank(home), as_json)
        return
    if misses or cases is None:
        if cases or not misses:
            raise typer.BadParameter("name the cases to judge, or say --misses")
        print_misses(settings_of_bank(home), as_json)
        return
    from assistant.commands.printing import harmless
    from assistant.evaluation.case import find_cases
    from assistant.evaluation.evaluation import evaluate
    from assistant.evaluation.report import Report

    files, before = find_cases(cases), Report.read(against) if against else None
    settings = settings_of_bank(home, engine)
    with telling() as progress:
        report = asyncio.run(
            evaluate(files, settings, day(as_of), lambda done, many: progress("conversation", done, many))
        )
    if out:
        out.write_text(report.model_dump_json(indent=1), encoding="utf-8")
    lines = [*report.lines(), *(report.changes(before) if before else ())]
    print(report.model_dump_json(indent=1) if as_json else harmless("\n".join(lines)))
    _refuse_below(report, at_least)


def _refuse_below(report: "Report", at_least: float | None) -> None:
    from prompts import LANGUAGES

    below = [one for one in LANGUAGES if at_least is not None and report.share(one) * 100 < at_least]
    if below:
        raise CommandError(reason=f"below {at_least:g} % in {', '.join(below)}")
