"""Target lists over HTTP: as a file for the asker, and for nobody without a token."""

import httpx
import pytest

from tests.server.running import Served


@pytest.mark.parametrize("form, kind", [("csv", "text/csv; charset=utf-8"), ("xlsx", "application/vnd.openxml")])
def test_the_list_is_given_out_as_a_file(bank: Served, form: str, kind: str) -> None:
    answered = httpx.get(f"{bank.url}/target-lists/P1.{form}", headers=bank.bearer())
    assert answered.text == f"E102,{form},en"
    assert answered.headers["content-type"].startswith(kind)
    assert answered.headers["content-disposition"] == f'attachment; filename="target-list.{form}"'


def test_what_cannot_be_listed_is_refused(bank: Served) -> None:
    for path, status in (("P2.csv", 404), ("P1.csv?number=0", 422), ("P1.csv?number=x", 422), ("P1.pdf", 422)):
        assert httpx.get(f"{bank.url}/target-lists/{path}", headers=bank.bearer()).status_code == status


def test_nobody_gets_one_without_a_token(bank: Served) -> None:
    assert httpx.get(f"{bank.url}/target-lists/P1.csv").status_code == 401
