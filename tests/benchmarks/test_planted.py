"""The planted bank: a measure is only as good as the truth it is held against."""

import csv
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import text

from benchmarks.planted.balances import plant_balances
from benchmarks.planted.bank import plant
from benchmarks.planted.dealings import plant_dealings
from benchmarks.planted.layouts import LAYOUTS
from benchmarks.planted.staff import CUSTOMERS_OF_A_MANAGER, plant_staff
from benchmarks.resolution import resolution
from knowledge.clock import Clock
from knowledge.crm.store import bulk_engine, sqlite_url
from knowledge.insight.definition import Kind, read_definitions
from knowledge.insight.run import run_insight
from knowledge.intake.intake import import_folder
from knowledge.intake.report import ImportReport

RECORDS, TRANSACTIONS, SEED = 2_000, 6_000, 5
IDS = {
    "core": ("core_customers", "cust_no"),
    "credit": ("credit_clients", "client_id"),
    "card": ("card_holders", "holder"),
}
OWNERS = {"core_accounts": "core", "credit_loans": "credit", "card_accounts": "card"}


@dataclass(frozen=True)
class Bank:
    folder: Path
    files: dict[str, list[dict[str, str]]]

    def truth(self, name: str) -> list[dict[str, Any]]:
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT * FROM '{self.folder / 'truth' / name}.parquet'")
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def records(self) -> dict[str, dict[str, Any]]:
        return {row["record_id"]: row for row in self.truth("records")}

    def good_rows(self, file: str) -> list[dict[str, str]]:
        """The rows of a file without those that are planted to be rejected."""
        wrong = {row["line"] for row in self.truth("rejects") if row["file"] == f"{file}.csv"}
        return [row for line, row in enumerate(self.files[file], start=2) if line not in wrong]


def _planted(folder: Path, seed: int) -> Bank:
    plant(folder, RECORDS, TRANSACTIONS, seed)
    files = {}
    for layout in LAYOUTS:
        with (folder / f"{layout.name}.csv").open(encoding=layout.encoding, newline="") as file:
            files[layout.name] = list(csv.DictReader(file, delimiter=layout.delimiter))
    return Bank(folder, files)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return _planted(tmp_path_factory.mktemp("planted"), SEED)


def _record_id(system: str, row: dict[str, str]) -> str:
    return f"{system}-{row[IDS[system][1]]}"


def test_every_record_of_the_files_has_one_customer_in_the_truth_and_the_other_way_round(bank: Bank) -> None:
    delivered = Counter(_record_id(system, row) for system, (file, _) in IDS.items() for row in bank.good_rows(file))
    assert set(delivered.values()) == {1}
    assert set(delivered) == set(bank.records())
    assert len(delivered) == RECORDS


def test_between_a_tenth_and_a_quarter_of_the_records_are_of_a_customer_who_has_another(bank: Bank) -> None:
    customers = {row["customer"] for row in bank.records().values()}
    assert 0.10 < 1 - len(customers) / RECORDS < 0.25


def test_the_bookings_of_the_files_add_up_to_the_totals_of_the_truth(bank: Bank) -> None:
    records = bank.records()
    owners = {}
    for file, system in OWNERS.items():
        number = next(layout.number for layout in LAYOUTS if layout.name == file)
        for row in bank.good_rows(file):
            owners[row[number]] = records[_record_id(system, row)]["customer"]
    cents: dict[int, int] = defaultdict(int)
    for row in bank.good_rows("core_transactions"):
        cents[owners[row["acct_no"]]] += int(Decimal(row["amount"]) * 100)
    for row in bank.good_rows("card_payments"):
        cents[owners[row["card_no"]]] += int(Decimal(row["amount"]) * 100) * (1 if row["type"] == "REFUND" else -1)
    totals = {row["customer"]: row["cents"] for row in bank.truth("totals")}
    assert {customer: cents.get(customer, 0) for customer in totals} == totals
    assert sum(row["transactions"] for row in bank.truth("totals")) == TRANSACTIONS


