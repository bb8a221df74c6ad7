"""The tools over the Model Context Protocol, through its own client, on a real server with the demo bank."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastmcp.exceptions import ToolError

from assistant.journal import Kind
from assistant.wiring import TOOLS
from tests.server.real_bank import Serving, serving_bank

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serving(demo_home: Path) -> AsyncIterator[Serving]:
    async with serving_bank(demo_home) as running:
        yield running


async def test_every_tool_is_listed_and_what_writes_is_not_marked_read_only(serving: Serving) -> None:
    async with serving.client("tom.baker") as client:
        listed = {tool.name: tool for tool in await client.list_tools()}
    assert set(listed) == {"ask", *(tool.name for tool in TOOLS)}
    writing = {name for name, tool in listed.items() if not tool.annotations.read_only_hint}
    assert {"ask", "create_task", "log_contact", "repair"} <= writing
    assert {"holdings", "selection", "standard", "daily_brief"}.isdisjoint(writing)
    assert not any(tool.annotations.destructive_hint for tool in listed.values())
    assert listed["holdings"].input_schema["additionalProperties"] is False


async def test_a_call_answers_with_the_facts_and_is_in_the_journal(serving: Serving) -> None:
    async with serving.client("tom.baker") as client:
        called = await client.call_tool("holdings", {"customer": "James Carter", "language": "es"})
        asked = await client.call_tool("ask", {"question": "What does James Carter hold?"})
    answer, in_words = called.structured_content, asked.structured_content
    assert answer["language"] == "es"
    assert answer["customers"] == ["C000005"] == in_words["customers"]
    assert {fact["source"] for fact in answer["facts"]} == {fact["source"] for fact in in_words["facts"]} != set()
    assert called.content[0].text == answer["answer"]
    kinds = [entry.kind for entry in await serving.journal.turn(answer["turn"])]
    assert kinds == [Kind.QUESTION, Kind.READING, Kind.TOOL, Kind.ANSWER]
    assert (await serving.journal.verify()).fault is None


async def test_the_scope_is_the_askers(serving: Serving) -> None:
    for employee in ("jiang.lan", "lucia.vega"):
        async with serving.client(employee) as client:
            for arguments in ({"customer": "James Carter"}, {"customer": "C000005"}):
                refused = (await client.call_tool("holdings", arguments)).structured_content
                assert refused["refused"] in ("unknown_customer", "no_access")
                assert (refused["facts"], refused["customers"]) == ([], [])


async def test_what_writes_proposes_in_a_persons_own_words(serving: Serving) -> None:
    words = "Remind me to call James Carter on Monday about his deposit"
    async with serving.client("tom.baker") as client:
        proposed = (await client.call_tool("create_task", {"question": words})).structured_content
        assert [proposal["kind"] for proposal in proposed["proposals"]] == ["create_task"]
        await client.call_tool("ask", {"question": "yes"})
    waiting = await serving.assistant.proposals.listed("tom.baker")
    assert proposed["proposals"][0]["id"] in {shown.id for shown in waiting}, "no programme says yes"


@pytest.mark.parametrize(
    "tool, arguments, message",
    [
        ("holdings", {"customer": "James Carter", "sql": "DROP TABLE customer"}, "sql"),
        ("maturities", {"period": "next blue moon"}, "period"),
        ("top_customers", {"limit": 10_000}, "limit"),
        ("create_task", {"customer": "James Carter"}, "customer"),
        ("create_task", {}, "question"),
        ("ask", {"question": "?"}, "question"),
        ("ask", {"question": "x" * 9_000}, "8000"),
    ],
)
async def test_bad_arguments_are_a_result_that_says_so(
    serving: Serving, tool: str, arguments: dict[str, object], message: str
) -> None:
    async with serving.client("tom.baker") as client:
        with pytest.raises(ToolError, match=message) as refused:
            await client.call_tool(tool, arguments)
    assert "Traceback" not in str(refused.value)


async def test_nobody_gets_in_without_a_token_that_holds(serving: Serving) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    expired = serving.tokens.mint("tom.baker", lifetime_s=-3600)
    async with httpx.AsyncClient() as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {expired}"}):
            response = await client.post(f"{serving.url}/mcp", json=body, headers=headers)
            assert response.status_code == 401
        refused = await client.post(f"{serving.url}/mcp", json=body, headers=serving.bearer("nobody.here"))
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "unknown_employee")
