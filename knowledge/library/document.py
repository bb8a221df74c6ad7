"""One document as it was read from a file: who it is (front matter) and its clauses."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge.errors import DocumentError
from knowledge.library.clause import Clause, clauses, first_heading
from knowledge.library.formats import read_blocks
from knowledge.library.formats.block import Block
from knowledge.library.formats.encoding import decode
from knowledge.library.formats.markdown import markdown_blocks
from knowledge.library.hygiene import clean, tidy
from knowledge.library.language import detect_language

LANGUAGES = frozenset({"en", "zh", "es"})
AUDIENCES = frozenset({"internal", "customer"})
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_LANGUAGE_SUFFIX = re.compile(r"[._-](en|zh|es)(?:[-_]\w+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """A version of a document in one language. `declared` is false when the file had no front matter:
    then title and language are guessed, and the document is internal and without dates."""

    document_id: str
    language: str
    title: str
    kind: str
    audience: str
    version: str
    valid_from: date | None
    valid_until: date | None
    owner: str | None
    declared: bool
    source: str
    digest: str
    clauses: list[Clause]


def read_document(path: Path) -> Document:
    """Reads one file. Raises DocumentError with the file and the reason when it cannot be taken in."""
    source = str(path).encode("utf-8", "backslashreplace").decode()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(file=source, reason=f"cannot be read ({error.strerror})") from None
    digest = hashlib.sha256(content).hexdigest()
    if path.suffix.lower() in {".md", ".markdown", ".txt"}:
        matter = _FRONT_MATTER.match(decode(content, path)) if content.strip() else None
        if matter:
            fields = _fields(matter[1], source)
            if "id" in fields:
                body = markdown_blocks(decode(content, path)[matter.end() :])
                return _declared(fields, body, source, digest)
    return _guessed(path, read_blocks(content, path), source, digest)


def _fields(text: str, source: str) -> dict[str, str]:
    """The front matter as plain strings: YAML's guesses (2.10 is 2.1, no is False) would change it."""
    try:
        loaded = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise DocumentError(file=source, reason=f"has broken front matter: {str(error).splitlines()[0]}") from None
    if not isinstance(loaded, dict):
        raise DocumentError(file=source, reason="has front matter that is no list of fields")
    empty = {"", "null", "~", "Null", "NULL"}
    return {str(key): value for key, value in loaded.items() if isinstance(value, str) and value not in empty}


def _declared(fields: dict[str, str], body: list[Block], source: str, digest: str) -> Document:
    def wrong(reason: str) -> DocumentError:
        return DocumentError(file=source, reason=f"front matter: {reason}")

    if not re.fullmatch(r"[\w][\w.-]{0,99}", fields["id"]):
        raise wrong(f"id {fields['id']!r} is no name of letters, digits, points and hyphens")
    if fields.get("language") not in LANGUAGES:
        raise wrong("language must be one of " + ", ".join(sorted(LANGUAGES)))
    if fields.get("audience", "internal") not in AUDIENCES:
        raise wrong("audience must be internal or customer")
    if len(fields.get("version", "")) > 32:
        raise wrong("version is longer than 32 characters")
    days: dict[str, date | None] = {}
    for name in ("valid_from", "valid_until"):
        try:
            days[name] = date.fromisoformat(fields[name]) if name in fields else None
        except ValueError:
            raise wrong(f"{name} {fields[name]!r} is no date (YYYY-MM-DD)") from None
    if days["valid_from"] and days["valid_until"] and days["valid_until"] < days["valid_from"]:
        raise wrong("valid_until lies before valid_from")
    title = fields.get("title") or next((block.text for block in body if block.level), fields["id"])
    if body and body[0].level == 1:
        body = body[1:]
    parts = clauses(tidy(body), title)
    if not parts:
        raise DocumentError(file=source, reason="has no text below its front matter")
    return Document(
        document_id=fields["id"], language=fields["language"], title=title, kind=fields.get("kind", "guidance")[:32],
        audience=fields.get("audience", "internal"), version=fields.get("version", ""),
        valid_from=days["valid_from"], valid_until=days["valid_until"], owner=fields.get("owner"),
        declared=True, source=source, digest=digest, clauses=parts,
    )  # fmt: skip


def _guessed(path: Path, body: list[Block], source: str, digest: str) -> Document:
    named = _LANGUAGE_SUFFIX.search(path.stem)
    stem = path.stem[: named.start()] if named else path.stem
    kept = clean(body)
    language = detect_language(" ".join(block.text for block in kept)) or (named[1].lower() if named else "en")
    first = next((block.text for block in kept if block.level), None) or first_heading(kept)
    title = first or stem.replace("-", " ").replace("_", " ").strip().capitalize()
    parts = clauses(kept, title)
    if not parts:
        raise DocumentError(file=source, reason="holds nothing but menus, links and bylines")
    return Document(
        document_id=_slug(stem), language=language, title=title[:300], kind="guidance", audience="internal", version="",
        valid_from=None, valid_until=None, owner=None, declared=False, source=source, digest=digest, clauses=parts,
    )  # fmt: skip


def _slug(stem: str) -> str:
    folded = unicodedata.normalize("NFKC", stem).casefold().encode("utf-8", "replace").decode()
    return re.sub(r"[^\w]+", "-", folded).strip("-")[:80] or "document"
