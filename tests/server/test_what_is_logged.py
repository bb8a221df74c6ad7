"""What a server writes to its log: reads the bytes of a real one that is given secrets and asked badly."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from assistant.web.tokens import Tokens
from tests.server.agui_client import run_input
from tests.server.own_process import ready_server

SECRET = "SECRET-of-the-tokens-0123456789abcdef"
PLANTED = {"RAPPORT_AUTH_SECRET": SECRET, "RAPPORT_LLM_API_KEY": "SECRET-of-the-model-key"}
MCP = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
ACCEPTED = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
WORDS = "SECRETquestion about James Carter"


def test_the_log_holds_no_secret_no_token_and_no_question(own_demo_home: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    token, expired = Tokens(SECRET).mint("tom.baker"), Tokens(SECRET).mint("tom.baker", lifetime_s=-3600)
    with log.open("wb") as writing, ready_server(own_demo_home, PLANTED, writing) as url, httpx.Client() as client:
        for each in (token, expired, "SECRET-wrong-token"):
            headers = {"Authorization": f"Bearer {each}"}
            client.post(f"{url}/agui", json=run_input(WORDS), headers=headers)
            client.post(f"{url}/agui?access_token={each}", content=b"{" + each.encode(), headers=headers)
            client.get(f"{url}/customers/{each}/wealth-plan.html", headers=headers)
            for arguments in ({"customer": WORDS, "sql": WORDS}, {"question": WORDS}, {}):
                call = {"name": "ask", "arguments": arguments}
                client.post(f"{url}/mcp", json={**MCP, "params": call}, headers=headers | ACCEPTED)
            client.post(f"{url}/mcp", content=b"{" + each.encode(), headers=headers | ACCEPTED)
        nested = client.post(f"{url}/agui", content=b"[" * 200_000, headers={"Authorization": f"Bearer {token}"})
        assert nested.status_code == 422
        (own_demo_home / "crm.sqlite").rename(own_demo_home / "away.sqlite")
        try:
            broken = client.post(f"{url}/agui", json=run_input(WORDS), headers={"Authorization": f"Bearer {token}"})
        finally:
            (own_demo_home / "away.sqlite").rename(own_demo_home / "crm.sqlite")
        assert broken.status_code in (200, 500, 503)
    written = log.read_bytes()
    assert b"Rapport answers on" in written
    for secret in (b"SECRET", token.encode(), expired.encode(), token.split(".")[2].encode(), b"James"):
        assert secret not in written


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://bank:SECRET-of-the-database@127.0.0.1:9/rapport"
    environment = os.environ | {"RAPPORT_DATABASE_URL": url, "RAPPORT_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", "0"]
    ended = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert b"rapport: " in ended.stderr
    assert b"SECRET" not in ended.stdout + ended.stderr
