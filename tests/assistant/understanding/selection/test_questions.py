"""Questions by criteria as people write them, each read as the query that it means."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.access import scope_of
from assistant.understanding.selection.selection import Selected, select_from
from assistant.understanding.selection.values import Values, ValueStore
from assistant.understanding.text import PlainText
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Product
from knowledge.query import Condition, Query
from prompts import LANGUAGES
from tests.assistant.raw_bank import AS_OF, HEAD_OFFICE

FOLDER = Path(__file__).parent
FEWEST = 120
"""Questions in each language."""
FEWEST_UNSEEN = 17


def questions(file: str) -> list[tuple[str, dict[str, Any]]]:
    rows = yaml.load((FOLDER / file).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return [(language, row) for language, asked in rows.items() for row in asked]


TUNED, UNSEEN = questions("tuned.yaml"), questions("unseen.yaml")


def said(query: Query | None) -> str:
    """A query on one line, its conditions in the order of the alphabet."""
    if query is None:
        return "none"
    parts = []
    for part in query.where:
        if isinstance(part, Condition):
            parts.append(part.source)
        else:
            number = f">={part.at_least}" if part.at_least > 1 else ""
            inner = "; ".join(sorted(condition.source for condition in part.where))
            parts.append(f"{'not ' if part.negated else ''}has {part.has}{number}({inner})")
    line = f"{query.show} {f'{query.figure} ' if query.figure else ''}{query.about}"
    line += "".join(f" | {part}" for part in sorted(parts))
    if query.group:
        line += " by " + ",".join(group.field + (f":{group.step}" if group.step else "") for group in query.group)
    if query.order:
        line += f" order {query.order.field}{' rising' if query.order.rising else ''}"
    return line + (f" limit {query.limit}" if query.limit else "")


class Bank:
    """The demo bank's values and products, as head office sees them."""

    def __init__(self, values: Values, products: Sequence[Product]) -> None:
        self._values, self._products = values, products

    def read(self, question: str, language: str) -> Selected:
        return select_from(PlainText.of(question), language, AS_OF, self._products, self._values)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bank(demo_store_url: str) -> Bank:
    store = CrmStore(demo_store_url)
    async with store.reading(await scope_of(store, HEAD_OFFICE, AS_OF)) as reader:
        found = Bank(await ValueStore().of(reader), await reader.scalars(select(Product)))
    await store.close()
    return found


@pytest.mark.parametrize("language, row", TUNED, ids=[f"{language}-{row['ask']}" for language, row in TUNED])
def test_a_question_is_read_as_its_query(bank: Bank, language: str, row: dict[str, Any]) -> None:
    selected = bank.read(row["ask"], language)
    assert said(selected.query) == row["query"]
    assert list(selected.left_out) == row.get("left", [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_questions_that_no_rule_was_written_for_are_read_right(bank: Bank, language: str) -> None:
    asked = [row for own, row in UNSEEN if own == language]
    read = [bank.read(row["ask"], language) for row in asked]
    right = [said(one.query) == row["query"] and not one.left_out for one, row in zip(read, asked, strict=True)]
    assert sum(right) >= 0.8 * len(asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_questions_and_none_twice(language: str) -> None:
    tuned = [row["ask"] for own, row in TUNED if own == language]
    unseen = [row["ask"] for own, row in UNSEEN if own == language]
    assert len({*tuned, *unseen}) == len(tuned) + len(unseen) >= FEWEST
    assert len(unseen) >= FEWEST_UNSEEN


def test_traditional_characters_are_read_like_simplified_ones(bank: Bank) -> None:
    simplified = bank.read("没有基金、存款超过50万、8月以来没有联系过的金卡客户", "zh")
    traditional = bank.read("沒有基金、存款超過50萬、8月以來沒有聯繫過的金卡客戶", "zh")
    assert said(traditional.query) == said(simplified.query)


@pytest.mark.parametrize(
    "language, question, words",
    [
        ("en", "customers who like chess and have a loan", "chess"),
        ("en", "customers in Madrid with a loan", "Madrid"),
        ("en", "gold customers or customers with more than 1m in deposits", "or"),
        ("en", "percentage of women among gold customers", "percentage"),
        ("en", "customers with more loans than deposits", "more"),
        ("en", "customers who only have a deposit", "only"),
        ("en", "customers with a loan whose deposits fell by more than 20%", "fell"),
        ("en", "complaints resolved within 10 days", "within 10 days"),
        ("zh", "喜欢下棋的金卡客户", "下棋"),
        ("zh", "金卡客户或者存款超过100万的客户", "或者"),
        ("zh", "只有存款没有其他产品的客户", "只有"),
        ("zh", "金卡客户的女性占比是多少", "占比"),
        ("es", "clientes oro a los que les gusta el ajedrez", "ajedrez"),
        ("es", "clientes oro o con más de un millón en depósitos", "o"),
        ("es", "clientes que solo tienen un depósito", "solo"),
        ("es", "porcentaje de mujeres entre los clientes oro", "porcentaje"),
    ],
)
def test_what_is_not_understood_is_never_passed_over(bank: Bank, language: str, question: str, words: str) -> None:
    selected = bank.read(question, language)
    assert selected.query is not None
    assert selected.query.where
    assert words in selected.left_out


WORDS = sorted(
    {
        piece
        for language, row in [*TUNED, *UNSEEN]
        for piece in (re.findall("..", row["ask"]) if language == "zh" else row["ask"].split())
    }
    | {"20万", "3%", "99999999999999999999", "-", "19", "0", "🙂", "\ud800", "in 9999", "30000 years"}
)


@given(language=st.sampled_from(LANGUAGES), words=st.lists(st.sampled_from(WORDS), max_size=12))
@settings(max_examples=300, deadline=None)
def test_no_jumble_of_words_breaks_it(language: str, words: list[str]) -> None:
    values = Values({"shanghai": (("city", "Shanghai"), ("branch", "shanghai"))}, {}, tiers=True)
    selected = select_from(PlainText.of(" ".join(words)), language, date(2024, 2, 29), [], values)
    assert isinstance(selected.left_out, tuple)


def test_a_place_that_is_written_as_it_is_is_no_name_of_somebody() -> None:
    """What only sounds like a city, or is a part of its name, may be a person whom nobody knows."""
    meanings = {"安阳": (("city", "安阳"),), "anyang": (("city", "安阳"),), "jiang lan": (("manager", "jiang.lan"),)}
    meanings |= {"central bohemia": (("region", "central Bohemia"),)}
    values = Values(meanings, {"central": (("city", "Central Town"),)}, tiers=True)

    def places(question: str) -> list[str]:
        text = PlainText.of(question)
        return [text.original[start:end] for start, end in values.places(text)]

    assert places("五羊和安阳，哪家贡献大") == ["安阳"]
    assert places("los préstamos de central Bohemia") == ["central Bohemia"]
    assert places("安扬的存款") == places("Bohemia's loans") == places("jiang lan's customers") == []
