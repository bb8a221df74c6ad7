"""What is wrong with an answer: judged by what it rests on, never by how it is worded."""

from collections.abc import Iterable
from decimal import Decimal

from assistant.answer import Answer
from assistant.evaluation.case import Expected, Values
from assistant.evaluation.truth import Truth

SHOWN = 8


def problems(answer: Answer, expected: Expected, language: str, truth: Truth) -> list[str]:
    """What is wrong with an answer, in words; nothing if it is as expected."""
    found = [
        _tools(answer, expected),
        _arguments(answer, expected),
        _customers(answer, expected, truth),
        *(_lacking(answer, measure, values, truth) for measure, values in expected.facts.items()),
        *(_shown(answer, measure, values, truth) for measure, values in expected.forbidden.items()),
        _beside("cited", expected.citations, {citation.document for citation in answer.citations}),
        _beside("products", expected.products, {product.id for product in answer.products}),
    ]
    if not expected.any and answer.refused != expected.refused:
        found.append(f"refused: {answer.refused}")
    if answer.language != language:
        found.append(f"language: {answer.language}")
    return [problem for problem in found if problem]


def _tools(answer: Answer, expected: Expected) -> str | None:
    used = [use.name for use in answer.tools]
    return f"tools: {used}" if not expected.any and used != list(expected.wanted) else None


def _arguments(answer: Answer, expected: Expected) -> str | None:
    used = answer.tools[0].arguments if answer.tools else {}
    wrong = {name: used.get(name) for name, value in expected.arguments.items() if str(used.get(name)) != str(value)}
    return f"arguments: {wrong}" if wrong else None


def _customers(answer: Answer, expected: Expected, truth: Truth) -> str | None:
    about = set(answer.customers)
    exactly = about if expected.customers is None else truth.ids(expected.customers)
    missing = truth.ids(expected.includes) - about
    shown = truth.ids(expected.excludes) & about
    if about != exactly or missing or shown:
        return f"customers: {sorted(about)[:SHOWN]}"
    return None


def _lacking(answer: Answer, measure: str, values: Values, truth: Truth) -> str | None:
    known = _known(answer, measure)
    lacking = [value for value in _wanted(values, truth) if value not in known]
    return f"{measure}: lacks {lacking}, has {sorted(known)[:SHOWN]}" if lacking else None


def _shown(answer: Answer, measure: str, values: Values, truth: Truth) -> str | None:
    known = _known(answer, measure)
    wrong = known & set(_wanted(values, truth)) if values != [] else known
    return f"{measure}: must not have {sorted(wrong)[:SHOWN]}" if wrong else None


def _beside(what: str, wanted: Iterable[str], found: set[str]) -> str | None:
    return None if set(wanted) <= found else f"{what}: {sorted(found)}"


def _known(answer: Answer, measure: str) -> set[str]:
    facts = [fact for fact in answer.facts if fact.measure == measure]
    return {fact.text for fact in facts} | {_plain(fact.value) for fact in facts}


def _wanted(values: Values, truth: Truth) -> list[str]:
    return [truth.value(_plain(value)) for value in (values if isinstance(values, list) else [values])]


def _plain(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
