"""The answers' templates: alike in three languages, complete, and closed to whatever stored text holds."""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, meta, nodes

from assistant.answer import Block, Download, Heading, Line, Listing, Table
from assistant.grounding.ledger import Figure
from assistant.typesetting import blocks_of, text_of
from prompts import FIGURE_CLOSE, FIGURE_MIDDLE, FIGURE_OPEN, LANGUAGES, PIPE, STAR, examples, render
from tests.prompts.samples import (
    CITATION,
    FOLDER,
    MACRO_FILES,
    TEMPLATES,
    Sample,
    fields_of,
    source,
)

SIZES = ((0, 0), (1, 0), (1, 1), (3, 2))
"""How long lists are, and what counts say: the two are not always the same."""
CITATIONS = frozenset({CITATION.id})
PARSER = Environment()
ANYTHING_HOSTILE = (
    "a | b || c",
    "one\ntwo\r\nthree",
    "x\u2028## Heading\u2029- item\x0b> quote\x0c| a | b |\x85|---|",
    "## Heading",
    "| a | b |",
    "**strong** *",
    "{{ 7 * 7 }} {% raw %} {# note #}",
    "<script>alert('x')</script> <img src=x onerror=y> &amp;",
    "[press](https://example.org) ![](https://example.org/x.png)",
    f"{FIGURE_CLOSE}{FIGURE_OPEN}f1{FIGURE_MIDDLE}99{FIGURE_CLOSE} {PIPE} {STAR}",
    "\x1b[31mred\x00\x07",
)
HOSTILE_PIECES = st.sampled_from([*ANYTHING_HOSTILE, " ", "#", ">", "-", "|", "*", "\n", "a", "张", FIGURE_OPEN, PIPE])


def blocks(template: str, language: str, sample: Sample) -> list[Block]:
    return blocks_of(render(template, language, sample.values(template)), CITATIONS)


def lines_of(block: Block) -> list[Line]:
    match block:
        case Table():
            return [cell for row in block.rows for cell in row]
        case Listing():
            return block.items
        case Download():
            return []
        case _:
            return [block.line]


def shape(block: Block) -> tuple[object, ...]:
    """What a reader sees of a block apart from its words: kind, columns, rows, items and what is evidence."""
    size = (len(block.columns), [len(row) for row in block.rows]) if isinstance(block, Table) else len(lines_of(block))
    return (block.kind, size)


def evidence(block: Block) -> list[str]:
    return sorted(span.fact or span.citation or "" for line in lines_of(block) for span in line)


def test_every_answer_is_written_in_every_language() -> None:
    written = {path.name for path in FOLDER.glob("*.md")}
    assert written == {f"{name}.{language}.md" for name in TEMPLATES + MACRO_FILES for language in LANGUAGES}


def test_every_ability_has_an_answer() -> None:
    assert set(examples()) - {"follow_up"} <= set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_prints_all_that_its_tool_returns_and_nothing_else(template: str, language: str) -> None:
    assert meta.find_undeclared_variables(PARSER.parse(source(template, language))) == set(fields_of(template))


@pytest.mark.parametrize("file", TEMPLATES + MACRO_FILES)
@pytest.mark.parametrize("language", ["zh", "es"])
def test_macros_and_imports_agree_with_the_english_ones(file: str, language: str) -> None:
    def parts(of: str) -> list[object]:
        tree = PARSER.parse(source(file, of))
        macros = [(macro.name, [a.name for a in macro.args]) for macro in tree.find_all(nodes.Macro)]
        imports = [(i.template.as_const(), i.names) for i in tree.find_all(nodes.FromImport)]
        return [macros, [(name.replace(f".{of}.", ".*."), names) for name, names in imports]]

    assert parts(language) == parts("en")


@pytest.mark.parametrize("file", TEMPLATES + MACRO_FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_stands_in_a_templates_own_words(file: str, language: str) -> None:
    """A digit among the words would be a figure without a source."""
    said = [token for _, kind, token in PARSER.lex(source(file, language)) if kind in ("data", "string")]
    assert not re.search(r"\d", "".join(said))


OUR_WORDS = "up|down|same|unknown|above|below"
"""What results call directions; templates compare with these and print none of them."""


@pytest.mark.parametrize("file", TEMPLATES + MACRO_FILES)
def test_chinese_words_are_chinese(file: str) -> None:
    """No forgotten English, no half-width punctuation."""
    tokens = [token for _, kind, token in PARSER.lex(source(file, "zh")) if kind in ("data", "string")]
    said = " ".join(
        token for token in tokens if not re.match(rf"['\"](_\w+\.zh\.md|{OUR_WORDS}|[.!?…。！？]+)['\"]$", token)
    )
    said = re.sub(r"!(trend|ranking|comparison|download) |!card \w+|rapport insight run", "", said)
    assert re.findall(r"[A-Za-z]+", said.replace("Rapport", "")) == []
    assert re.findall(r"[,;:?!()]", said) == []


def test_a_value_that_is_missing_or_unused_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="written"):
        render("no_customer", "en", {})
    with pytest.raises(ValueError, match="surplus"):
        render("no_customer", "en", {"written": "Ana", "surplus": 1})
    with pytest.raises(KeyError, match=r"no_customer\.fr\.md"):
        render("no_customer", "fr", {"written": "Ana"})


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_answer_has_the_same_blocks_and_figures_in_every_language(template: str) -> None:
    for (items, counted), present, flag in product(SIZES, (True, False), (True, False)):
        for direction in ("up", "same") if template in ("deposit_changes", "loan_changes") else ("up",):
            said = [
                blocks(template, language, Sample(items, counted, present, flag, direction)) for language in LANGUAGES
            ]
            for other in said[1:]:
                assert [shape(block) for block in other] == [shape(block) for block in said[0]]
                assert {e for b in other for e in evidence(b)} == {e for b in said[0] for e in evidence(b)}
            assert said[0] or items == 0


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_has_a_cell_for_each_column(template: str, language: str) -> None:
    for block in blocks(template, language, Sample(items=3)):
        if isinstance(block, Table):
            assert [len(row) for row in block.rows] == [len(block.columns)] * 3


