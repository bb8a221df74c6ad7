"""What the asker gets: an answer in typed blocks, with the facts, citations and products behind it."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.grounding.fact import Fact


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Span(_Part):
    """A stretch of text; `fact` or `citation` is the id of what it rests on."""

    text: str
    fact: str | None = None
    citation: str | None = None
    strong: bool = False


Line = list[Span]


Card = Literal["customer", "product", "case", "task", "talk"]
"""What a block is about, for who shows it as a card: a customer's file, a product with its verdict (the list after it
gives the reasons), a feedback case or a task an item; or lines to say to a customer. The words are the same without."""


class Heading(_Part):
    kind: Literal["heading"] = "heading"
    line: Line


class Paragraph(_Part):
    kind: Literal["paragraph"] = "paragraph"
    line: Line
    card: Card | None = None


class Listing(_Part):
    kind: Literal["list"] = "list"
    items: list[Line]
    card: Card | None = None


class Quote(_Part):
    """The wording of a clause or of a note, as it stands in its source."""

    kind: Literal["quote"] = "quote"
    line: Line


class Table(_Part):
    kind: Literal["table"] = "table"
    columns: list[str]
    rows: list[list[Line]]
    card: Card | None = None


class ChartPoint(_Part):
    """One value of a series: `label` says of what, `figure` is the value as it is said."""

    label: str
    figure: Span
    value: Decimal


class ChartSeries(_Part):
    name: str
    points: list[ChartPoint]


class Chart(_Part):
    """Figures that are better looked at: over time, in their order, or side by side. Values are in `unit`; every
    series has the same labels. What cannot draw it shows its figures."""

    kind: Literal["chart"] = "chart"
    form: Literal["trend", "ranking", "comparison"]
    title: str
    unit: str
    series: list[ChartSeries]


class Choice(_Part):
    """One of the values that a field can take, and how people say it."""

    value: str
    label: str


class ProposalField(_Part):
    """One thing that will be written. `value` is what is stored, `text` how it is said, `input` how it is entered."""

    name: str
    label: str
    value: str | None
    text: str
    input: Literal["line", "text", "day", "code"]
    editable: bool
    choices: list[Choice] = []


class ShownProposal(_Part):
    """A write that waits for a person's yes, or what became of it. Times are naive UTC.

    `summary` says what will be done, `message` how it stands. `result` names the rows that were written, or why
    it failed.
    """

    id: str
    kind: str
    title: str
    summary: str
    fields: list[ProposalField]
    state: str
    message: str
    customer: str | None
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    result: dict[str, Any] | None = None


class ProposalBlock(_Part):
    kind: Literal["proposal"] = "proposal"
    proposal: ShownProposal


class DownloadFile(_Part):
    """A file by its form (CSV, XLSX) and where the server gives it out, to whom asked for the answer."""

    form: str
    path: str


class Download(_Part):
    """What the answer says as files. What cannot fetch them leaves them out: nothing is in them alone."""

    kind: Literal["download"] = "download"
    title: str
    files: list[DownloadFile]


Block = Annotated[
    Heading | Paragraph | Listing | Quote | Table | Chart | ProposalBlock | Download, Field(discriminator="kind")
]


def spans_of(block: Block) -> Iterator[Span]:
    """Every stretch of text that a block shows, in order; a proposal's card and files show none."""
    match block:
        case Listing(items=lines):
            yield from (span for line in lines for span in line)
        case Table(rows=rows):
            yield from (span for row in rows for cell in row for span in cell)
        case Chart(series=all_series):
            yield from (point.figure for series in all_series for point in series.points)
        case Heading(line=line) | Paragraph(line=line) | Quote(line=line):
            yield from line


class Citation(_Part):
    """A clause of the library: `title` and `section` as printed in the document, `quote` word for word."""

    id: str
    document: str
    title: str
    section: str
    quote: str
    valid_from: str | None = None
    valid_until: str | None = None


class ProductCard(_Part):
    """A product in an answer. `verdict` is set when it was checked against a customer."""

    id: str
    name: str
    verdict: str | None = None
    reasons: list[str] = []
    talking_points: list[str] = []


class ProposalCard(_Part):
    id: str
    kind: str
    summary: str


class ToolUse(_Part):
    name: str
    arguments: dict[str, str | int | None]


class Answer(BaseModel):
    """A finished answer. `answer` is its plain text; `refused` a reason code where it says no."""

    answer: str
    language: str
    engine: str
    refused: str | None = None
    customers: list[str] = []
    facts: list[Fact] = []
    citations: list[Citation] = []
    products: list[ProductCard] = []
    proposals: list[ProposalCard] = []
    tools: list[ToolUse] = []
    model_calls: int = 0
    elapsed_ms: int = 0
    blocks: list[Block] = []
    suggestions: list[str] = []
    conversation: str = ""
    turn: str = ""
