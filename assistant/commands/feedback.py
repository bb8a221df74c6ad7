"""`rapport feedback`: messages and answers to surveys taken in, triage learnt from a bank's own cases and judged."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.making import telling
from assistant.commands.options import (
    AsOf,
    CommandError,
    Debug,
    Home,
    Json,
    day,
    make_home,
    settings_of,
    settings_of_bank,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.commands.adding import Added
    from assistant.feedback.filing import Filing
    from assistant.feedback.trial import Trial

app = typer.Typer(
    help="Feedback of customers: taken in, triaged, learnt from, and how well it is judged.", no_args_is_help=True
)
Text = Annotated[str, typer.Option("--text", metavar="COLUMN", help="The column with the message")]
Label = Annotated[str, typer.Option("--label", metavar="COLUMN", help="The column with what it is")]
Beside = Annotated[
    Path | None,
    typer.Option("--unlabelled", metavar="FILE", help="Messages without labels to learn from as well (column --text)"),
]


@app.command()
def evaluate(
    train: Annotated[Path, typer.Argument(metavar="TRAIN.csv", help="Labelled messages to learn from")],
    test: Annotated[Path, typer.Argument(metavar="TEST.csv", help="Labelled messages to judge on")],
    text: Text = "text",
    label: Label = "label",
    unlabelled: Beside = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Learn from one labelled file, judge the other, and say how often that is right and how sure it may be taken."""
    from assistant.feedback.trial import trial
    from knowledge.embeddings import open_embeddings

    embeddings = open_embeddings(settings_of(home).embeddings)
    with telling() as progress:
        found = trial(embeddings, train, test, text=text, label=label, unlabelled=unlabelled, progress=progress)
    print(json.dumps(asdict(found), ensure_ascii=False, indent=2) if as_json else "\n".join(_trial_lines(found)))


@app.command()
def triage(
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="What the customer wrote")],
    rules: Annotated[str, typer.Option("--rules", help="Deadlines: cn, eu or own")] = "cn",
    as_of: AsOf = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Say what a message is, how serious, why, and by when it has to be answered; stores nothing."""
    from assistant.feedback.deadline_rules import read_deadlines
    from assistant.feedback.filing import filing
    from assistant.feedback.triage import Triager
    from knowledge.clock import Clock
    from knowledge.embeddings import open_embeddings

    settings = settings_of(home)
    make_home(settings)
    deadlines = read_deadlines(rules, settings.home)
    triaged = Triager.open(open_embeddings(settings.embeddings), settings.home).triaged(message)
    found = filing(triaged, deadlines, Clock(day(as_of) or settings.as_of).today())
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(_filing_lines(found)))


@app.command()
def train(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV: a message a row, and what people decided: kind, cause, product")
    ],
    text: Text = "text",
    unlabelled: Beside = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Learn triage from labelled cases, those that people corrected above all; what was learnt before is kept."""
    from assistant.feedback.training import train
    from knowledge.embeddings import open_embeddings

    settings = settings_of(home)
    make_home(settings)
    with telling() as progress:
        reports = train(
            open_embeddings(settings.embeddings), settings.home, file, text=text, unlabelled=unlabelled,
            progress=progress,
        )  # fmt: skip
    if as_json:
        print(json.dumps({"learnt": [asdict(report) for report in reports]}, ensure_ascii=False, indent=2))
        return
    for report in reports:
        judged = f", right in {report.accuracy:.1%} of those held out" if report.accuracy is not None else ""
        print(f"{report.decision}: {report.rows:,} messages, {report.labels} labels{judged}")


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV with a message a row, or .eml")],
    who: Annotated[
        str | None, typer.Option("--as", metavar="EMPLOYEE", help="Under whose name; customers are theirs alone then")
    ] = None,
    channel: Annotated[str, typer.Option("--channel", help="Channel of rows that name none")] = "web",
    as_of: AsOf = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Put the messages of files into the queue; what was added before is not added again. Ends with 1 where a message
    could not be taken: the others are added, the files stay as they are."""
    import asyncio

    from assistant.commands.adding import added
    from knowledge.crm.codes import Channel

    if channel not in tuple(Channel):
        raise CommandError(reason=f"--channel {channel} is none of {', '.join(Channel)}")
    settings = settings_of_bank(home)
    with telling() as progress:
        found = asyncio.run(added(settings, files, Channel(channel), who, day(as_of) or settings.as_of, progress))
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(_added_lines(found)))
    if any(one.fault for one in found):
        raise typer.Exit(1)


@app.command()
def survey(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV of a survey tool: an answer a row")],
    who: Annotated[
        str | None, typer.Option("--as", metavar="EMPLOYEE", help="Under whose name; customers are theirs alone then")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Kind of rows that name none: satisfaction or recommendation")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Take in how customers rated the bank; what was taken in before is not again. Ends with 1 where an answer could
    not be taken: the others are stored, the files stay as they are."""
    import asyncio

    from assistant.commands.answers import answer_lines, take_answers
    from assistant.feedback.survey_file import KINDS

    if kind is not None and kind not in KINDS:
        raise CommandError(reason=f"--kind {kind} is none of {', '.join(KINDS)}")
    settings = settings_of_bank(home)
    with telling() as progress:
        named = KINDS[kind] if kind else None
        found = asyncio.run(take_answers(settings, files, named, who, day(as_of) or settings.as_of, progress))
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(answer_lines(found)))
    if any(one.fault for one in found):
        raise typer.Exit(1)


