"""Whatever stands in a value, it comes back as it is, in its place, and makes no markup."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer import Block, Heading, Line, Listing, Paragraph, Quote, Span, Table
from assistant.grounding.ledger import Figure, Ledger
from assistant.tools.find_customer import FindCustomer, Found
from assistant.tools.standard import Clause, Standard
from assistant.tools.tasks import TaskLine, Tasks
from assistant.tools.tool import values_of
from assistant.typesetting import blocks_of, plain_line, text_of
from knowledge.library.passage import Passage
from prompts import FIGURE_CLOSE, FIGURE_MIDDLE, FIGURE_OPEN, LANGUAGES, PIPE, STAR, render

MARKS = FIGURE_OPEN + FIGURE_MIDDLE + FIGURE_CLOSE + PIPE + STAR
PIECES = ["|", "||", "**", "*", "## ", "# ", "- ", "> ", "\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c",
          "\x1c", "\x00", "\x1b[31m", *MARKS, "f1", "\u202e", "\u2066", "\u200d", "👩‍👩‍👧", "王建国", "שלום", "مرحبا",
          "[x](http://a.b)", "![x](y)", "<img src=x>", "</b>", "<!--", "{{ 7 }}", "{% raw %}", "&lt;", "\\", "`", "```",
          "    ", "\t", "1. ", "---", "===", "| - |", "'", '"', "[a]: b", "~~~", "_", "+ ",
          "!card task"]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=8).map("".join)
LANGUAGE = st.sampled_from(LANGUAGES)
MARKDOWN = MarkdownIt("commonmark").enable("table")


def shown(text: str) -> str:
    """What remains of a text: line breaks are spaces; our marks and other control characters are gone."""
    kept = []
    for character in text:
        if unicodedata.category(character) == "Cc" or character in "\u2028\u2029":
            kept.append(" " if character.isspace() else "")
        elif character not in MARKS:
            kept.append(character)
    return "".join(kept)


def found(ledger: Ledger, text: str, number: int) -> Found:
    """A customer whose every field holds that text."""

    def words(measure: str) -> Figure:
        return ledger.words(f"C{number}", measure, text, f"customer/C{number}")

    return Found(*(words(field) for field in ("name", "number", "kind", "city", "tier", "branch", "manager")))


def customers(texts: Sequence[str], language: str) -> tuple[list[Block], Ledger]:
    ledger = Ledger(language, date(2026, 11, 20))
    lines = [found(ledger, text, number) for number, text in enumerate(texts)]
    result = FindCustomer(lines, ledger.number("customers", "found", len(lines), "count", "customer?"), False)
    return blocks_of(render("find_customer", language, values_of(result)), frozenset()), ledger


def tasks(texts: Sequence[str], language: str) -> list[Block]:
    ledger = Ledger(language, date(2026, 11, 20))

    def words(number: int, measure: str, text: str) -> Figure:
        return ledger.words(f"J{number}", measure, text, f"task/J{number}")

    lines = [
        TaskLine(None, False, words(n, "title", text), words(n, "kind", text), None) for n, text in enumerate(texts)
    ]
    count = ledger.number("tasks", "open_tasks", len(texts), "count", "task?")
    return blocks_of(render("tasks", language, values_of(Tasks(None, lines, count, False))), frozenset())


def standard(text: str, language: str) -> list[Block]:
    ledger = Ledger(language, date(2026, 11, 20))
    passage = Passage("p/1", "p", text, text, text, "en", "internal", "standard", "1.0", None, None)
    quoted = [ledger.quote(passage, line) for line in text.splitlines() if line.strip()]
    result = Standard(True, [Clause(ledger.cite(passage), quoted, None, None)])
    return blocks_of(render("standard", language, values_of(result)), frozenset({"p/1"}))


@given(texts=st.lists(HOSTILE, min_size=2, max_size=4), language=LANGUAGE)
def test_a_value_in_a_table_stays_in_its_cell(texts: list[str], language: str) -> None:
    blocks, ledger = customers(texts, language)
    table = blocks[-1]
    assert [block.kind for block in blocks] == ["paragraph", "table"]
    assert isinstance(table, Table)
    assert [len(row) for row in table.rows] == [7] * len(texts)
    cells = [cell for row in table.rows for cell in row]
    facts = [fact.id for fact in ledger.facts if fact.measure != "found"]
    assert cells == [[Span(text=shown(texts[n // 7]), fact=facts[n])] for n in range(7 * len(texts))]


@given(text=HOSTILE, language=LANGUAGE)
def test_a_value_in_a_sentence_stays_in_it(text: str, language: str) -> None:
    blocks, _ = customers([text], language)
    (sentence,) = blocks
    assert isinstance(sentence, Paragraph)
    values = [span for span in sentence.line if span.fact]
    assert {span.text for span in values} == {shown(text)}
    assert len(values) == 7
    assert not any(span.strong for span in sentence.line)
    plain, _ = customers(["x"], language)
    assert isinstance(plain[0], Paragraph)
    assert [s.text for s in sentence.line if not s.fact] == [s.text for s in plain[0].line if not s.fact]


@given(texts=st.lists(HOSTILE, min_size=1, max_size=4), language=LANGUAGE)
def test_a_value_in_a_list_stays_in_its_item(texts: list[str], language: str) -> None:
    sentence, listing = tasks(texts, language)
    assert isinstance(sentence, Paragraph)
    assert isinstance(listing, Listing)
    assert [item[0].text for item in listing.items] == [shown(text) for text in texts]


@given(text=HOSTILE.filter(lambda text: text.strip() != ""), language=LANGUAGE)
def test_a_clause_is_quoted_word_for_word(text: str, language: str) -> None:
    source, *quotes = standard(text, language)
    assert isinstance(source, Paragraph)
    assert [span.strong for span in source.line] == [True]
    lines = [line for line in text.splitlines() if line.strip()]
    assert quotes == [Quote(line=[Span(text=shown(line), citation="p/1")]) for line in lines]


@given(text=HOSTILE, language=LANGUAGE)
def test_what_the_asker_wrote_is_repeated_as_text(text: str, language: str) -> None:
    (said,) = blocks_of(render("no_customer", language, {"written": text}), frozenset())
    (expected,) = blocks_of(render("no_customer", language, {"written": "WRITTEN"}), frozenset())
    assert isinstance(said, Paragraph)
    assert isinstance(expected, Paragraph)
    assert [(span.fact, span.strong) for span in said.line] == [(None, False)]
    assert plain_text(said.line) == plain_text(expected.line).replace("WRITTEN", shown(text))


def plain_text(line: Line) -> str:
    return "".join(span.text for span in line)


KINDS = {"heading_open": "heading", "paragraph_open": "paragraph", "bullet_list_open": "list",
         "blockquote_open": "quote", "table_open": "table"}  # fmt: skip


def check_as_markdown(blocks: list[Block]) -> None:
    """A client that renders Markdown sees the same blocks, and no tag, link, image or code of a value's making."""
    tokens = MARKDOWN.parse(text_of(blocks))
    outer = [token for token in tokens if token.level == 0 and not token.type.endswith("_close")]
    assert [KINDS.get(token.type, token.type) for token in outer] == expected_kinds(blocks), text_of(blocks)
    inside = {child.type for token in tokens for child in token.children or []}
    assert inside.isdisjoint({"html_inline", "link_open", "image"}), text_of(blocks)
    counted = {"tr_open": 0, "td_open": 0, "list_item_open": 0, "html_block": 0}
    for token in tokens:
        if token.type in counted:
            counted[token.type] += 1
    tables = [block for block in blocks if isinstance(block, Table)]
    assert counted["tr_open"] == sum(len(table.rows) + 1 for table in tables)
    assert counted["td_open"] == sum(len(row) for table in tables for row in table.rows)
    assert counted["list_item_open"] == sum(len(block.items) for block in blocks if isinstance(block, Listing))
    assert counted["html_block"] == 0