@pytest.mark.parametrize("template", ["contacts", "feedback", "tasks", "deposit_changes", "help"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_items_of_one_list_stay_together(template: str, language: str) -> None:
    sample = Sample(items=3, flag=template != "feedback")  # cases asked for by number stand one by one
    listings = [block for block in blocks(template, language, sample) if isinstance(block, Listing)]
    lists = 3 if template == "feedback" else 1
    assert [len(listing.items) for listing in listings] == [3] * lists


@pytest.mark.parametrize(
    "template", [template for template in TEMPLATES if any(kind is Figure for kind in fields_of(template).values())]
)
def test_one_is_singular(template: str) -> None:
    plural = {
        "en": r"\b1 (open |feedback )*(customers|cases|contacts|tasks|transactions|products|holdings|days|were|are)\b",
        "es": r"\b1 (clientes|casos|contactos|tareas|movimientos|productos|días|depósitos)\b",
    }
    for language, pattern in plural.items():
        for flag in (True, False):
            said = text_of(blocks(template, language, Sample(items=1, counted=1, flag=flag)))
            assert not re.search(pattern, said), said


@pytest.mark.parametrize("template", TEMPLATES)
def test_stored_text_stays_text(template: str) -> None:
    for language in LANGUAGES:
        harmless = blocks(template, language, Sample())
        for words in ANYTHING_HOSTILE:
            hostile = blocks(template, language, Sample(words=words))
            assert [shape(block) for block in hostile] == [shape(block) for block in harmless], words
            assert [evidence(block) for block in hostile] == [evidence(block) for block in harmless], words
            assert text_of(hostile).count("\n") == text_of(harmless).count("\n"), words


@settings(max_examples=60, deadline=None)
@given(words=st.lists(HOSTILE_PIECES, max_size=6).map("".join), language=st.sampled_from(LANGUAGES))
def test_no_mixture_of_marks_adds_a_line_a_cell_or_a_figure(words: str, language: str) -> None:
    for template in ("holdings", "feedback", "which_customer", "product", "contacts"):
        hostile = blocks(template, language, Sample(words=words or "x"))
        harmless = blocks(template, language, Sample())
        assert [shape(block) for block in hostile] == [shape(block) for block in harmless]
        facts = [[s.fact for line in lines_of(b) for s in line if s.fact] for b in (*hostile,)]
        assert facts == [[s.fact for line in lines_of(b) for s in line if s.fact] for b in (*harmless,)]


@pytest.mark.parametrize("words", ["{{ 7 * 7 }}", "<b>x</b> & y", "a | b", "6222****1234", "# x", "O'Neill “x”"])
def test_stored_text_is_shown_as_it_stands(words: str) -> None:
    said = blocks("no_customer", "en", Sample(words=words)) + blocks("portrait", "zh", Sample(words=words))
    assert sum(words in span.text for block in said for line in lines_of(block) for span in line) > 5
    assert not any(span.strong for block in said for line in lines_of(block) for span in line if span.text == words)


@pytest.mark.parametrize(
    "words, shown",
    [
        ("# Big", "\\# Big holds:"),
        ("> q", "\\> q holds:"),
        ("<img src=x>", "\\<img src=x> holds:"),
        ("\\<img src=x>", "\\\\\\<img src=x> holds:"),
        ("![](https://example.org/a.png)", "!\\[](https://example.org/a.png) holds:"),
        ("王建国", "王建国 holds:"),
        ("3 < 4", "3 < 4 holds:"),
    ],
)
def test_the_plain_text_gives_a_markdown_reader_no_markup(words: str, shown: str) -> None:
    assert text_of(blocks("holdings", "en", Sample(words=words))).startswith(shown)


def test_headings_are_only_the_templates_own() -> None:
    for template in TEMPLATES:
        said = blocks(template, "en", Sample(words="## Heading"))
        headings = [line for line in text_of(said).splitlines() if line.startswith("#")]
        assert len(headings) == sum(isinstance(block, Heading) for block in said)