@app.command()
def corrected(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file to write, for rapport feedback train")],
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write what people corrected of triage when they filed a case, as a file to learn from."""
    import asyncio

    from assistant.feedback.corrections import write_corrections

    number = asyncio.run(write_corrections(settings_of_bank(home).store_url, file))
    print(f"{number:,} corrected cases in {file}")


def _added_lines(found: "list[Added]") -> "Iterable[str]":
    from assistant.commands.printing import harmless

    for one in found:
        if one.receipt is None:
            yield harmless(f"{one.place}: not taken in, {one.fault}")
            continue
        made = one.receipt
        known = "customer known" if made.known_customer else "customer unknown"
        extra = [f"incident {made.incident}"] if made.incident else []
        extra += ["a person decides"] if made.needs_person else []
        what = "" if made.is_new else "before: "
        yield harmless(f"{one.place}: {what}{', '.join((made.case, made.kind, known, f'due {made.due_on}', *extra))}")
    new = sum(one.receipt is not None and one.receipt.is_new for one in found)
    again = sum(one.receipt is not None and not one.receipt.is_new for one in found)
    yield f"{new:,} added, {again:,} known already, {sum(bool(one.fault) for one in found):,} not taken in"


def _trial_lines(found: "Trial") -> "Iterable[str]":
    from assistant.commands.printing import harmless

    judged = found.evaluation
    yield f"learnt from {found.learnt:,} messages with {found.labels:,} labels, judged on {judged.rows:,}"
    if found.unlabelled:
        yield f"  and from {found.unlabelled:,} messages without a label"
    if found.skipped:
        yield f"  {found.skipped:,} rows without a text or a label were left out"
    if found.unseen_labels:
        yield f"  never learnt, so always missed: {harmless(', '.join(found.unseen_labels))}"
    figures = (f"accuracy {judged.accuracy:.1%}", f"macro F1 {judged.macro_f1:.3f}")
    yield ", ".join((*figures, f"calibration error {judged.calibration_error:.3f}"))
    yield "if the surest are decided by the machine and a person sees the rest:"
    for one in judged.coverage:
        yield f"  {one.share:.0%} decided: {one.accuracy:.1%} right, confidence {one.least_confidence:.2f} or more"


def _filing_lines(found: "Filing") -> "Iterable[str]":
    from assistant.commands.printing import harmless
    from assistant.feedback.filing import judgements

    for name, judged in judgements(found.triage):
        words = f" ({', '.join(judged.words)})" if judged.words else ""
        yield harmless(f"{name}: {judged.code}, {judged.confidence:.0%}{words}")
    if found.triage.needs_person:
        yield f"a person decides: {', '.join(found.triage.why)}"
    due = found.deadlines
    by_law = f", by law by {due.statutory}" if due.statutory else ""
    yield f"confirm by {due.confirm_by}, answer by {due.standard}{by_law} (rules {found.rules})"
    yield from (f"  {one.on}: {one.to} is told" for one in due.telling)
