"""Questions to an assistant, and cases put to a bank, as tests ask them."""

import asyncio
from datetime import date
from pathlib import Path

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.evaluation import evaluation
from assistant.evaluation.case import CaseFile
from assistant.evaluation.report import Report
from assistant.events import Turn
from assistant.settings import Settings

Problems = dict[str, tuple[str, ...]]


async def ask(
    assistant: Assistant,
    employee: str,
    question: str,
    conversation: str,
    as_of: date | None = None,
    id: str = "turn",
    engine: str | None = None,
) -> Answer:
    """The finished answer to one question."""
    return await evaluation.ask(assistant, Turn(id, employee, question, conversation, as_of, engine))


def judged(home: Path, *files: CaseFile) -> Report:
    """How the cases of these files come out on a copy of that home."""
    return asyncio.run(evaluation.evaluate(files, Settings(home=home), None, lambda done, many: None))


def problems_of(report: Report, file: CaseFile, number: int) -> Problems:
    """What is wrong with one conversation, by question."""
    return {one.asked[-1]: one.problems for one in report.wrong if one.case == f"{file.name}-{number}"}