def expected_kinds(blocks: list[Block]) -> list[str]:
    """Quotes that follow one another are one block of several lines in Markdown, or several; both are quotes."""
    kinds = [block.kind for block in blocks]
    return kinds[:1] + [kind for before, kind in pairwise(kinds) if (before, kind) != ("quote", "quote")]


@given(texts=st.lists(HOSTILE, min_size=1, max_size=3), language=LANGUAGE)
@example(texts=["1. first"], language="en")
@example(texts=["    four spaces"], language="en")
def test_as_plain_text_it_is_the_same_blocks_for_a_client_that_reads_markdown(texts: list[str], language: str) -> None:
    for blocks in (customers(texts, language)[0], tasks(texts, language)):
        check_as_markdown(blocks)


@given(text=HOSTILE.filter(lambda text: shown(text).strip() != "" and "\n" not in text), language=LANGUAGE)
def test_the_words_of_a_line_are_the_words_of_its_spans(text: str, language: str) -> None:
    """Escapes apart, plain text says what the spans say, in their order."""
    blocks, _ = customers([text], language)
    (sentence,) = blocks
    assert isinstance(sentence, Paragraph)
    said = plain_text(sentence.line).replace("\\", "")
    assert text_of(blocks).replace("\\", "").lstrip() == said.lstrip()
    assert plain_line(sentence.line).replace("\\", "") == said


