"""A conversation with the demo bank and what each of its answers must rest on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine, text

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.events import Turn, TurnFinished
from knowledge.crm.store import bulk_engine

CASES = Path(__file__).parent / "cases.yaml"


@dataclass(frozen=True)
class Case:
    """One conversation: who asks, in which language, and per turn the question and what is expected."""

    number: int
    employee: str
    language: str
    turns: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.number:03d}-{self.language}-{self.turns[0]['ask'][:40]}"


def read_cases() -> list[Case]:
    rows = yaml.load(CASES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return [Case(number, row["as"], row["language"], tuple(row["turns"])) for number, row in enumerate(rows, start=1)]


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
    answers = [
        event.answer
        async for event in assistant.answer(Turn(id, employee, question, conversation, as_of, engine))
        if isinstance(event, TurnFinished)
    ]
    (answer,) = answers
    return answer


class Bank:
    """The store itself, asked by SQL and without a scope: where expectations get their values."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = bulk_engine(url)

    def ids(self, names: Iterable[str]) -> set[str]:
        """The ids of everyone of these names; an id stands for itself."""
        found: set[str] = set()
        with self._engine.connect() as connection:
            for name in names:
                rows = connection.execute(text("select id from customer where name = :n or id = :n"), {"n": name})
                own = {id for (id,) in rows}
                assert own, f"no customer is called {name}"
                found |= own
        return found

    def value(self, query: str) -> str:
        with self._engine.connect() as connection:
            return _scalar(connection, query)


def _scalar(connection: Connection, query: str) -> str:
    return str(connection.execute(text(query)).scalar_one())


def problems(answer: Answer, expected: Mapping[str, Any], language: str, bank: Bank) -> list[str]:
    """What is wrong with an answer, in words; nothing if it is as expected."""
    found = [
        _tools(answer, expected),
        _arguments(answer, expected.get("arguments", {}), bank),
        _customers(answer, expected, bank),
        *(_fact(answer, measure, values, bank) for measure, values in expected.get("facts", {}).items()),
    ]
    if "any" not in expected and answer.refused != expected.get("refused"):
        found.append(f"refused: {answer.refused}")
    if answer.language != language:
        found.append(f"language: {answer.language}")
    documents = {citation.document for citation in answer.citations}
    if not set(expected.get("citations", ())) <= documents:
        found.append(f"cited: {sorted(documents)}")
    products = {product.id for product in answer.products}
    if not set(expected.get("products", ())) <= products:
        found.append(f"products: {sorted(products)}")
    return [problem for problem in found if problem]


def _tools(answer: Answer, expected: Mapping[str, Any]) -> str | None:
    used = [use.name for use in answer.tools]
    if "any" in expected:
        return None
    wanted = expected.get("tools") or ([] if expected["tool"] == "none" else [expected["tool"]])
    return f"tools: {used}" if used != wanted else None


def _arguments(answer: Answer, wanted: Mapping[str, object], bank: Bank) -> str | None:
    used = answer.tools[0].arguments if answer.tools else {}
    wrong = {name: used.get(name) for name, value in wanted.items() if str(used.get(name)) != str(value)}
    return f"arguments: {wrong}" if wrong else None


def _customers(answer: Answer, expected: Mapping[str, Any], bank: Bank) -> str | None:
    about = set(answer.customers)
    exactly = bank.ids(expected["customers"]) if "customers" in expected else about
    missing = bank.ids(expected.get("includes", ())) - about
    shown = bank.ids(expected.get("excludes", ())) & about
    if about != exactly or missing or shown:
        return f"customers: {sorted(about)[:8]}"
    return None


def _fact(answer: Answer, measure: str, values: object, bank: Bank) -> str | None:
    known = {fact.text for fact in answer.facts if fact.measure == measure}
    known |= {_plain(fact.value) for fact in answer.facts if fact.measure == measure}
    listed: list[Any] = values if isinstance(values, list) else [values]
    wanted = [bank.value(str(value)) if str(value).startswith("select ") else _plain(value) for value in listed]
    lacking = [value for value in wanted if value not in known]
    return f"{measure}: lacks {lacking}, has {sorted(known)[:8]}" if lacking else None


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
