"""Deliveries day after day: what changed is in the history, what did not is left alone, and the last word holds."""

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from knowledge.clock import Clock
from knowledge.crm.store import bulk_engine, sqlite_url
from knowledge.intake.intake import import_folder
from knowledge.intake.relation import store_tables
from knowledge.intake.report import ImportReport
from tests.knowledge.intake.known_twice import FIRST_DAY, SECOND_DAY, write_files


def load(folder: Path, url: str, day: date) -> ImportReport:
    return import_folder(
        folder, folder / "mapping.yaml", url=url, rejects=folder / "rejects.csv", clock=Clock(day), imported_by="night"
    )


def rows(url: str, *tables: str) -> dict[str, list[dict[str, object]]]:
    engine = bulk_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in store_tables()
            if not tables or table.name in tables
        }
    engine.dispose()
    return found


def test_a_change_is_in_the_history_with_who_when_from_and_to(tmp_path: Path, store_url: str) -> None:
    write_files(tmp_path / "files", FIRST_DAY)
    first = load(tmp_path / "files", store_url, date(2026, 3, 1))
    assert (first.history, first.duplicates.merged) == (0, 1)
    assert rows(store_url, "source_value")["source_value"] == []
    write_files(tmp_path / "files", SECOND_DAY)
    report = load(tmp_path / "files", store_url, date(2026, 3, 2))
    history = rows(store_url, "source_value")["source_value"]
    assert report.history == len(history)
    assert {(one["record_id"], one["field"], one["previous"], one["value"]) for one in history} == {
        ("core-1", "address", "Gartenweg 5", "Seestraße 9"),
        ("core-1", "city", "Ulm", "Köln"),
        ("core-2", "phone", "+351 912 345 678", None),
    }
    assert {(one["system"], one["as_of"], one["recorded_by"]) for one in history} == {
        ("core", date(2026, 3, 2), "night")
    }
    [record] = [one for one in rows(store_url, "source_record")["source_record"] if one["id"] == "core-1"]
    assert record["as_of"] == date(2026, 3, 1)
    assert record["dates"] == {"address": "2026-03-02", "city": "2026-03-02"}
    before = rows(store_url)
    load(tmp_path / "files", store_url, date(2026, 3, 9))
    assert rows(store_url) == before


people = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Ada Lovelace", "Eva Müller", "王小明"]),
        "city": st.sampled_from(["", "Ulm", "Porto"]),
        "income": st.sampled_from(["", "10.50", "99"]),
    }
)
deliveries = st.lists(st.dictionaries(st.sampled_from("123"), people, min_size=1, max_size=3), min_size=2, max_size=3)


def files_of(persons: dict[str, dict[str, str]]) -> dict[str, str]:
    lines = [f"{no},{one['name']},,,,,{one['city']},{one['income']}" for no, one in sorted(persons.items())]
    head = FIRST_DAY["clients.csv"].splitlines()[0]
    accounts = [f"a-{no},core-{no},2020-01-01" for no in sorted(persons)]
    return {
        "clients.csv": "\n".join([head, *lines]),
        "holders.csv": head,
        "accounts.csv": "\n".join(["id,owner,opened", *accounts]),
        "bookings.csv": FIRST_DAY["bookings.csv"].splitlines()[0],
    }


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries)
def test_any_deliveries_end_where_one_of_their_last_words_ends(days: list[dict[str, dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        one, many = sqlite_url(home), f"sqlite:///{home}/many.sqlite"
        for day in days:
            write_files(home / "files", files_of(day))
            text = (home / "files" / "mapping.yaml").read_text()
            (home / "files" / "mapping.yaml").write_text(text + "resolve: false\n")
            load(home / "files", many, date(2026, 3, 1))
        last = {no: person for day in days for no, person in day.items()}
        write_files(home / "files", files_of(last))
        (home / "files" / "mapping.yaml").write_text(text + "resolve: false\n")
        load(home / "files", one, date(2026, 3, 1))
        # Names under which somebody was once known stay ways of finding them.
        kept = {"source_value", "customer_name"}
        ends = [{table: found for table, found in rows(url).items() if table not in kept} for url in (one, many)]
        assert ends[0] == ends[1]
