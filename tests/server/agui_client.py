"""What an AG-UI client sends, and how it reads what comes back."""

import json
from typing import Any

import httpx

from tests.server.running import Served


def run_input(question: str, **given: Any) -> dict[str, Any]:
    messages = [{"id": "m1", "role": "user", "content": question}]
    return {"threadId": "t1", "runId": "r1", "messages": messages, "tools": [], "context": [], "state": {}, **given}


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    lines = response.text.split("\n\n")
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


def ask(served: Served, question: str, employee_id: str = "E102", **given: Any) -> httpx.Response:
    return httpx.post(f"{served.url}/agui", json=run_input(question, **given), headers=served.bearer(employee_id))
