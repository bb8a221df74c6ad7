"""A mistake in a mapping is named with its line and its place, before anything is read."""

from pathlib import Path

import pytest

from knowledge.errors import MappingError
from knowledge.intake.mapping_file import mapping_path, read_mapping
from tests.knowledge.intake.bank import MAPPING, Bank


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("version: 1", "version: 2", "version: Input should be '1'"),
        ("version: 1", "versoin: 1", "version: Field required"),
        ("sources:", "about: x\nabout: y\nsources:", "'about' stands twice in one place"),
        ("persons.csv", "../persons.csv", "sources.persons.file: '../persons.csv' has to be a file inside"),
        ("persons.csv", "/etc/passwd", "has to be a file inside"),
        ("persons.csv, ", "persons.csv, delimeter: x, ", "sources.persons.delimeter: delimeter: Extra inputs"),
        ("accounts.csv", "persons.csv", "sources.accounts.file: 'persons.csv' is the source 'persons' already"),
        ("DD.MM.YYYY", "DD.MM", "has to name the year"),
        ("DD.MM.YYYY", "DD.Mon.YYYY", "sources.persons.dates"),
        ("dates: DD.MM.YYYY", "encoding: klingon", "'klingon' is no encoding"),
        ('thousands_mark: "."', 'thousands_mark: ","', "it is the decimal mark too"),
        ("persons.csv,", "persons.csv, table: x,", "sources.persons: needs either file or table"),
        ("file: links.csv", "table: links, url: nowhere", "sources.links.url: it is no SQLAlchemy URL"),
        ("file: links.csv", "table: links, encoding: cp1250", "format and encoding go with a file"),
        (
            "sources:",
            "systems: [core, rapport]\nsources:",
            "systems.1: 'rapport' stands for what a person has put right",
        ),
        ("sources:", "systems: [core, core]\nsources:", "systems.1: 'core' stands there twice"),
        (
            "source: persons",
            "source: persons\n      as_of: 2024-02-30",
            "as_of: '2024-02-30' is no day of the calendar",
        ),
        ("source: persons", "source: persons\n      as_of: {from: born, split: x}", "as_of.split: it does not go with"),
        ("source: persons", "source: persons\n      system: rapport", "system: 'rapport' stands for what"),
        ("source: links\n", "source: links\n      number: no\n", "number: only customers come from a system"),
        ("customer:", "costumer:", "tables.costumer: no table of the store that an import fills"),
        ("source: persons", "source: people", "tables.customer.0.source: 'people' is not among the sources"),
        ("source: links, match", "source: lynx, match", "tables.account.0.join.owner.source: 'lynx' is not among"),
        ("name: name", "nmae: name", "customer has no such column"),
        ("company}", "firm}", "tables.customer.0.columns.kind: 'firm' is none of company, person, public_body"),
        ("role: manager", "role: boss", "tables.employee.0.rows.0.role: 'boss' is none of"),
        ("name: Anna Amsel", "name: ''", "name has to have a value"),
        ("{value: EUR}", "{value: euro}", "'euro' is no currency code"),
        ("otherwise: empty", "otherwise: maybe", "columns.manager_id.otherwise: Input should be 'reject', 'empty'"),
        ("rate: rate", "rate: {from: rate, century: 1900}", "century: it does not go with a column of the kind rate"),
        ("rate: rate", "rate: {from: rate, text: x}", "columns.rate: needs exactly one of from, text"),
        ("rate: rate", "rate: {from: rate, otherwise: keep}", "it goes with codes"),
        ("rate: rate", "rate: {first: [{from: rate, sign: {by: a, plus: b, minus: c}}]}", "first.0.sign: it does not"),
        ("until: 2024-03-10", "until: someday", "balances.until"),
        ("where: {role: user}", "rows: []", "tables.account_party.0: needs either source or rows"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_place(tmp_path: Path, old: str, new: str, reason: str) -> None:
    path = tmp_path / "m.yaml"
    before, found, after = MAPPING.partition(old)
    assert found
    path.write_text(before + new + after)
    with pytest.raises(MappingError) as caught:
        read_mapping(path)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    line = before.count("\n") + 1
    named = int(str(caught.value).partition("line ")[2].partition(":")[0])
    assert line - 1 <= named <= line + new.count("\n")


@pytest.mark.parametrize(
    "content, reason",
    [
        (MAPPING.replace("        name: name\n", ""), "customer needs name too"),
        (MAPPING.replace(", takes: true", "").replace("  account_party:", "  account_party: []\n  unused:"), "unused"),
        (MAPPING.replace("balances: {until: 2024-03-10}", "balances: {}"), "until: Field required"),
        ("version: &a 1\nabout: *a\n", "aliases (*name) are not understood"),
        ("version: [\n", "line 2: "),
        ("\tversion: 1\n", "line 1: "),
        ("", "it is empty"),
        ("just words", "the mapping: Input should be"),
        ("? [a, b]\n: c\n", "line 1: a key has to be a word"),
        ("[" * 5_000, "it is nested too deeply"),
        ("x: " + "y" * 1_000_001, "larger than 1 MB"),
        (b"version: \xff", "byte 10 is not UTF-8"),
        ("version: \x00", "special characters are not allowed"),
    ],
)
def test_a_file_that_is_no_mapping_is_one_clear_line(tmp_path: Path, content: str | bytes, reason: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(MappingError) as caught:
        read_mapping(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_source_that_nothing_takes_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING.replace("tables:", "  notes: {file: notes.csv}\ntables:", 1))
    with pytest.raises(MappingError, match=r"line 7: sources\.notes: nothing takes its rows"):
        read_mapping(path)


def test_a_join_may_only_look_back(tmp_path: Path) -> None:
    join = "late: {source: links, match: {person: owner.person}}\n        owner"
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING.replace("owner: {source", f"{join}: {{source", 1))
    with pytest.raises(MappingError, match=r"'owner\.person' is of a join that comes later"):
        read_mapping(path)


def test_a_shipped_mapping_is_meant_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert mapping_path(Path("berka")).name == "berka.yaml"
    Path("berka").write_text(MAPPING)
    assert mapping_path(Path("berka")) == Path("berka")
    for unknown in ("nobank", "sub/berka", "berka.yml"):
        with pytest.raises(MappingError, match="the mappings that ship are: berka"):
            mapping_path(Path(unknown))


def test_every_shipped_mapping_is_right() -> None:
    mapping, _ = read_mapping(mapping_path(Path("berka")))
    assert mapping.columns_read()["trans"] >= {"trans_id", "account_id", "date", "amount", "balance"}


def test_rows_written_in_the_mapping_are_rejected_with_their_line(bank: Bank) -> None:
    bank.replace("mapping.yaml", "unit_id: b1", "unit_id: b9")
    bank.load()
    line = 1 + MAPPING[: MAPPING.index("unit_id: b1")].count("\n")
    assert f"mapping.yaml,{line},unit_id,\"there is no unit 'b9', or its row was rejected\"" in bank.rejects.read_text()


def test_units_that_lead_to_each_other_are_rejected(bank: Bank) -> None:
    bank.replace("mapping.yaml", "name: Head office}", "name: Head office, parent_id: b1}")
    report = bank.load()
    assert report.balanced
    assert bank.rows("SELECT count(*) FROM unit") == [(0,)]
    assert "in a circle" in bank.rejects.read_text()
