"""Which of several words holds: the newest, of the most trusted, and never more consent than was given."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.crm.lineage import SourceRecord
from knowledge.resolution.conflicts import find_conflicts
from knowledge.resolution.relations import make_like
from knowledge.resolution.survivorship import survive

Staging = duckdb.DuckDBPyConnection
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
TODAY = date(2026, 4, 1)
DEFAULTS: dict[str, Any] = {
    "customer_id": "C1", "system": "core", "number": "1", "as_of": JAN, "dates": "{}", "name": "Ana Ruiz",
    "recorded_at": datetime(2026, 1, 1), "kind": "person", "currency": "EUR", "interests": "[]", "consents": "[]",
}  # fmt: skip


@pytest.fixture(scope="module")
def staging() -> Iterator[Staging]:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA store")
    connection.execute("CREATE SCHEMA merged")
    yield connection
    connection.close()


def stage(staging: Staging, *records: dict[str, Any]) -> None:
    staging.execute("DROP TABLE IF EXISTS merged.source_record")
    staging.execute("DROP TABLE IF EXISTS merged.conflict")
    make_like(staging, "merged", SourceRecord.__table__)
    for number, record in enumerate(records):
        row = DEFAULTS | {"id": f"r{number}"} | record
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        staging.execute(f"INSERT INTO merged.source_record ({names}) VALUES ({marks})", list(row.values()))


def survivor(staging: Staging, *records: dict[str, Any], systems: tuple[str, ...] = ()) -> dict[str, Any]:
    stage(staging, *records)
    survive(staging, systems)
    row = staging.execute("SELECT * FROM merged.customer")
    names = [column[0] for column in row.description or []]
    (values,) = row.fetchall()
    return dict(zip(names, values, strict=True))


def conflicts(staging: Staging, *records: dict[str, Any], known: str | None = None) -> list[tuple[Any, ...]]:
    stage(staging, *records)
    survive(staging)
    staging.execute(
        "CREATE OR REPLACE TABLE store.conflict (id BIGINT, customer_id VARCHAR, field VARCHAR, claims VARCHAR, "
        "state VARCHAR, found_on DATE, settled_on DATE, settled_by VARCHAR)"
    )
    if known:
        staging.execute(f"INSERT INTO store.conflict SELECT * FROM ({known})")
    find_conflicts(staging, TODAY)
    return staging.execute("SELECT id, field, state, claims FROM merged.conflict ORDER BY field").fetchall()


def test_the_newest_word_holds_and_nothing_never_does(staging: Staging) -> None:
    row = survivor(
        staging, {"as_of": FEB, "phone": "1", "email": "a@x"}, {"as_of": MAR, "phone": "2", "email": None},
        {"as_of": JAN, "phone": "3", "city": "Beijing"},
    )  # fmt: skip
    assert (row["phone"], row["email"], row["city"], row["id"]) == ("2", "a@x", "Beijing", "C1")


def test_a_field_may_have_a_day_of_its_own(staging: Staging) -> None:
    row = survivor(
        staging, {"as_of": JAN, "phone": "1", "dates": '{"phone": "2026-03-01"}'}, {"as_of": FEB, "phone": "2"}
    )
    assert row["phone"] == "1"


def test_on_one_day_the_trusted_system_holds_then_the_smaller_id(staging: Staging) -> None:
    records = {"phone": "1", "system": "credit"}, {"phone": "2", "system": "core"}, {"phone": "3", "system": "web"}
    assert survivor(staging, *records, systems=("core", "credit"))["phone"] == "2"
    assert survivor(staging, *records, systems=("credit",))["phone"] == "1"
    assert survivor(staging, *records)["phone"] == "1"


def test_a_repair_speaks_of_its_fields_only_and_holds_on_its_day(staging: Staging) -> None:
    repair = {
        "system": "rapport",
        "as_of": date(1900, 1, 1),
        "dates": '{"phone": "2026-03-01"}',
        "phone": "9",
        "name": "x",
    }
    row = survivor(staging, {"as_of": MAR, "phone": "1"}, repair)
    assert (row["phone"], row["name"]) == ("9", "Ana Ruiz")


consents = st.lists(st.sampled_from(["phone", "sms", "email"]), unique=True)


@given(said=st.lists(st.tuples(consents, st.dates(JAN, MAR)), min_size=2, max_size=4))
@settings(max_examples=15, deadline=None)
def test_joining_never_widens_consent(staging: Staging, said: list[tuple[list[str], date]]) -> None:
    row = survivor(staging, *({"consents": json.dumps(each), "as_of": day} for each, day in said))
    assert json.loads(row["consents"]) in [each for each, _ in said]
    given_ = [(day, each) for each, day in said if each]
    if given_:
        newest = max(day for day, _ in given_)
        assert json.loads(row["consents"]) in [each for day, each in given_ if day == newest]


def test_consent_withdrawn_is_withdrawn(staging: Staging) -> None:
    withdrawn = {"consents": "[]", "dates": '{"consents": "2026-03-01"}', "system": "core"}
    row = survivor(staging, withdrawn, {"consents": '["sms"]', "as_of": FEB, "system": "card"})
    assert row["consents"] == "[]"


def test_interests_are_united_the_newest_first(staging: Staging) -> None:
    row = survivor(staging, {"interests": '["golf", "gold"]'}, {"interests": '["tea", "gold"]', "as_of": FEB})
    assert row["interests"] == '["tea", "gold", "golf"]'


def test_an_assessment_and_its_day_come_from_one_record(staging: Staging) -> None:
    row = survivor(
        staging, {"tolerance": "C2", "tolerance_assessed_on": JAN, "income": 100, "currency": "CNY"},
        {"as_of": MAR, "tolerance": "C5", "currency": "EUR"},
    )  # fmt: skip
    assert (row["tolerance"], row["tolerance_assessed_on"]) == ("C5", None)
    assert (row["income"], row["currency"]) == (100, "CNY")


def test_closed_is_who_is_closed_everywhere(staging: Staging) -> None:
    assert survivor(staging, {"closed_on": FEB}, {"as_of": MAR})["closed_on"] is None
    row = survivor(staging, {"closed_on": FEB, "customer_since": FEB}, {"closed_on": MAR, "customer_since": JAN})
    assert (row["closed_on"], row["customer_since"]) == (MAR, JAN)


def test_pinyin_does_not_replace_characters(staging: Staging) -> None:
    row = survivor(staging, {"name": "张丽"}, {"name": "ZHANG LI", "as_of": MAR})
    assert (row["name"], row["name_latin"]) == ("张丽", "ZHANG LI")
    assert survivor(staging, {"name": "张丽"}, {"name": "Wang Li", "as_of": MAR})["name"] == "Wang Li"


@pytest.mark.parametrize(
    "field, one, other",
    [
        ("phone", "600 100 200", "+34 600-100-200"),
        ("email", "Ana@Bank.example", "ana@bank.example"),
        ("name", "张丽", "Zhang Li"),
        ("name", "García, Ana", "Ana Garcia"),
        ("city", "上海市", "Shanghai"),
        ("address", "人民路12号", "人民路 12"),
        ("occupation", "Teacher", "teacher"),
    ],
)
def test_the_same_in_other_letters_is_no_conflict(staging: Staging, field: str, one: str, other: str) -> None:
    assert conflicts(staging, {field: one}, {field: other, "as_of": FEB}) == []


@pytest.mark.parametrize(
    "field, one, other",
    [
        ("phone", "600100200", "600100201"),
        ("name", "张丽", "张莉"),
        ("address", "人民路12号", "人民路13号"),
        ("sex", "f", "m"),
    ],
)
def test_a_contradiction_names_both_words_with_system_and_day(
    staging: Staging, field: str, one: str, other: str
) -> None:
    (found,) = conflicts(staging, {field: one}, {field: other, "as_of": FEB, "system": "card"})
    assert found[:3] == (None, field, "open")
    assert json.loads(found[3]) == [
        {"system": "card", "value": other, "as_of": "2026-02-01", "record_id": "r1"},
        {"system": "core", "value": one, "as_of": "2026-01-01", "record_id": "r0"},
    ]


def test_an_amount_is_told_in_its_currency_unit(staging: Staging) -> None:
    ((_, _, _, claims),) = conflicts(staging, {"income": 1205}, {"income": 99900, "as_of": FEB})
    assert '"12.05"' in claims
    assert '"999.00"' in claims


KNOWN = """SELECT 5, 'C1', 'phone',
    '[{{"system": "core", "value": "600100200", "as_of": "2026-01-01", "record_id": "r0"}},
      {{"system": "card", "value": "600999999", "as_of": "2026-01-01", "record_id": "r1"}}]',
    '{state}', DATE '2026-01-05', NULL, NULL"""


def test_what_was_settled_stays_so_until_something_else_is_said(staging: Staging) -> None:
    settled = KNOWN.format(state="settled")
    both = {"phone": "600100200"}, {"phone": "600999999", "system": "card"}
    assert conflicts(staging, *both, known=settled) == []
    new = conflicts(staging, both[0], {"phone": "600555555", "system": "card", "as_of": MAR}, known=settled)
    assert [(id, state) for id, _, state, _ in new] == [(None, "open")]


def test_a_contradiction_that_ended_is_gone_and_can_come_back(staging: Staging) -> None:
    same = {"phone": "600100200"}, {"phone": "+34600100200", "system": "card"}
    assert [row[:3] for row in conflicts(staging, *same, known=KNOWN.format(state="open"))] == [(5, "phone", "gone")]
    both = {"phone": "600100200"}, {"phone": "600999999", "system": "card"}
    assert [row[:3] for row in conflicts(staging, *both, known=KNOWN.format(state="gone"))] == [(5, "phone", "open")]
    assert conflicts(staging, *both, known=KNOWN.format(state="open")) == []


def test_a_repair_answers_what_was_said_until_its_day(staging: Staging) -> None:
    repair = {"system": "rapport", "dates": '{"phone": "2026-02-01"}', "phone": "600777777"}
    assert conflicts(staging, {"phone": "600100200", "as_of": FEB}, repair) == []
    assert [row[1:3] for row in conflicts(staging, {"phone": "600100200", "as_of": MAR}, repair)] == [("phone", "open")]
