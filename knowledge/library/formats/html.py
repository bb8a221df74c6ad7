"""HTML: what a reader of the page would read, without menus, scripts and hidden text."""

import re
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from knowledge.errors import DocumentError
from knowledge.library.formats.block import Block, table_block

_DROPPED = [
    *("script", "style", "nav", "header", "footer", "aside", "form", "noscript", "template", "svg", "iframe"),
    *("button", "select", "object", "head"),
]
_PARAGRAPHS = [
    *("p", "li", "blockquote", "pre", "dt", "dd", "figcaption", "div", "section", "article", "main", "body"),
    *("td", "th", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "table"),
]
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.I)


def read_html(content: bytes, path: Path) -> list[Block]:
    """Blocks in reading order; the page's title comes first as a heading when the body has none."""
    try:
        return _page_blocks(BeautifulSoup(content, "lxml"))
    except RecursionError:
        raise DocumentError(file=str(path), reason="nests its elements too deeply") from None


def _page_blocks(page: BeautifulSoup) -> list[Block]:
    title = page.title.get_text(" ", strip=True) if page.title else ""
    for tag in page.find_all(_DROPPED):
        tag.decompose()
    for tag in page.find_all(_is_hidden):
        if not tag.decomposed:
            tag.decompose()
    blocks: list[Block] = []
    _collect(page.body or page, blocks)
    if title and not any(block.level == 1 for block in blocks):
        blocks.insert(0, Block(title, level=1))
    return blocks


def _is_hidden(tag: Tag) -> bool:
    style = tag.get("style")
    return (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or (isinstance(style, str) and bool(_HIDDEN.search(style)))
    )


def _collect(tag: Tag, blocks: list[Block]) -> None:
    """Walks the tree; runs of inline content between block tags become paragraphs of their own."""
    if tag.name == "table":
        rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"])] for row in tag.find_all("tr")]
        if rows and max(len(row) for row in rows) > 1:
            blocks.append(table_block(rows))
            return
    inline: list[str] = []
    linked = 0

    def close() -> None:
        nonlocal linked
        text = " ".join("".join(inline).split())
        if text:
            level = int(tag.name[1]) if re.fullmatch(r"h[1-6]", tag.name) else 0
            blocks.append(Block(text, level=level, link_share=min(1.0, linked / len(text))))
        inline.clear()
        linked = 0

    for child in tag.children:
        if isinstance(child, Tag) and (child.name in _PARAGRAPHS or child.find(_PARAGRAPHS) is not None):
            close()
            _collect(child, blocks)
        elif isinstance(child, Tag):
            words = "\n" if child.name == "br" else child.get_text(" ")
            anchors = [child] if child.name == "a" else child.find_all("a")
            linked += sum(len(anchor.get_text(" ", strip=True)) for anchor in anchors)
            inline.append(words)
        elif type(child) is NavigableString:
            inline.append(str(child))
    close()
