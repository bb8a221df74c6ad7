"""A wealth plan over HTTP: a page whose policy allows no script, a PDF that a reader opens, nobody else's customer."""

import re
from io import BytesIO

import httpx
import pytest
from pypdf import PdfReader

from tests.server.running import Served


@pytest.mark.parametrize("language, title", [("en", "Wealth plan for"), ("zh", "财富规划"), ("es", "Plan patrimonial")])
def test_the_page_is_one_file_without_scripts(bank: Served, language: str, title: str) -> None:
    answered = httpx.get(f"{bank.url}/customers/C1/wealth-plan.html?language={language}", headers=bank.bearer())
    assert (answered.status_code, answered.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = answered.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert title in answered.text
    assert f'lang="{language}"' in answered.text
    assert re.findall(r"<script|<img|<link|style=|onload=|href=", answered.text) == []
    assert "&lt;img src=x&gt;" in answered.text
    assert answered.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language, title", [("en", "Wealth plan for"), ("zh", "财富规划"), ("es", "Plan patrimonial")])
def test_the_pdf_has_its_words_in_every_language(bank: Served, language: str, title: str) -> None:
    headers = bank.bearer() | {"Accept-Language": language}
    answered = httpx.get(f"{bank.url}/customers/C1/wealth-plan.pdf", headers=headers)
    assert (answered.status_code, answered.headers["content-type"]) == (200, "application/pdf")
    assert "attachment" in answered.headers["content-disposition"]
    reader = PdfReader(BytesIO(answered.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert title in text
    assert "王建国" in text
    assert "<img src=x>" in text


def test_nobody_gets_one_without_a_token_and_of_a_strangers_customer(bank: Served) -> None:
    for kind in ("html", "pdf"):
        assert httpx.get(f"{bank.url}/customers/C1/wealth-plan.{kind}").status_code == 401
        missing = httpx.get(f"{bank.url}/customers/C9/wealth-plan.{kind}", headers=bank.bearer())
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "unknown_customer")
    wrong = httpx.get(f"{bank.url}/customers/C1/wealth-plan.html?language=xx", headers=bank.bearer())
    assert wrong.status_code == 422
