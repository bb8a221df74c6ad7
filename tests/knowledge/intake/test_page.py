"""The page on importing says what the mapping takes, and its example is one."""

import re
from pathlib import Path

import pytest

from knowledge.errors import MappingError
from knowledge.intake.mapping import Balances, Column, Entry, Join, Sign, Source
from knowledge.intake.mapping_file import read_mapping
from knowledge.intake.target import IMPORTABLE

PAGE = (Path(__file__).parents[3] / "docs" / "import.md").read_text()


def test_the_page_names_every_option_and_table() -> None:
    options = {
        field.alias or name
        for part in (Source, Entry, Join, Column, Sign, Balances)
        for name, field in part.model_fields.items()
    }
    assert {option for option in options if not re.search(rf"\b{option}\b", PAGE)} == set()
    assert {table for table in IMPORTABLE if f"`{table}`" not in PAGE} == set()


def test_the_pages_first_mapping_is_right(tmp_path: Path) -> None:
    example = PAGE.split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "example.yaml"
    path.write_text(example)
    mapping, _ = read_mapping(path)
    assert list(mapping.tables) == ["unit", "employee", "customer"]


def test_the_mistake_that_the_page_shows_is_reported_so(tmp_path: Path) -> None:
    path = tmp_path / "our-bank.yaml"
    path.write_text(PAGE.split("```yaml\n")[1].split("```")[0].replace("C: company", "C: firm"))
    shown = re.search(r"rapport: our-bank\.yaml: (line .*)", PAGE)
    assert shown is not None
    with pytest.raises(MappingError) as caught:
        read_mapping(path)
    assert caught.value.values["reason"] == shown.group(1)


def test_the_page_names_the_employees_of_the_berka_bank() -> None:
    mapping, _ = read_mapping(Path(__file__).parents[3] / "knowledge/intake/mappings/berka.yaml")
    for row in mapping.tables["employee"][0].rows or ():
        assert f"`{row['id']}`" in PAGE
