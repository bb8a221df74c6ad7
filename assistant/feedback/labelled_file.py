"""Files of messages that a bank has labelled, or has not: CSV with a line of column names."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from assistant.errors import TriageError

LONGEST_CELL = 1_000_000
SEPARATORS = ",;\t"
"""As spreadsheets write them: a semicolon where the comma stands in numbers."""


@dataclass(frozen=True)
class LabelledFile:
    """`texts` and, for each wanted column, what stands in it; "" where nothing does. `places` are the rows' numbers, 1
    for the first below the names; `skipped` rows held no text, or none of the labels."""

    texts: tuple[str, ...]
    labels: dict[str, tuple[str, ...]]
    places: tuple[int, ...]
    skipped: int


def read_labelled(file: Path, text: str, columns: Sequence[str], wanted: Sequence[str] = ()) -> LabelledFile:
    """Rows with a text and at least one label. `columns` have to be there, `wanted` ones are read where they are.

    Raises TriageError if the file cannot be read, lacks a column or holds no such row.
    """
    names, rows = _read(file)
    if not names:
        raise TriageError(file=file.name, reason="is empty")
    missing = [name for name in (text, *columns) if name not in names]
    if missing:
        raise TriageError(file=file.name, reason=f"has no column {', '.join(missing)}; it has {', '.join(names)}")
    own = [name for name in dict.fromkeys((*columns, *wanted)) if name in names]
    kept = [
        (place, row[text].strip(), [row[name].strip() for name in own])
        for place, row in enumerate(rows, 1)
        if row[text].strip() and (not own or any(row[name].strip() for name in own))
    ]
    if not kept:
        raise TriageError(file=file.name, reason="holds no row with a text and a label")
    return LabelledFile(
        texts=tuple(words for _, words, _ in kept),
        labels={name: tuple(cells[at] for _, _, cells in kept) for at, name in enumerate(own)},
        places=tuple(place for place, _, _ in kept),
        skipped=len(rows) - len(kept),
    )


def _read(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Names of columns, and rows with all of them. One that is out of step would take its text's end for its label."""
    csv.field_size_limit(LONGEST_CELL)
    line = 0
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            separator = max(SEPARATORS, key=opened.readline().count)
            opened.seek(0)
            reader = csv.reader(opened, delimiter=separator, strict=True)
            names, rows = [name.strip() for name in next(reader, ())], list[dict[str, str]]()
            for cells in reader:
                line = reader.line_num
                if any(cell.strip() for cell in cells[len(names) :]):
                    reason = f"has more cells in line {line} than columns: a text with {separator!r} in it is quoted"
                    raise TriageError(file=file.name, reason=reason)
                if cells:
                    rows.append(dict(zip_longest(names, cells[: len(names)], fillvalue="")))
            return names, rows
    except UnicodeDecodeError as error:
        raise TriageError(file=file.name, reason=f"is not UTF-8 at byte {error.start}: save it as CSV UTF-8") from None
    except csv.Error as error:
        raise TriageError(file=file.name, reason=f"cannot be read after line {line}: {error}") from None
    except OSError as error:
        raise TriageError(file=file.name, reason=error.strerror or str(error)) from None
