"""Contradictions: translations and documents that say the same thing differently are reported, others are not."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url
from knowledge.library.contradictions import contradictions
from knowledge.library.figures import percentages
from knowledge.library.library import Library
from tests.knowledge.library.conftest import WordEmbeddings, Writer

TODAY = date(2026, 6, 15)
DOCUMENTS = Path(__file__).parents[3] / "knowledge" / "documents"
ANSWER = "## 1 Answer\n\nEvery complaint of a private customer is answered in writing within {} calendar days.\n"
RESPUESTA = "## 1 Respuesta\n\nToda reclamación de un particular se contesta por escrito en {} días naturales.\n"


async def found(library: Library, as_of: date = TODAY, **readers: frozenset[str]) -> list[tuple[str, ...]]:
    disagreeing = await library.contradictions(as_of=as_of, **readers)
    return [(c.first.id, *c.only_first, c.second.id, *c.only_second) for c in disagreeing]


async def test_translations_with_other_figures_contradict_each_other(library: Library, write_document: Writer) -> None:
    spanish = {"language": "es", "title": "Quejas"}
    await library.add([write_document(ANSWER.format(15)), write_document(RESPUESTA.format(15), **spanish)])
    assert await found(library) == []
    await library.add([write_document(RESPUESTA.format(10), **spanish)])
    assert await found(library) == [("complaints.en/1", "15", "complaints.es/1", "10")]


async def test_two_documents_about_the_same_thing_contradict_each_other(
    library: Library, write_document: Writer
) -> None:
    await library.add([write_document(ANSWER.format(15)), write_document(ANSWER.format(20), id="handbook")])
    assert await found(library) == [("complaints.en/1", "15", "handbook.en/1", "20")]


async def test_what_is_not_valid_on_the_day_contradicts_nothing(library: Library, write_document: Writer) -> None:
    await library.add(
        [write_document(ANSWER.format(15)), write_document(ANSWER.format(20), id="old", valid_until="2026-06-01")]
    )
    assert await found(library) == []
    assert await found(library, date(2026, 5, 31)) == [("complaints.en/1", "15", "old.en/1", "20")]


async def test_readers_hear_of_no_contradiction_with_what_is_not_for_them(
    library: Library, write_document: Writer
) -> None:
    leaflet = write_document(ANSWER.format(20), id="leaflet", audience="customer")
    await library.add([write_document(ANSWER.format(15)), leaflet])
    assert await found(library, audiences=frozenset({"customer"})) == []
    answer = await library.search("complaint answered in writing", as_of=TODAY, audiences=frozenset({"customer"}))
    assert {hit.passage.audience for hit in answer.hits} == {"customer"}
    assert answer.contradictions == ()


async def test_an_answer_says_what_contradicts_it(library: Library, write_document: Writer) -> None:
    await library.add([write_document(ANSWER.format(15)), write_document(ANSWER.format(20), id="handbook")])
    answer = await library.search("within how many days is every complaint of a private customer answered", as_of=TODAY)
    assert [(c.first.id, c.second.id) for c in answer.contradictions] == [("complaints.en/1", "handbook.en/1")]


async def test_the_same_percentages_of_other_things_contradict_each_other(library: Library, tmp_path: Path) -> None:
    english = "By the rule of Pareto 80% of the income of a bank comes from 20% of its outstanding customers. "
    spanish = "Según la regla de Pareto el 80% de las ganancias de un banco proviene del 20% de sus clientes mejores. "
    (tmp_path / "key.en.txt").write_text("Key customers\n" + english + "They are visited by their manager every month.")
    (tmp_path / "key.es.txt").write_text("Clientes clave\n" + spanish + "Su gestor los visita todos los meses del año.")
    await library.add([tmp_path / "key.en.txt", tmp_path / "key.es.txt"])
    disagreeing = await library.contradictions(as_of=TODAY)
    assert [(c.only_first, c.only_second) for c in disagreeing] == [(("80% (income)",), ("80% (profit)",))]


def test_the_shipped_documents_contradict_nothing(tmp_path: Path, words: WordEmbeddings) -> None:
    migrate(sqlite_url(tmp_path))
    library = Library(sqlite_url(tmp_path), tmp_path, words)
    asyncio.run(library.add([DOCUMENTS]))
    assert asyncio.run(found(library)) == []
    shelf = library._current()
    assert contradictions(shelf, []) == []


@pytest.mark.parametrize(
    "text, measure",
    [
        ("80% of the revenue", "income"),
        ("el 80 % de los beneficios", "profit"),
        ("80％的利润", "profit"),
        ("80%.", None),
    ],
)
def test_what_a_percentage_is_of(text: str, measure: str | None) -> None:
    assert list(percentages(text).values()) == [measure]