def test_the_small_markdown_of_templates() -> None:
    figure = f"{FIGURE_OPEN}f1{FIGURE_MIDDLE}5 {PIPE} 6{FIGURE_CLOSE}"
    table = f"| A | B |\n|---|---|\n| {figure} | – |\n"
    marked = f"## Head {figure}\n\nOne\ntwo **strong {figure}** end\n\n- a\n- b\n\n> q\n\n{table}"
    value = Span(text="5 | 6", fact="f1")
    strong = Span(text="5 | 6", fact="f1", strong=True)
    assert blocks_of(marked, frozenset()) == [
        Heading(line=[Span(text="Head "), value]),
        Paragraph(line=[Span(text="One two "), Span(text="strong ", strong=True), strong, Span(text=" end")]),
        Listing(items=[[Span(text="a")], [Span(text="b")]]),
        Quote(line=[Span(text="q")]),
        Table(columns=["A", "B"], rows=[[[value], [Span(text="–")]]]),
    ]
    assert text_of(blocks_of(marked, frozenset())) == (
        "## Head 5 | 6\n\nOne two strong 5 | 6 end\n\n- a\n- b\n\n> q\n\n| A | B |\n| --- | --- |\n| 5 \\| 6 | – |"
    )


def test_a_mark_is_a_citation_only_if_it_is_among_them() -> None:
    marked = f"{FIGURE_OPEN}p/1{FIGURE_MIDDLE}words{FIGURE_CLOSE}"
    assert blocks_of(marked, frozenset({"p/1"})) == [Paragraph(line=[Span(text="words", citation="p/1")])]
    assert blocks_of(marked, frozenset()) == [Paragraph(line=[Span(text="words", fact="p/1")])]


def test_a_card_says_what_the_block_below_it_is_about_and_nothing_else() -> None:
    marked = "!card product\n**Saver**\n- suits\n\n!card case\n- F1\n\n!card talk\nHello.\n\nBye."
    blocks = blocks_of(marked, frozenset())
    assert [(block.kind, getattr(block, "card", None)) for block in blocks] == [
        ("paragraph", "product"), ("list", None), ("list", "case"), ("paragraph", "talk"), ("paragraph", None),
    ]  # fmt: skip
    assert "!card" not in text_of(blocks)


def test_a_value_makes_no_card() -> None:
    (block,) = blocks_of(f"{FIGURE_OPEN}f1{FIGURE_MIDDLE}!card task{FIGURE_CLOSE}", frozenset())
    assert block == Paragraph(line=[Span(text="!card task", fact="f1")])
