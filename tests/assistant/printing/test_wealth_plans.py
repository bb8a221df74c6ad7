"""The printed plan: what the chat says, in three languages, as a page and as a PDF, kept in the journal."""

import html
import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from assistant.answer import Heading, Listing, Paragraph, Span, Table
from assistant.cli import main
from assistant.printing.html import html_of
from assistant.printing.pdf import pdf_of
from assistant.printing.printed import Printed, printed
from prompts import LANGUAGES

TITLES = {"en": "Wealth plan for Wang Jianguo", "zh": "王建国的财富规划", "es": "Plan patrimonial de referencia"}


def run(home: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["plan", *words, "--as-of", "2026-11-20", "--home", str(home)])
    return int(left.value.code or 0)


def words_of(page: str) -> str:
    body = page.split("<main>")[1]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_writes_a_page_and_a_pdf(demo_home: Path, tmp_path: Path, language: str) -> None:
    for kind in ("html", "pdf"):
        file = tmp_path / f"plan.{kind}"
        assert run(demo_home, "C000001", "--as", "jiang.lan", "--language", language, "--to", str(file)) == 0
    page = words_of((tmp_path / "plan.html").read_text(encoding="utf-8"))
    reader = PdfReader(tmp_path / "plan.pdf")
    set_in_print = "".join(sheet.extract_text() for sheet in reader.pages)
    for text in (TITLES[language], "C2", "wealth_plan/1.0", "risk_assessment/"):
        assert text in page
        assert "".join(text.split()) in "".join(set_in_print.split())
    assert "蒋岚" in set_in_print  # for the wealth manager, on a sheet of its own
    assert "蒋岚" not in reader.pages[0].extract_text()


def test_the_journal_knows_whose_plan_went_out(demo_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(demo_home, "C000002", "--as", "jiang.lan", "--to", "-") == 0
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["journal", "who-saw", "C000002", "--home", str(demo_home)])
    assert "jiang.lan" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, said",
    [
        (["C000004", "--as", "jiang.lan", "--to", "-"], "C000004"),
        (["C000001", "--as", "jiang.lan", "--to", "plan.doc"], "--to takes a file"),
        (["C000001", "--as", "jiang.lan", "--to", "/nowhere/plan.pdf"], "cannot be written"),
        (["C000001", "--as", "jiang.lan", "--to", "-", "--language", "fr"], "--language takes en, zh, es"),
        (["C000001", "--as", "nobody", "--to", "-"], "nobody"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    demo_home: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(demo_home, *words) == 1
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1


def page_of(text: str, language: str = "en") -> Printed:
    line = [Span(text=text)]
    return printed(
        language,
        [Heading(line=line), Paragraph(line=line), Listing(items=[line]), Table(columns=[text], rows=[[line]])],
        [],
        internal=False,
    )


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120), language=st.sampled_from(LANGUAGES))
def test_no_text_breaks_the_page_or_becomes_a_part_of_it(text: str, language: str) -> None:
    page = html_of(page_of(text, language))
    assert page.count("<") == html_of(page_of("x", language)).count("<")
    assert len(PdfReader(BytesIO(pdf_of(page_of(text, language)))).pages) >= 1


def test_the_same_plan_is_the_same_file() -> None:
    assert pdf_of(page_of("王建国")) == pdf_of(page_of("王建国"))
