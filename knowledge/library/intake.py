"""From files to entries of the catalogue: what is new, what replaces what, and what cannot be taken in."""

import re
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from knowledge.errors import DocumentError
from knowledge.library.catalogue import Entry
from knowledge.library.clause import Clause
from knowledge.library.document import Document, read_document
from knowledge.library.formats import SUFFIXES
from knowledge.library.meaning import Wording
from knowledge.library.parts import parts
from knowledge.library.passage import Rejected
from knowledge.library.tables import DocumentRow, PassageRow
from knowledge.library.words import terms

Progress = Callable[[str, int, int], None]
"""Called with the file's name, how many files are done, and how many there are."""


@dataclass
class Shelving:
    """What is to be stored, and what is not; `kept` are the ids of the stored rows whose files were read again."""

    entries: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    kept: set[str] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)


def read_files(paths: Sequence[Path], progress: Progress | None) -> tuple[list[Document], list[Rejected]]:
    """Reads all files, those of a folder in the order of their names; older versions come first."""
    documents: list[Document] = []
    rejected: list[Rejected] = []
    files, missing = _files(paths)
    for path in missing:
        rejected.append(Rejected(_shown(path), "does not exist"))
    for done, path in enumerate(files):
        if progress:
            progress(_shown(path), done, len(files))
        try:
            documents.append(read_document(path))
        except DocumentError as error:
            rejected.append(Rejected(_shown(path), str(error.values["reason"])))
    documents.sort(key=lambda d: (d.document_id, d.language, d.valid_from or date.min, d.version))
    return documents, rejected


def shelve(documents: Sequence[Document], held: Sequence[DocumentRow]) -> Shelving:
    """Compares what was read with what is `held` already."""
    result = Shelving()
    rows = {row.id: row for row in held}
    known = _Known(held)
    claimed: dict[tuple[str, str, str], str] = {}
    for document in documents:
        key = (document.document_id, document.language, document.version)
        same = known.counterpart(document)
        if same is not None and same.digest == document.digest:
            result.kept.add(same.id)
            result.unchanged += 1
        elif document.declared and key in claimed:
            reason = f"has the id, language and version of {claimed[key]}"
            result.rejected.append(Rejected(document.source, reason))
            continue
        else:
            entry = _entry(document, same, rows.keys())
            if same is not None:
                del rows[same.id]
                known.drop(same)
                result.kept.add(same.id)
            rows[entry.document.id] = entry.document
            known.hold(entry.document)
            result.entries.append(entry)
        claimed[key] = document.source
    return result


class _Known:
    """The stored rows by what tells them from others: id, language and version of a declared document, the source of
    another, and the digest of both."""

    def __init__(self, held: Sequence[DocumentRow]) -> None:
        self._rows: dict[Hashable, dict[str, DocumentRow]] = {}
        for row in held:
            self.hold(row)

    def hold(self, row: DocumentRow) -> None:
        for key in (_identity(row), row.digest):
            self._rows.setdefault(key, {})[row.id] = row

    def drop(self, row: DocumentRow) -> None:
        for key in (_identity(row), row.digest):
            self._rows[key].pop(row.id, None)

    def counterpart(self, document: Document) -> DocumentRow | None:
        """The stored row that this document is, or is a changed form of."""
        for key in (_identity(document), document.digest):
            for row in self._rows.get(key, {}).values():
                return row
        return None


def _identity(of: Document | DocumentRow) -> tuple[str, ...]:
    return (of.document_id, of.language, of.version) if of.declared else (of.source,)


def gone_files(paths: Sequence[Path], held: Sequence[DocumentRow], kept: Collection[str]) -> list[str]:
    """Ids of documents whose file stood in one of the folders and is gone, unless another file brought them again.

    A folder without any file takes nothing away: it is more likely a drive that is not there than an end of rules.
    """
    folders = [path.resolve() for path in paths if path.is_dir() and _files([path])[0]]
    return [
        row.id
        for row in held
        if row.id not in kept
        and any(Path(row.source).is_relative_to(folder) for folder in folders)
        and not Path(row.source).exists()
    ]


def _entry(document: Document, same: DocumentRow | None, taken: Collection[str]) -> Entry:
    document_id = document.document_id
    plain = f"{document_id}.{document.language}"
    if same is not None and same.language == document.language:
        row_id, document_id = same.id, same.document_id
    elif plain not in taken:
        row_id = plain
    elif document.declared and f"{plain}@{_slug(document.version)}" not in taken:
        row_id = f"{plain}@{_slug(document.version)}"
    else:
        document_id = f"{document_id}-{document.digest[:6]}"
        row_id = f"{document_id}.{document.language}"
    row = DocumentRow(
        id=row_id, document_id=document_id, language=document.language, title=document.title, kind=document.kind,
        audience=document.audience, version=document.version, valid_from=document.valid_from,
        valid_until=document.valid_until, owner=document.owner, declared=document.declared,
        source=document.source, digest=document.digest, revision=0,
    )  # fmt: skip
    passages = _passages(row, document.clauses)
    return Entry(row, passages, replaces=same.id if same is not None else None)


def _passages(row: DocumentRow, clauses: Sequence[Clause]) -> list[PassageRow]:
    result: list[PassageRow] = []
    for clause_position, clause in enumerate(clauses):
        name = clause.number or f"p{clause_position}"
        for part, text in enumerate(parts(clause), start=1):
            result.append(
                PassageRow(
                    id=f"{row.id}/{name}" + (f":{part}" if part > 1 else ""),
                    document_row_id=row.id,
                    position=len(result),
                    clause_position=clause_position,
                    part=part,
                    clause=name if clause.number or row.declared else None,
                    section=clause.section,
                    text=text,
                    words=" ".join(terms("\n".join((row.title, *clause.path, clause.section, text)))),
                    vector=Wording(row.title, clause.section, text).id,
                )
            )
    return result


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The files to read (of folders those of our formats, hidden ones left out) and the paths that do not exist."""
    files: list[Path] = []
    missing: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in SUFFIXES and file.is_file())
            files.extend(file for file in inside if not any(p.startswith(".") for p in file.relative_to(path).parts))
        elif path.is_file():
            files.append(path)
        else:
            missing.append(path)
    return list(dict.fromkeys(file.resolve() for file in files)), missing


def _shown(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode()


def _slug(version: str) -> str:
    return re.sub(r"[^\w.-]+", "-", version) or "0"
