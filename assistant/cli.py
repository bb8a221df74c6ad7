"""The command `rapport`. Exit codes: 0 done, 1 failed, 2 used wrongly; an error is one line on stderr."""

import io
import os
import sys
from collections.abc import Sequence

import typer
from typer._click.exceptions import ClickException  # typer gives it no public name

from assistant.commands import (
    asking,
    campaign,
    duplicates,
    evaluate,
    feedback,
    insight,
    journal,
    library,
    making,
    proposals,
    quality,
    reminders,
    running,
    targets,
    wealth_plan,
)
from assistant.commands.lines import line_of
from assistant.commands.options import Tracebacks

app = typer.Typer(
    help="The assistant of a bank's customer managers: every figure has a source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(running.serve)
app.command()(making.demo)
app.command("import")(making.import_)
app.add_typer(library.app, name="library")
app.command()(asking.ask)
app.command()(asking.chat)
app.command()(reminders.reminders)
app.command()(wealth_plan.plan)
app.command()(targets.targets)
app.add_typer(campaign.app, name="campaign")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(proposals.app, name="proposals")
app.command()(quality.quality)
app.add_typer(feedback.app, name="feedback")
app.add_typer(insight.app, name="insight")
app.add_typer(journal.app, name="journal")
app.command()(evaluate.evaluate)
app.command()(running.doctor)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and leaves with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    Tracebacks.wanted = False
    try:
        return app(list(arguments), prog_name="rapport", standalone_mode=False) or 0
    except ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("stopped", 130)
    except BrokenPipeError:
        raise
    except Exception as error:
        if Tracebacks.wanted:
            raise
        return _fail(line_of(error), 1)


def _fail(line: str, code: int) -> int:
    """Says what went wrong; only the help that comes when no command was given has more than one line."""
    print(line if "\n" in line else f"rapport: {line}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
