"""`rapport ask` and `rapport chat`: questions on the command line."""

import asyncio
import sys
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.options import AsOf, Debug, Home, Json, day, settings_of_bank

if TYPE_CHECKING:
    from datetime import date

    from assistant.answer import Answer
    from assistant.assistant import Assistant
    from assistant.settings import Settings

As = Annotated[str, typer.Option("--as", metavar="EMPLOYEE", help="Who is asking: an employee's id")]
MOST_REMINDERS = 10
"""With which a conversation opens; `rapport reminders` has all."""
Engine = Annotated[str | None, typer.Option("--engine", help="The engine that answers")]


def ask(
    question: Annotated[
        str, typer.Argument(help="The question, in English, Chinese or Spanish; - reads it from stdin")
    ],
    employee: As,
    as_of: AsOf = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="ID", help="Go on with this one")
    ] = None,
    engine: Engine = None,
    as_json: Json = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Ask one question."""
    settings = settings_of_bank(home, engine)
    wording = sys.stdin.read() if question == "-" else question
    answer = asyncio.run(_answer(settings, wording, employee, conversation or _new_id(), day(as_of)))
    if as_json:
        print(answer.model_dump_json(indent=2))
    else:
        from assistant.commands.printing import print_answer

        print_answer(answer)


def chat(
    employee: As,
    as_of: AsOf = None,
    engine: Engine = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Ask one question after the other, told first what is due.

    An empty line or Ctrl-D ends.
    """
    settings = settings_of_bank(home, engine)
    asyncio.run(_converse(settings, employee, day(as_of)))


async def _answer(
    settings: "Settings", question: str, employee: str, conversation: str, as_of: "date | None"
) -> "Answer":
    from assistant.wiring import open_assistant

    async with open_assistant(settings) as assistant:
        return await _ask(assistant, question, employee, conversation, as_of)


async def _converse(settings: "Settings", employee: str, as_of: "date | None") -> None:
    from assistant.commands.lines import line_of
    from assistant.commands.printing import print_answer
    from assistant.commands.reminders import reminder_lines
    from assistant.errors import BadQuestion
    from assistant.wiring import open_assistant

    conversation = _new_id()
    async with open_assistant(settings) as assistant:
        for line in reminder_lines(await assistant.reminders.due(employee, as_of), MOST_REMINDERS):
            print(line)
        for question in _questions():
            try:
                print_answer(await _ask(assistant, question, employee, conversation, as_of))
            except BadQuestion as error:
                print(line_of(error), file=sys.stderr)


async def _ask(
    assistant: "Assistant", question: str, employee: str, conversation: str, as_of: "date | None"
) -> "Answer":
    from assistant.commands.options import CommandError
    from assistant.events import Turn, TurnFinished

    turn = Turn(_new_id(), employee, question, conversation, as_of)
    async for event in assistant.answer(turn):
        if isinstance(event, TurnFinished):
            return event.answer
    raise CommandError(reason="the turn ended without an answer")


def _questions() -> Iterator[str]:
    """Lines of the terminal, or of a pipe."""
    prompt = "> " if sys.stdin.isatty() else ""
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            return
        if line:
            yield line
        elif prompt:
            return


def _new_id() -> str:
    return uuid.uuid4().hex
