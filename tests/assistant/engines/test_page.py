"""The page: what is streamed is the text of the blocks, and figures lead to their facts."""

from datetime import date

import pytest

from assistant.answer import Listing, Paragraph, Span
from assistant.engines.page import Page
from assistant.events import BlockReady, TextDelta
from assistant.grounding.ledger import Ledger
from assistant.grounding.sentences import Sentences
from assistant.grounding.verification import Verdict
from assistant.typesetting import text_of


def played(text: str, marks: dict[str, str] | None = None) -> tuple[list[object], str]:
    """The blocks and the streamed text of sentences; `marks` are words and what they rest on."""
    page, sentences = Page(Ledger("en", date(2026, 11, 20))), Sentences()
    events = []
    for sentence in [*sentences.feed(text), *sentences.rest()]:
        found = [(sentence.index(word), word, mark) for word, mark in (marks or {}).items() if word in sentence]
        verdict = Verdict(sentence, tuple((at, at + len(word), mark) for at, word, mark in found), ())
        events += page.take(verdict)
    events += page.close()
    blocks = [event.block for event in events if isinstance(event, BlockReady)]
    return list(blocks), "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("One. Two.", ["paragraph"]),
        ("One.\n\nTwo.", ["paragraph", "paragraph"]),
        ("One:\n- a 1\n- b 2\n\nTwo.", ["paragraph", "list", "paragraph"]),
        ("1. First thing\n2. Second thing", ["list"]),
        ("一。二。", ["paragraph"]),
    ],
)
def test_sentences_become_paragraphs_and_lists(text: str, kinds: list[str]) -> None:
    blocks, streamed = played(text)
    assert [block.kind for block in blocks] == kinds  # type: ignore[attr-defined]
    assert streamed.strip() == text_of(blocks)  # type: ignore[arg-type]


def test_a_marked_figure_leads_to_its_fact_and_keeps_its_spelling() -> None:
    (block,), _ = played("They hold 1.234,50\xa0CNY now. And 7 more.", {"1.234,50\xa0CNY": "f1", "7": "f2"})
    assert isinstance(block, Paragraph)
    assert [(span.text, span.fact) for span in block.line if span.fact] == [("1.234,50\xa0CNY", "f1"), ("7", "f2")]
    assert "".join(span.text for span in block.line) == "They hold 1.234,50\xa0CNY now. And 7 more."


def test_a_figure_in_a_list_is_found_behind_its_bullet() -> None:
    (block,), _ = played("- first 12\n- then 13\n", {"12": "f1", "13": "f2"})
    assert isinstance(block, Listing)
    assert block.items == [
        [Span(text="first "), Span(text="12", fact="f1")],
        [Span(text="then "), Span(text="13", fact="f2")],
    ]


@pytest.mark.parametrize("text", ["**Bold** and `code`.", "<script>alert(1)</script> x.", "[a](http://x) y."])
def test_decoration_is_dropped_and_markup_cannot_be_rendered(text: str) -> None:
    _, streamed = played(text)
    assert "**" not in streamed
    assert "`" not in streamed
    assert "<s" not in streamed.replace("\\<s", "")
    assert "[a](" not in streamed.replace("\\[a](", "")
