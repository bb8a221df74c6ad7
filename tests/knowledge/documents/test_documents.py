"""The documents that ship say the same in every language: the same clauses, the same figures, the same validity.

A customer manager who asks in Chinese must not hear another deadline than one who asks in Spanish.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from opencc import OpenCC

from knowledge.library.figures import figures

FOLDER = Path(__file__).parents[3] / "knowledge" / "documents"
LANGUAGES = ("en", "zh", "es")
FIELDS = {"id", "title", "language", "kind", "audience", "version", "valid_from", "valid_until", "owner"}
SHARED = ("kind", "audience", "version", "valid_from", "valid_until")
KINDS = {"standard", "product_sheet", "guidance"}
AUDIENCES = {"internal", "customer"}


@dataclass(frozen=True)
class Document:
    """A shipped document: its front matter, its headings in order as (number, heading), its text by clause."""

    front: dict[str, str | date | None]
    title: str
    sections: list[tuple[str, str]]
    clauses: dict[str, str]


def read(path: Path) -> Document:
    opening, front, body = re.split(r"^---\n", path.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)
    assert opening == "", f"{path.name} does not open with its front matter"
    titles = re.findall(r"^# (.+)$", body, re.MULTILINE)
    assert len(titles) == 1, f"{path.name} has {len(titles)} titles"
    clauses: dict[str, str] = {}
    for number, text in re.findall(r"^### (\d+\.\d+) (.+?)(?=^##|\Z)", body, re.MULTILINE | re.DOTALL):
        assert number not in clauses, f"{path.name} has clause {number} twice"
        clauses[number] = text
    headings = re.findall(r"^#{2,} *(\S+) *(.*)$", body, re.MULTILINE)
    return Document(yaml.safe_load(front), titles[0], headings, clauses)


PATHS = sorted(FOLDER.glob("*.md"))
DOCUMENTS = {path.name: read(path) for path in PATHS}
IDS = sorted({path.name.split(".")[0] for path in PATHS})


def references(document: Document, language: str) -> Iterator[tuple[str, str]]:
    """The clauses of named documents that a document sends its reader to, as (title, clause number)."""
    named = {
        "en": r"({titles}), clauses? ((?:\d+\.\d+(?: to | and |, )?)+)",
        "es": r"«([^»]+)», apartados? ((?:\d+\.\d+(?: a | y |, )?)+)",
        "zh": r"《([^》]+)》((?:第\d+\.\d+条[至和、]?)+)",
    }[language]
    titles = "|".join(re.escape(other.title) for other in DOCUMENTS.values() if other.front["language"] == language)
    for text in document.clauses.values():
        for title, numbers in re.findall(named.replace("{titles}", titles), text):
            for number in re.findall(r"\d+\.\d+", numbers):
                yield title, number


def test_there_are_at_least_twelve_documents() -> None:
    assert len(IDS) >= 12


@pytest.mark.parametrize("document_id", IDS)
def test_each_document_comes_in_three_languages(document_id: str) -> None:
    assert {path.name for path in PATHS if path.name.split(".")[0] == document_id} == {
        f"{document_id}.{language}.md" for language in LANGUAGES
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_front_matter_is_complete(name: str) -> None:
    document = DOCUMENTS[name]
    front = document.front
    assert set(front) == FIELDS
    assert name == f"{front['id']}.{front['language']}.md"
    assert front["title"] == document.title
    assert front["kind"] in KINDS
    assert front["audience"] in AUDIENCES
    assert isinstance(front["version"], str)
    assert re.fullmatch(r"\d+\.\d+", front["version"])
    assert isinstance(front["owner"], str)
    assert front["owner"].strip()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_validity_is_a_period(name: str) -> None:
    start, end = DOCUMENTS[name].front["valid_from"], DOCUMENTS[name].front["valid_until"]
    assert isinstance(start, date)
    assert end is None or (isinstance(end, date) and start < end)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_clauses_are_numbered_without_a_gap(name: str) -> None:
    section, clause = 0, 0
    for number, heading in DOCUMENTS[name].sections:
        assert heading, f"{number} has no heading"
        section, clause = (section + 1, 0) if "." not in number else (section, clause + 1)
        assert number == (f"{section}.{clause}" if clause else str(section))
    assert len(DOCUMENTS[name].clauses) >= 12


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_clause_says_something(name: str) -> None:
    for number, text in DOCUMENTS[name].clauses.items():
        assert len(text.partition("\n")[2].strip()) > 20, f"{number} is empty"


@pytest.mark.parametrize("document_id", IDS)
def test_languages_share_validity_and_clause_numbers(document_id: str) -> None:
    english, *others = (DOCUMENTS[f"{document_id}.{language}.md"] for language in LANGUAGES)
    for other in others:
        assert [other.front[field] for field in SHARED] == [english.front[field] for field in SHARED]
        assert list(other.clauses) == list(english.clauses)
        assert other.title != english.title


@pytest.mark.parametrize("document_id", IDS)
def test_languages_give_the_same_figures(document_id: str) -> None:
    english = DOCUMENTS[f"{document_id}.en.md"].clauses
    for language in LANGUAGES[1:]:
        for number, text in DOCUMENTS[f"{document_id}.{language}.md"].clauses.items():
            here, there = figures(text, language), figures(english[number], "en")
            assert here == there, f"{language} {number}: only here {here - there}, only in English {there - here}"


SPELLED_OUT = {
    "en": r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|ninety) "
    r"(?:working |calendar )?(?:minutes?|hours?|days?|weeks?|months?|years?)\b",
    "es": r"\b(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|noventa) "
    r"(?:minutos?|horas?|días?|semanas?|meses|mes|años?)\b",
    "zh": r"(?<![第百千万])[二两三四五六七八九十]+个?(?:工作日|自然日|工作小时|小时|分钟|天|周|月|年)",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_periods_are_written_in_digits(name: str) -> None:
    """A period in words would escape the comparison of figures, and a search for "15 days" would miss it."""
    document = DOCUMENTS[name]
    text = "\n".join(document.clauses.values())
    assert not re.findall(SPELLED_OUT[str(document.front["language"])], text, re.IGNORECASE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_references_lead_to_a_clause(name: str) -> None:
    document = DOCUMENTS[name]
    language = str(document.front["language"])
    known = {other.title: other for other in DOCUMENTS.values() if other.front["language"] == language}
    for title, number in references(document, language):
        assert title in known, f"no document is called {title}"
        assert number in known[title].clauses, f"{title} has no clause {number}"


@pytest.mark.parametrize("document_id", IDS)
def test_languages_refer_to_the_same_clauses(document_id: str) -> None:
    ids = {(other.front["language"], other.title): other.front["id"] for other in DOCUMENTS.values()}
    targets = [
        Counter(
            (ids[language, title], number)
            for title, number in references(DOCUMENTS[f"{document_id}.{language}.md"], language)
        )
        for language in LANGUAGES
    ]
    assert targets[0] == targets[1] == targets[2]


@pytest.mark.parametrize("document_id", IDS)
def test_chinese_is_simplified(document_id: str) -> None:
    text = "\n".join(DOCUMENTS[f"{document_id}.zh.md"].clauses.values())
    simplified = OpenCC("t2s").convert(text)
    assert [(a, b) for a, b in zip(text, simplified, strict=True) if a != b] == []


def test_figures_are_read_in_each_language() -> None:
    amount = Counter([Decimal(200000), Decimal("0.5")])
    assert figures("from 200,000 CNY, 0.5 %", "en") == amount
    assert figures("desde 200.000 CNY, 0,50 %", "es") == amount
    assert figures("desde 200 000 CNY, 0,5 %", "es") == amount
    assert figures("20万元起，0.5%", "zh") == amount
    assert figures("apartado 4.2, a las 09:00", "es") == figures("clause 4.2, at 9:00", "en")
    assert figures("15 days", "en") != figures("16 días", "es")
