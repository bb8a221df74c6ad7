"""A target list as a file: CSV or XLSX, screened anew within the asker's scope, and journalled."""

import csv
import io
import uuid
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from assistant.access import scope_of
from assistant.errors import BadTargetNumber
from assistant.grounding.ledger import Ledger
from assistant.journal import Journal, Kind
from assistant.recommend.gate import Gate
from assistant.recommend.rule_pack import RulePack
from assistant.tools.target_list import TargetLine, listed
from knowledge.clock import Clock
from knowledge.crm.store import CrmStore
from knowledge.insight.parameters import read_parameters
from prompts import word

COLUMNS = ("rank", "name", "number", "tier", "deposits", "currency", "acceptance", "reasons", "warnings")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), full-width forms included."""


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self.value]


class TargetExport:
    """Gives out target lists as files; the journal keeps who was given which customers."""

    def __init__(self, store: CrmStore, journal: Journal, clock: Clock, rules: RulePack) -> None:
        self._store, self._journal, self._clock, self._rules = store, journal, clock, rules

    async def file(
        self, employee_id: str, product: str, number: int | None, form: Format, language: str, as_of: date | None = None
    ) -> bytes:
        """The list as a file. Raises UnknownEmployee, UnknownProduct, and BadTargetNumber for a list too long or empty.

        It is journalled before it is given out: without a record nobody gets a file.
        """
        scope = await scope_of(self._store, employee_id, Clock().today())
        async with self._store.reading(scope) as reader:
            ledger = Ledger(language, as_of or self._clock.today())
            found = await listed(reader, ledger, Gate(reader, ledger, self._rules), product, number)
        if found.bad_number:
            raise BadTargetNumber(most=found.most.text)
        body = {"what": "target_list", "product": product, "format": form.value, "customers": ledger.customers}
        await self._journal.append(uuid.uuid4().hex, employee_id, Kind.EXPORT, body)
        rows = [[word("target_column", name, language) for name in COLUMNS], *map(_cells, found.lines)]
        return _csv(rows) if form is Format.CSV else _xlsx(rows)


def harmless_cell(text: str) -> str:
    """Text that a spreadsheet shows and does not compute."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _cells(line: TargetLine) -> list[str]:
    texts = (
        line.rank.text,
        line.name.text,
        line.number.text,
        line.tier.text if line.tier else "",
        str(line.deposits.value),
        read_parameters().currency,
        line.acceptance.text if line.acceptance else "",
        " ".join(reason.text for reason in line.reasons),
        " ".join(warning.text for warning in line.warnings),
    )
    return [harmless_cell(text) for text in texts]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """With a byte order mark, without which spreadsheets misread Chinese."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # takes a tenth of a second, which only this needs

    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row, cells in enumerate(rows, 1):
        for column, text in enumerate(cells, 1):
            cell = sheet.cell(row, column)
            cell.value = "".join(character for character in text if character >= " " or character == "\n")
            cell.data_type = "s"
    book.save(file)
    return file.getvalue()
