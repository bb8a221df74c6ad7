"""Every way in which a bank's file goes wrong is one clear rejection or one clear error."""

import csv
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import IntakeError
from knowledge.intake.excerpt import ascii_safe
from knowledge.intake.mapping import Source
from knowledge.intake.source import read_source, source_texts
from tests.knowledge.intake.bank import FILES, Bank

HEAD = "no;name;kind;born;keeper;class;likes\n"
EVA = "1;Eva;P;03.02.1970;;;\n"
BOB = "2;Bob;P;04.02.1970;;;\n"


def rejected(bank: Bank, file: str = "persons.csv") -> list[tuple[str, str, str]]:
    """Imports, and gives line, column and reason of the file's rejects."""
    assert bank.load().balanced
    with bank.rejects.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    return [(row["line"], row["column"], row["reason"]) for row in rows if row["file"] == file]


def names(bank: Bank) -> list[object]:
    return [name for (name,) in bank.rows("SELECT name FROM customer ORDER BY id")]


@pytest.mark.parametrize(
    "content, reason",
    [
        ("", "the file is empty"),
        ("\n\r\n", "the file is empty"),
        (HEAD.replace("born", "birthday") + EVA, "line 1: no column 'born'"),
        (HEAD.replace(";", ",") + EVA, "no column 'born', 'class'"),
        (HEAD.replace("name", "no") + EVA, "line 1: the column 'no' is there twice"),
        ('no;"name\n' + EVA, "line 1: the column names cannot be read"),
        (b"\xff\xfen\x00o\x00", "no column"),
        (b"\xff\xfen\x00o\x00x", "byte 7 is not utf-16-le"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_import(bank: Bank, content: str | bytes, reason: str) -> None:
    bank.write("persons.csv", content)
    with pytest.raises(IntakeError) as caught:
        bank.load()
    assert "persons.csv" in str(caught.value)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert bank.rows("SELECT count(*) FROM customer") == [(0,)]


def test_a_missing_file_is_named(bank: Bank) -> None:
    (bank.folder / "links.csv").unlink()
    with pytest.raises(IntakeError, match=r"links\.csv.*no such file"):
        bank.load()


@pytest.mark.parametrize(
    "row, column, reason",
    [
        ("3;Tom;P;30.02.1999;;;", "born", "'30.02.1999' is no day of the calendar"),
        ("3;Tom;P;1999-02-03;;;", "born", "'1999-02-03' is not written DD.MM.YYYY"),
        ("3;Tom;P;٠٣.٠٢.١٩٩٩;;;", "born", "'٠٣.٠٢.١٩٩٩' is not written DD.MM.YYYY"),
        ("3;Tom;X;;;;", "kind", "'X' is no code that the mapping knows"),
        ("3;;P;;;;", "name", "it is empty, and customer.name needs a value"),
        (";Tom;P;;;;", "id", "it is empty, and customer.id needs a value"),
        ("1;Tom;P;;;;", "id", "customer p-1 comes from line 2 of persons.csv too"),
        ("3;Tom;P;;;", "", "6 cells, but 7 columns"),
        ("3;Tom;P;;;;;", "", "8 cells, but 7 columns"),
        ("3;T\0m;P;;;;", "name", "it holds a NUL character"),
        (f"3;{'x' * 100_000};P;;;;", "name", "100000 characters are more than the 200 of name"),
        (f"3;{'x' * 200_000};P;;;;", "", "a cell is longer than 131,072 characters"),
        ('3;"Tom"my;P;;;;', "", "its quotes do not close"),
        ('3;"Tom;P;;;;', "", "its quotes do not close"),
        ("3;" + "ﷺ" * 20 + ";P;;;;", "name", "a form of the name is longer than 200 characters"),
    ],
)
def test_a_row_that_does_not_fit_is_rejected_alone(bank: Bank, row: str, column: str, reason: str) -> None:
    bank.write("persons.csv", HEAD + EVA + row + "\n" + BOB)
    [(line, found_column, found_reason)] = rejected(bank)
    assert (line, found_column) == ("3", column)
    assert reason in found_reason
    assert names(bank) == ["Eva", "Bob"]


@pytest.mark.parametrize(
    "row, column, reason",
    [
        ("t9;10;19990230;in;cash;1;1", "date", "'19990230' is not written YYMMDD"),
        ("t9;10;990230;in;cash;1;1", "date", "'990230' is no day of the calendar"),
        ("t9;99;990228;in;cash;1;1", "account_id", "there is no account 'a-99'"),
        ("t9;10;990228;over;cash;1;1", "way", "'over' says neither"),
        ("t9;10;990228;out;cash;-1;1", "amount", "should be an amount without a sign"),
        ("t9;10;990228;in;cash;1,005;1", "amount", "more than 2 decimal places"),
        ("t9;10;990228;in;cash;1.5;1", "amount", "no number with a decimal comma"),
        ("t9;10;990228;in;cash;NaN;1", "amount", "'NaN' is no number"),
        ("t9;10;990228;in;cash;1e3;1", "amount", "'1e3' is no number"),
        ("t9;10;990228;in;cash;99999999999999999999;1", "amount", "is too large"),
        ("t1;10;990228;in;cash;1;1", "id", "transaction t1 comes from line 2 of bookings.csv too"),
    ],
)
def test_a_booking_that_does_not_fit_is_rejected_alone(bank: Bank, row: str, column: str, reason: str) -> None:
    bank.write("bookings.csv", FILES["bookings.csv"] + row)
    [(line, found_column, found_reason)] = rejected(bank, "bookings.csv")
    assert (line, found_column) == ("5", column)
    assert reason in found_reason
    assert bank.rows('SELECT count(*) FROM "transaction"') == [(3,)]


def test_a_truncated_last_line_is_rejected(bank: Bank) -> None:
    bank.write("bookings.csv", FILES["bookings.csv"][:-8])
    assert rejected(bank, "bookings.csv") == [("4", "", "6 cells, but 7 columns")]


def test_latin_1_bytes_in_a_utf_8_file_reject_their_row_and_say_how_to_mend_it(bank: Bank) -> None:
    bank.write("persons.csv", (HEAD + EVA + "2;Zoë;P;;;;\n").encode() + "3;Müller;P;;;;\n".encode("latin-1"))
    [(line, column, reason)] = rejected(bank)
    assert (line, column) == ("4", "name")
    assert "byte 0xFC does not fit" in reason
    assert "encoding" in reason
    assert "3;M\\udcfcller" in bank.rejects.read_text()
    assert names(bank) == ["Eva", "Zoë"]


def test_a_named_encoding_is_used(bank: Bank) -> None:
    bank.replace("mapping.yaml", "persons.csv,", "persons.csv, encoding: cp1250,")
    bank.write("persons.csv", (HEAD + "1;Dvořák;P;;;;\n").encode("cp1250"))
    bank.load()
    assert names(bank) == ["Dvořák"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(bank: Bank, encoding: str) -> None:
    bank.write("persons.csv", (HEAD + "1;Žofie 王;P;;;;\n").encode(encoding))
    assert rejected(bank) == []
    assert names(bank) == ["Žofie 王"]


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + EVA).encode() + b"3;\xed\xa0\x80;P;;;;\n",
        b"\xff\xfe" + (HEAD + EVA + "3;\ud800x;P;;;;\n").encode("utf-16-le", "surrogatepass"),
    ],
)
def test_half_a_character_is_rejected(bank: Bank, content: bytes) -> None:
    bank.write("persons.csv", content)
    assert [(line, column) for line, column, _ in rejected(bank)] == [("3", "name")]
    assert names(bank) == ["Eva"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ends_and_blank_lines_are_read(bank: Bank, end: str) -> None:
    bank.write("persons.csv", (HEAD + "\n" + EVA + "\n" + BOB).replace("\n", end))
    assert rejected(bank) == []
    assert names(bank) == ["Eva", "Bob"]


def test_a_quote_that_never_closes_costs_one_row_in_a_long_file(bank: Bank) -> None:
    rows = [f"{number};Person {number};P;;;;\n" for number in range(1, 1_001)]
    rows[500] = '501;"Person 501;P;;;;\n'
    bank.write("persons.csv", HEAD + "".join(rows))
    assert [line for line, _, _ in rejected(bank)] == ["502"]
    assert bank.rows("SELECT count(*) FROM customer") == [(999,)]


def test_a_quoted_cell_over_many_lines_is_one_row(bank: Bank) -> None:
    rows = [f"{number};Person {number};P;;;;\n" for number in range(1, 200)]
    rows.append('200;"' + "\n" * 150 + 'Tom";P;;;;\n')
    bank.write("persons.csv", HEAD + "".join(rows) + "201;Last;P;;;;\n")
    assert rejected(bank) == []
    assert ("Last",) in bank.rows("SELECT name FROM customer")


def test_an_account_with_two_owners_belongs_to_neither(bank: Bank) -> None:
    bank.replace("links.csv", "3;10;user", "3;10;owner")
    [(line, column, reason)] = rejected(bank, "accounts.csv")
    assert (line, column) == ("2", "number")
    assert reason == "2 rows of links have account '10' and role 'owner' or 'OWNER'"


def test_an_account_without_owner_is_rejected(bank: Bank) -> None:
    bank.replace("links.csv", "2;11;OWNER\n", "")
    assert rejected(bank, "accounts.csv") == [
        ("3", "number", "no rows of links have account '11' and role 'owner' or 'OWNER'")
    ]


def test_stored_text_is_text(bank: Bank) -> None:
    name = "Robert'); DROP TABLE customer;-- <script>{{ 7*7 }}"
    bank.write("persons.csv", HEAD + f'1;"{name}";P;;;;\n')
    assert rejected(bank) == []
    assert names(bank) == [name]


@given(
    st.lists(st.sampled_from([*HEAD, *EVA, '"', "\0", "\r", "\ufeff", "ü", "\ud800", "\x85"]), max_size=120),
    st.binary(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_any_bytes_are_rows_rejects_or_one_clear_error(tmp_path: Path, pieces: list[str], noise: bytes) -> None:
    content = HEAD.encode() + "".join(pieces).encode("utf-8", "surrogatepass") + noise
    read = rows_and_rejects(tmp_path, content)
    if read is None:
        return
    texts, rejects = read
    text_read = "".join(text for _, text in sorted({**texts, **rejects}.items()))
    written = ascii_safe(content[len(HEAD) :].decode("utf-8", "surrogateescape"))
    ends = str.maketrans("", "", "\r\n")
    assert text_read.translate(ends) == written.translate(ends)


def rows_and_rejects(folder: Path, content: bytes) -> tuple[dict[int, str], dict[int, str]] | None:
    """The texts of the file's rows and of its rejects, by line; None if it cannot be used."""
    (folder / "any.csv").write_bytes(content)
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE reject (_row BIGINT, "column" VARCHAR, reason VARCHAR, raw VARCHAR)')
        try:
            source = Source(file="any.csv", delimiter=";")
            read = read_source(connection, folder, "any", source, {"no", "name"}, {}, 1)
        except IntakeError:
            return None
        base = read.parts[0].part.base
        rows = {row - base for (row,) in connection.execute(f"SELECT _row FROM {read.relation}").fetchall()}
        rejects = {row - base: raw for row, raw in connection.execute("SELECT _row, raw FROM reject").fetchall()}
        texts = {line: ascii_safe(text) for line, text in source_texts(connection, read.parts[0], read)}
    assert read.parts[0].read == len(rows) + len(rejects)
    assert not rows & set(rejects)
    return {line: texts[line] for line in rows}, rejects
