"""The Berka bank (PKDD'99) comes in whole through the mapping that ships, every row accounted for."""

from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge.crm.store import bulk_engine, sqlite_url
from knowledge.intake.intake import import_folder
from knowledge.intake.report import ImportReport

ROOT = Path(__file__).parents[3]
FOLDER = ROOT.parent / "shared" / "data" / "berka"


@pytest.fixture(scope="module")
def berka(tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportReport, str]:
    if not FOLDER.is_dir():
        pytest.skip(f"the Berka bank's files are not in {FOLDER}")
    home = tmp_path_factory.mktemp("berka")
    url = sqlite_url(home)
    return import_folder(FOLDER, Path("berka"), url=url, rejects=home / "rejects.csv"), url


def rows(url: str, sql: str) -> list[tuple[object, ...]]:
    engine = bulk_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(sql))]
    engine.dispose()
    return found


def test_every_row_is_accounted_for(berka: tuple[ImportReport, str]) -> None:
    report, _ = berka
    assert report.balanced
    assert {one.file: (one.read, one.stored, one.rejected) for one in report.files if one.file.endswith(".csv")} == {
        "district.csv": (77, 77, 0),
        "client.csv": (5_369, 5_369, 0),
        "account.csv": (4_500, 4_500, 0),
        "disp.csv": (5_369, 5_369, 0),
        "loan.csv": (682, 682, 0),
        "card.csv": (892, 892, 0),
        "order.csv": (6_471, 6_471, 0),
        "trans_part.csv": (30_200, 30_200, 0),
    }
    read = sum(one.read for one in report.files if one.file.endswith(".csv"))
    assert f"{read:,} rows" in (ROOT / "docs" / "import.md").read_text()


def test_a_clients_account_loan_and_last_bookings_are_there(berka: tuple[ImportReport, str]) -> None:
    _, url = berka
    assert rows(url, "SELECT customer_id FROM customer_name WHERE key = 'client 31' AND form = 'full'") == [
        ("client-31",)
    ]
    accounts = "SELECT kind, number, opened_on, matures_on, credit_limit, instalment, state, linked_account_id"
    assert rows(url, f"{accounts} FROM account WHERE customer_id = 'client-31' ORDER BY kind") == [
        ("deposit", "25", "1996-07-28", None, None, None, "active", None),
        ("loan", "4962", "1997-12-08", "1998-12-08", 3_027_600, 252_300, "repaid", "account-25"),
    ]
    bookings = "SELECT id, booked_on, amount, kind FROM \"transaction\" WHERE account_id = 'account-25'"
    assert rows(url, f"{bookings} ORDER BY booked_on LIMIT 2") == [
        ("trans-6145", "1996-07-28", 90_000, "cash_in"),
        ("trans-6456", "1996-08-27", 1_580_000, "cash_in"),
    ]
    balances = "SELECT month, \"end\", average FROM balance WHERE account_id = 'account-25' ORDER BY month LIMIT 2"
    assert rows(url, balances) == [("1996-07-31", 90_000, 90_000), ("1996-08-31", 1_670_000, 344_839)]


def test_money_is_neither_made_nor_lost(berka: tuple[ImportReport, str]) -> None:
    """The sums of the store are those of the files, added up by other means."""
    _, url = berka
    signed = {"credit": 1, "withdrawal": -1, "withdrawal in cash": -1}
    lines = (FOLDER / "trans_part.csv").read_text().splitlines()[1:]
    cells = [line.split(";") for line in lines]
    assert rows(url, 'SELECT sum(amount) FROM "transaction"') == [
        (sum(signed[cell[3]] * round(float(cell[5]) * 100) for cell in cells),)
    ]
    loans = [line.split(",") for line in (FOLDER / "loan.csv").read_text().splitlines()[1:]]
    assert rows(url, "SELECT sum(credit_limit) FROM account WHERE kind = 'loan'") == [
        (sum(int(loan[3]) * 100 for loan in loans),)
    ]


def test_a_managers_customers_are_those_of_her_branch(berka: tuple[ImportReport, str]) -> None:
    _, url = berka
    assert rows(url, "SELECT DISTINCT branch_id FROM customer WHERE manager_id = 'manager-1'") == [("district-1",)]
    assert rows(url, "SELECT count(*) FROM customer WHERE branch_id = 'district-1' AND manager_id IS NULL") == [(0,)]
