"""docs/embedding.md: the code it shows lets people in, and what it lists exists."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from assistant.web.door import OPEN_PATHS
from tests.server.running import SECRET, Served

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")


def test_the_token_that_the_page_mints_lets_in(bank: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_AUTH_SECRET", SECRET)
    code = re.search(r"```python\n(import os.*?)```", PAGE, re.S)
    assert code is not None
    shown: dict[str, Callable[[str], str]] = {}
    exec(code[1], shown)
    bearer = {"Authorization": f"Bearer {shown['rapport_token']('E102')}"}
    assert httpx.get(f"{bank.url}/v1/models", headers=bearer).status_code == 200


def test_the_page_names_every_open_path_and_every_custom_property() -> None:
    assert [path for path in OPEN_PATHS if path not in PAGE] == []
    style = (ROOT / "assistant/web/static/widget/style.js").read_text(encoding="utf-8")
    assert set(re.findall(r"--rapport-[a-z]+(?:-[a-z]+)?", style)) - {"--rapport-"} == set(
        re.findall(r"--rapport-[a-z]+(?:-[a-z]+)?", PAGE)
    )
