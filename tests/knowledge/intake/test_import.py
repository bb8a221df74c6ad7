"""Another bank's files come in as its mapping says, whole or not at all, and twice is once."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from knowledge.crm.store import sqlite_url
from knowledge.errors import IntakeError, StoreError
from tests.knowledge.intake.bank import Bank

COUNT = 'SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM "transaction"), (SELECT count(*) FROM balance)'


def test_every_column_arrives_in_the_stores_own_terms(bank: Bank) -> None:
    report = bank.load()
    assert report.balanced
    assert report.rejected == 0
    assert bank.rows("SELECT id, kind, name, birth_date, manager_id, tier, interests FROM customer ORDER BY id") == [
        ("p-1", "person", "Müller; Eva", "1970-02-03", "anna", "gold", '["golf", "opera"]'),
        ("p-2", "company", "Muster AG", None, None, "standard", "[]"),
        ("p-3", "person", "O'Neill\nJohn", "2000-02-29", None, None, "[]"),
    ]
    assert bank.rows("SELECT id, customer_id, opened_on, rate, credit_limit FROM account ORDER BY id") == [
        ("a-10", "p-1", "2020-02-01", 27_500, 123_457),
        ("a-11", "p-2", "2021-03-15", None, None),
    ]
    assert bank.rows("SELECT account_id, customer_id, role FROM account_party") == [("a-10", "p-3", "authorised")]
    assert bank.rows('SELECT id, amount, balance_after FROM "transaction" ORDER BY id') == [
        ("t1", 10_000, 10_000),
        ("t2", -3_050, 6_950),
        ("t3", 1_000, 7_950),
    ]


def test_customers_are_found_by_the_forms_of_their_names(bank: Bank) -> None:
    bank.load()
    assert ("muller eva", "full") in bank.rows("SELECT key, form FROM customer_name WHERE customer_id = 'p-1'")


def test_balances_follow_from_the_bookings(bank: Bank) -> None:
    bank.load()
    assert bank.rows("SELECT month, \"end\", average FROM balance WHERE account_id = 'a-10' ORDER BY month") == [
        ("2024-01-31", 6_950, 9_821),  # 16 days of 100.00 and one of 69.50
        ("2024-02-29", 6_950, 6_950),
        ("2024-03-10", 7_950, 7_850),  # one day of 69.50 and nine of 79.50
    ]


def test_counts_add_up_in_the_printed_report_and_as_data(bank: Bank) -> None:
    bank.write("links.csv", "person;account;role\n1;10;owner\n2;11;OWNER\n9;10;user\n3;10;heir\n")
    report = bank.load()
    links = next(one for one in report.files if one.file == "links.csv")
    assert (links.read, links.stored, links.rejected) == (4, 2, 2)
    assert report.balanced
    assert json.loads(json.dumps(report.as_dict()))["rejected"] == 2
    assert "Every row is accounted for." in report.as_text()
    with bank.rejects.open(newline="") as file:
        assert list(csv.DictReader(file)) == [
            {
                "file": "links.csv",
                "line": "4",
                "column": "customer_id",
                "reason": "there is no customer 'p-9', or its row was rejected",
                "row": "9;10;user",
            },
            {
                "file": "links.csv",
                "line": "5",
                "column": "",
                "reason": "nothing in the mapping takes it",
                "row": "3;10;heir",
            },
        ]


def test_the_same_import_twice_changes_nothing(bank: Bank) -> None:
    first = bank.load()
    before = list(sqlite3.connect(bank.url.removeprefix("sqlite:///")).iterdump())
    second = bank.load()
    assert list(sqlite3.connect(bank.url.removeprefix("sqlite:///")).iterdump()) == before
    assert all(one.stored == 0 and one.unchanged == one.read for one in second.files)
    assert all(one.added == one.changed == one.removed == 0 for one in second.tables)
    assert [one.rows for one in second.tables] == [one.rows for one in first.tables]


def test_a_later_delivery_changes_what_differs_and_keeps_the_rest(bank: Bank) -> None:
    bank.load()
    bank.write("persons.csv", "no;name;kind;born;keeper;class;likes\n1;Eva Meier;P;03.02.1970;AA;A;golf\n")
    bank.write("accounts.csv", "number;opened;rate;limit\n")
    bank.write("links.csv", "person;account;role\n")
    bank.write("bookings.csv", "id;account;date;way;type;amount;after\nt4;10;240320;in;cash;1,00;80,50\n")
    bank.replace("mapping.yaml", "2024-03-10", "last_booking")
    report = bank.load()
    assert report.rejected == 0, bank.rejects.read_text()
    assert {one.table: (one.added, one.changed) for one in report.tables}["customer"] == (0, 1)
    assert bank.rows("SELECT name FROM customer ORDER BY id")[:2] == [("Eva Meier",), ("Muster AG",)]
    assert bank.rows("SELECT month, \"end\" FROM balance WHERE account_id = 'a-10' ORDER BY month") == [
        ("2024-01-31", 6_950),
        ("2024-02-29", 6_950),
        ("2024-03-20", 8_050),  # the running month has gone on: its earlier balance is gone
    ]


def test_a_rejected_row_takes_along_what_hangs_on_it(bank: Bank) -> None:
    bank.replace("persons.csv", "03.02.1970", "30.02.1970")
    report = bank.load()
    assert report.balanced
    assert {one.file: one.rejected for one in report.files} == {
        "persons.csv": 1,
        "accounts.csv": 1,
        "links.csv": 2,
        "bookings.csv": 3,
        "mapping.yaml": 0,
    }
    assert bank.rows(COUNT) == [(2, 0, 0)]


def test_an_error_in_the_middle_leaves_the_store_as_it_was(bank: Bank) -> None:
    bank.load()
    bank.replace("persons.csv", "Muster AG", "Other AG")

    def fail(label: str, done: int, total: int | None) -> None:
        if label == "write customer":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bank.load(fail)
    assert bank.rows("SELECT name FROM customer WHERE id = 'p-2'") == [("Muster AG",)]
    assert [path.name for path in bank.rejects.parent.glob("*.part")] == []


def test_rejects_that_cannot_be_written_stop_the_import(bank: Bank) -> None:
    bank.rejects.mkdir()
    with pytest.raises(IntakeError, match="it is a folder"):
        bank.load()
    assert bank.rows(COUNT) == [(0, 0, 0)]


def test_a_missing_folder_is_named_before_a_store_is_made(bank: Bank) -> None:
    bank.url = sqlite_url(bank.folder)
    bank.folder = bank.folder / "nowhere"
    with pytest.raises(IntakeError, match=r"nowhere.*no such folder"):
        bank.load()
    assert not Path(bank.url.removeprefix("sqlite:///")).exists()


def test_a_store_that_cannot_be_opened_is_one_clear_line(bank: Bank) -> None:
    bank.url = f"sqlite:///{bank.folder}/no/such/folder/crm.sqlite"
    with pytest.raises(StoreError) as caught:
        bank.load()
    assert "\n" not in str(caught.value)


def test_rejects_are_readable_by_their_owner_alone(bank: Bank) -> None:
    bank.load()
    assert bank.rejects.stat().st_mode & 0o077 == 0
