"""Target lists as files: whole, within scope, journalled, and with no cell that a spreadsheet computes."""

import csv
import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import make_url

from assistant.errors import BadTargetNumber, UnknownEmployee, UnknownProduct
from assistant.journal import Journal, Kind
from assistant.recommend.rule_pack import read_pack
from assistant.target_export import COLUMNS, FORMULA_STARTS, Format, TargetExport, harmless_cell
from knowledge.clock import Clock
from knowledge.crm.journal_record import JournalRecord
from knowledge.crm.store import CrmStore
from tests.assistant.raw_bank import AS_OF, HEAD_OFFICE, MANAGERS, RawBank


@pytest.fixture
async def store(demo_store_url: str, tmp_path: Path) -> AsyncIterator[CrmStore]:
    """A copy of the demo bank, whose journal may grow."""
    file = shutil.copy(str(make_url(demo_store_url).database), tmp_path / "bank.sqlite")
    store = CrmStore(f"sqlite+aiosqlite:///{file}")
    yield store
    await store.close()


@pytest.fixture
def export(store: CrmStore) -> TargetExport:
    return TargetExport(store, Journal(store), Clock(AS_OF), read_pack("cn"))


async def test_both_forms_hold_the_same_list_within_scope(export: TargetExport, raw: RawBank) -> None:
    rows = list(csv.reader(io.StringIO(
        (await export.file(MANAGERS[0], "P-TD12", 5, Format.CSV, "zh")).decode("utf-8-sig")
    )))  # fmt: skip
    sheet = load_workbook(io.BytesIO(await export.file(MANAGERS[0], "P-TD12", 5, Format.XLSX, "zh"))).active
    assert sheet is not None
    assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == rows
    assert len(rows[0]) == len(COLUMNS)
    assert 1 < len(rows) <= 6
    assert {row[2] for row in rows[1:]} <= raw.seen_by(MANAGERS[0])


async def test_the_journal_keeps_who_was_given_whom(export: TargetExport, store: CrmStore) -> None:
    from sqlalchemy import select

    file = await export.file(HEAD_OFFICE, "P-TD12", 3, Format.CSV, "en")
    listed = [row[2] for row in csv.reader(io.StringIO(file.decode("utf-8-sig")))][1:]
    kept = await store.write(
        lambda session: session.scalars(select(JournalRecord).order_by(JournalRecord.number.desc())).first()
    )
    assert kept is not None
    assert (kept.kind, kept.employee_id) == (Kind.EXPORT, HEAD_OFFICE)
    assert all(customer in kept.body for customer in listed)
    assert len(listed) == 3


async def test_what_cannot_be_listed_is_refused(export: TargetExport) -> None:
    for number in (0, -1, 10_000):
        with pytest.raises(BadTargetNumber):
            await export.file(HEAD_OFFICE, "P-TD12", number, Format.CSV, "en")
    with pytest.raises(UnknownProduct):
        await export.file(HEAD_OFFICE, "P-NONE", 5, Format.CSV, "en")
    with pytest.raises(UnknownEmployee):
        await export.file("nobody", "P-TD12", 5, Format.CSV, "en")


@given(st.sampled_from(FORMULA_STARTS), st.text(max_size=10), st.text(alphabet=" ", max_size=2))
def test_no_cell_begins_a_formula(start: str, rest: str, before: str) -> None:
    assert harmless_cell(before + start + rest).startswith("'")


def test_other_cells_stay_as_they_are() -> None:
    assert harmless_cell("王芳 = 1") == "王芳 = 1"