def test_an_account_s_balance_runs_with_its_bookings(bank: Bank) -> None:
    bookings = defaultdict(list)
    for row in bank.good_rows("core_transactions"):
        bookings[row["acct_no"]].append(row)
    for rows in bookings.values():
        rows.sort(key=lambda row: int(row["booking_no"].removeprefix("B")))
        balance = Decimal(0)
        for row in rows:
            balance += Decimal(row["amount"])
            assert balance == Decimal(row["balance"])
        assert [row["booked_on"] for row in rows] == sorted(row["booked_on"] for row in rows)


def test_planted_namesakes_bear_one_name_in_one_city_and_are_two_people(bank: Bank) -> None:
    faces = _faces(bank)
    seen = 0
    for kind, one, other in _homonyms(bank):
        if kind in ("same_name_city", "same_name_birth_year") and one in faces and other in faces:
            assert (faces[one]["full_name"], faces[one]["city"]) == (faces[other]["full_name"], faces[other]["city"])
            assert faces[one]["birth_date"] != faces[other]["birth_date"] or not faces[one]["birth_date"]
            seen += 1
    assert seen > 3


def test_planted_twins_share_birth_and_home_but_not_the_name(bank: Bank) -> None:
    faces = _faces(bank)
    pairs = [(faces[one], faces[other]) for kind, one, other in _homonyms(bank)
             if kind == "twins" and one in faces and other in faces]  # fmt: skip
    assert pairs
    for one, other in pairs:
        assert one["full_name"] != other["full_name"]
        if one["birth_date"] and other["birth_date"]:
            assert one["birth_date"] == other["birth_date"]
        if one["address"] and other["address"]:
            assert one["address"] == other["address"]


def _faces(bank: Bank) -> dict[int, dict[str, str]]:
    """The core system's row of each customer of whom it has one without any trouble."""
    records = bank.records()
    rows = ((records[_record_id("core", row)], row) for row in bank.good_rows("core_customers"))
    return {record["customer"]: row for record, row in rows if not record["troubles"]}


def _homonyms(bank: Bank) -> set[tuple[str, int, int]]:
    return {(row["planted"], row["customer"], row["partner"]) for row in bank.records().values() if row["planted"]}


def test_a_planted_conflict_is_one_between_the_files(bank: Bank) -> None:
    phones = defaultdict(set)
    records = bank.records()
    for system, (file, _) in IDS.items():
        column = {"core": "mobile", "credit": "tel", "card": "phone"}[system]
        for row in bank.good_rows(file):
            digits = "".join(each for each in row[column] if each.isdigit())
            if digits:
                phones[records[_record_id(system, row)]["customer"]].add(digits[-8:])
    planted = {row["customer"] for row in bank.truth("conflicts") if row["field"] == "phone"}
    assert planted == {customer for customer, said in phones.items() if len(said) > 1}
    silent = {row["customer"] for row in bank.truth("gaps") if row["field"] == "phone"}
    assert silent == {row["customer"] for row in records.values()} - set(phones)


def test_a_seed_gives_the_same_bank_byte_by_byte_and_another_seed_another(bank: Bank, tmp_path: Path) -> None:
    again, other = _planted(tmp_path / "again", SEED), _planted(tmp_path / "other", SEED + 1)
    for layout in LAYOUTS:
        name = f"{layout.name}.csv"
        assert (again.folder / name).read_bytes() == (bank.folder / name).read_bytes()
        assert (other.folder / name).read_bytes() != (bank.folder / name).read_bytes()
    for truth in ("records", "conflicts", "gaps", "rejects", "totals"):
        assert again.truth(truth) == bank.truth(truth)


@dataclass(frozen=True)
class Imported:
    home: Path
    report: ImportReport

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        engine = bulk_engine(sqlite_url(self.home))
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        finally:
            engine.dispose()


