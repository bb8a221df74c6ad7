"""A page to look at and to print: one file without scripts, whose policy allows nothing but its own style sheet."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.printing.printed import Printed
from prompts import codes_of, word

FOLDER = Path(__file__).parent


@cache
def policy(*, in_header: bool = True) -> str:
    """The content security policy of a page. A file's own policy cannot forbid framing; a header's does."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    only_style = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f"{only_style}; frame-ancestors 'none'" if in_header else only_style


def html_of(page: Printed) -> str:
    """The page in one file. Whatever stands in a value is text."""
    words = {code: word("printed", code, page.language) for code in codes_of("printed")}
    return (
        _environment()
        .get_template("page.html")
        .render(page=page, words=words, style=Markup(_style()), policy=Markup(policy(in_header=False)))
        .strip()
    )


@cache
def _style() -> str:
    return (FOLDER / "page.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
