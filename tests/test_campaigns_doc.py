"""The commands and questions of docs/campaigns.md do what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.care.campaign_rules import campaign_rules

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "campaigns.md").read_text(encoding="utf-8")


def rapport(*arguments: str, home: Path) -> str:
    command = [sys.executable, "-m", "assistant.cli", *arguments, "--as-of", "2026-11-20", "--home", str(home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_list_is_written(demo_home: Path, tmp_path: Path) -> None:
    command = re.search(r"^ {4}rapport (.+) list\.xlsx$", DOCUMENT, re.MULTILINE)
    assert command
    file = tmp_path / "list.xlsx"
    rapport(*command[1].split(), str(file), home=demo_home)
    assert file.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    "question, heading",
    [
        ("7 customers for the gold-linked structured product", "Customers for Gold-linked structured product"),
        ("给挂钩黄金结构性理财挑7位客户", "挂钩黄金结构性理财目标客户名单"),
        ("7 clientes para el producto estructurado vinculado al oro", "Clientes para Producto estructurado"),
    ],
)
def test_it_is_asked_for_in_three_languages(question: str, heading: str, demo_home: Path) -> None:
    assert heading in rapport("ask", "--as", "chen.guohua", question, home=demo_home)


def test_the_review_is_printed(demo_home: Path) -> None:
    listed, reviewed = re.findall(r"^ {4}rapport (campaign .+)$", DOCUMENT, re.MULTILINE)
    assert "M-RENEW" in rapport(*listed.split(), home=demo_home)
    assert "Uplift of the addressed over the held out" in rapport(*reviewed.split(), home=demo_home)


def test_the_document_says_what_the_rules_say() -> None:
    rules = campaign_rules()
    assert f"until {rules.after_days} days" in DOCUMENT
    assert f"at {rules.confidence} %" in DOCUMENT
    assert f"a group below {rules.smallest} members" in DOCUMENT


def test_a_campaign_is_proposed(demo_home: Path) -> None:
    said = re.search(r'^\| "(make a campaign [^"]+)"', DOCUMENT, re.MULTILINE)
    assert said
    assert "New campaign" in rapport("ask", "--as", "tom.baker", said[1], home=demo_home)