@pytest.fixture(scope="module")
def store(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    home = tmp_path_factory.mktemp("home")
    mapping = bank.folder / "mapping.yaml"
    report = import_folder(bank.folder, mapping, url=sqlite_url(home), rejects=home / "rejects.csv")
    return Imported(home, report)


def test_the_rejected_rows_are_the_planted_ones_and_every_row_is_accounted_for(bank: Bank, store: Imported) -> None:
    assert store.report.balanced
    with (store.home / "rejects.csv").open(encoding="utf-8", newline="") as file:
        rejected = {(row["file"], int(row["line"])): row["column"] for row in csv.DictReader(file)}
    planted = {(row["file"], row["line"]): (row["column"], row["cell"]) for row in bank.truth("rejects")}
    assert rejected.keys() == planted.keys()
    assert {place: column for place, column in rejected.items() if column not in planted[place]} == {}


def test_no_total_is_counted_twice_or_lost_after_merging(bank: Bank, store: Imported) -> None:
    totals = bank.truth("totals")
    ((count, cents),) = store.rows('SELECT count(*), sum(amount) FROM "transaction"')
    assert (count, cents) == (TRANSACTIONS, sum(row["cents"] for row in totals))
    found = dict(store.rows('SELECT a.customer_id, sum(t.amount) FROM account a JOIN "transaction" t '
                            "ON t.account_id = a.id GROUP BY a.customer_id"))  # fmt: skip
    assert sum(found.values()) == cents
    for customer, cents in _rightly_joined(bank, store).items():
        assert found.get(customer, 0) == cents


def _rightly_joined(bank: Bank, store: Imported) -> dict[str, int]:
    """Hundredths by customer of the store, for those made of exactly the records of one planted customer."""
    made, true = defaultdict(set), defaultdict(set)
    for record, customer in store.rows("SELECT id, customer_id FROM source_record"):
        made[customer].add(record)
    for record, row in bank.records().items():
        true[row["customer"]].add(record)
    cents = {frozenset(true[row["customer"]]): row["cents"] for row in bank.truth("totals")}
    right = {customer: cents[frozenset(records)] for customer, records in made.items() if frozenset(records) in cents}
    assert len(right) > 0.9 * len(true)
    return right


def test_customers_are_found_again_and_homonyms_stay_apart(bank: Bank, store: Imported) -> None:
    found = resolution(store.home, bank.folder / "truth")
    assert found.records == RECORDS
    assert found.precision >= 0.98
    assert found.recall >= 0.88


@pytest.fixture(scope="module")
def living(store: Imported, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The same store with all that the files leave out."""
    home = tmp_path_factory.mktemp("living")
    shutil.copy(store.home / "crm.sqlite", home)
    plant_balances(home, 30_000)
    plant_staff(home)
    plant_dealings(home)
    return Imported(home, store.report)


def test_every_branch_has_a_head_and_managers_with_a_few_hundred_customers(living: Imported) -> None:
    branches = {branch for (branch,) in living.rows("SELECT id FROM unit WHERE kind = 'branch'")}
    heads = dict(living.rows("SELECT unit_id, count(*) FROM employee WHERE role = 'branch' GROUP BY 1"))
    assert heads == dict.fromkeys(branches, 1)
    rows = living.rows("SELECT c.manager_id, c.branch_id, e.unit_id, count(*) FROM customer c "
                       "LEFT JOIN employee e ON e.id = c.manager_id GROUP BY 1, 2, 3")  # fmt: skip
    assert all(branch == unit and number <= CUSTOMERS_OF_A_MANAGER for _, branch, unit, number in rows if branch)
    ((settled, all_of_them),) = living.rows("SELECT count(branch_id), count(*) FROM customer")
    assert 0.95 * all_of_them < settled < all_of_them


def test_the_measures_find_something_for_every_list(living: Imported) -> None:
    run_insight(sqlite_url(living.home), living.home / "insight", clock=Clock(date(2026, 11, 21)))
    listed = {name for (name,) in living.rows("SELECT DISTINCT metric FROM insight_result WHERE kind = 'ranking'")}
    ranked = {one.name for one in read_definitions() if one.kind is Kind.RANKING}
    assert ranked - listed <= {"deposit_falls_running", "deposit_rises_running"}, "no booking after the last month"
    groups = living.rows("SELECT value / 10000 FROM insight WHERE metric = 'related_customers'")
    assert 1 < max(number for (number,) in groups) < 50


def test_parquet_files_hold_the_same_rows(bank: Bank, tmp_path: Path) -> None:
    plant(tmp_path, RECORDS, TRANSACTIONS, SEED, "parquet")
    for layout in LAYOUTS:
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT * FROM '{tmp_path / layout.name}.parquet'")
            names = [column[0] for column in found.description or ()]
            rows = [dict(zip(names, (cell or "" for cell in row), strict=True)) for row in found.fetchall()]
        assert rows == bank.files[layout.name]
