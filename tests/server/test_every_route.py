"""Every route, asked without a token, with a wrong one, with an expired one, and with one that is too small."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update

from assistant.events import Turn, TurnFinished
from assistant.web.door import is_open
from assistant.web.tokens import Tokens
from knowledge.crm.codes import Role
from knowledge.crm.tables import Account, Customer, Employee
from tests.server.agui_client import run_input
from tests.server.identity_provider import rsa
from tests.server.real_bank import Serving, serving_bank

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWNER, STRANGER = "tom.baker", "jiang.lan"
CUSTOMER, NAME = "C000005", "James Carter"
SECRET = "a secret that only this test knows, 32+"
HOLDINGS = {"name": "holdings", "arguments": {"customer": NAME}}
MCP = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": HOLDINGS}
CALLS = {
    "/agui": run_input(f"What does {NAME} hold?"),
    "/v1/chat/completions": {"model": "rapport", "messages": [{"role": "user", "content": f"What does {NAME} hold?"}]},
    "/mcp": MCP,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serving(own_demo_home: Path) -> AsyncIterator[Serving]:
    async with serving_bank(own_demo_home, auth_secret=SECRET) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def proposal(serving: Serving) -> str:
    """What waits for its owner's yes."""
    turn = Turn("every-route", OWNER, f"Remind me to call {NAME} on Monday", "every-route")
    events = [event async for event in serving.assistant.answer(turn)]
    assert isinstance(events[-1], TurnFinished)
    return events[-1].answer.proposals[0].id


def _requests(serving: Serving, proposal: str) -> list[tuple[str, str, object]]:
    """Method, path and body of every closed route, about the owner's customer where it takes one."""
    values = {"product": "D-T12", "form": "csv"}
    described = serving.app.openapi()["paths"] | {"/mcp": {"post": {}}}
    requests = []
    for path, methods in described.items():
        if is_open(path):
            continue
        id = proposal if path.startswith("/proposals") else CUSTOMER
        named = path.format_map({name: values.get(name, id) for name in _names_in(path)})
        requests += [(method.upper(), named, CALLS.get(path)) for method in methods]
    return requests


def _names_in(path: str) -> list[str]:
    return [part.split("}")[0] for part in path.split("{")[1:]]


async def _ask(serving: Serving, request: tuple[str, str, object], headers: dict[str, str]) -> httpx.Response:
    method, path, body = request
    accepted = {"Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(timeout=30) as client:
        return await client.request(method, serving.url + path, json=body, headers=headers | accepted)


async def test_the_walk_reaches_every_route(serving: Serving, proposal: str) -> None:
    paths = {path for _, path, _ in _requests(serving, proposal)}
    assert {*CALLS, "/v1/models", "/reminders", f"/proposals/{proposal}/confirm"} <= paths
    for request in _requests(serving, proposal):
        if not request[1].endswith(("/confirm", "/reject")):
            response = await _ask(serving, request, serving.bearer(OWNER))
            assert response.status_code < 500, request
            assert response.status_code not in (401, 403), request


@pytest.mark.parametrize("kind", ["none", "wrong", "expired", "minted elsewhere", "of another kind", "in the address"])
async def test_a_token_that_does_not_hold_opens_no_route(serving: Serving, proposal: str, kind: str) -> None:
    token = {
        "none": "",
        "wrong": "hello",
        "expired": serving.tokens.mint(OWNER, lifetime_s=-3600),
        "minted elsewhere": Tokens("another secret that is long enough, 32+").mint(OWNER),
        "of another kind": rsa().as_pem(private=False).decode().replace("\n", ""),
        "in the address": "",
    }[kind]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    for method, path, body in _requests(serving, proposal):
        named = f"{path}?access_token={serving.tokens.mint(OWNER)}" if kind == "in the address" else path
        response = await _ask(serving, (method, named, body), headers)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "not_signed_in"), (method, path)


async def test_a_scope_that_is_too_small_shows_nothing_of_the_customer(serving: Serving, proposal: str) -> None:
    async with serving.store.auditing() as session:
        desk = (await session.scalars(select(Employee.id).where(Employee.role == Role.SERVICE_DESK))).first()
        customer = await session.get_one(Customer, CUSTOMER)
        numbers = (await session.scalars(select(Account.number).where(Account.customer_id == CUSTOMER))).all()
    assert desk is not None
    secrets = {*numbers, customer.phone or numbers[0], customer.email or numbers[0]}
    for employee in (STRANGER, desk):
        for request in _requests(serving, proposal):
            response = await _ask(serving, request, serving.bearer(employee))
            assert response.status_code < 500, request
            assert not [secret for secret in secrets if secret in response.text], request
            is_own_words = request[2] or request[1].startswith("/conversations")
            assert is_own_words or NAME not in response.text, "only who said the name reads it back"
            if "/customers/" in request[1] or "/proposals/" in request[1]:
                assert response.status_code == 404, request
    waiting = await serving.assistant.proposals.listed(OWNER)
    assert proposal in {shown.id for shown in waiting}, "nobody else has decided it"


async def test_who_leaves_in_the_middle_of_a_conversation_is_out_at_once(serving: Serving, proposal: str) -> None:
    async def leave(on: date | None) -> None:
        async with serving.store.writing() as session:
            await session.execute(update(Employee).where(Employee.id == OWNER).values(left_on=on))

    headers = serving.bearer(OWNER)
    asked = run_input(f"What does {NAME} hold?", threadId="leaving", runId="before")
    assert (await _ask(serving, ("POST", "/agui", asked), headers)).status_code == 200
    await leave(date(2026, 1, 1))
    try:
        for request in [*_requests(serving, proposal), ("POST", "/agui", {**asked, "runId": "after"})]:
            response = await _ask(serving, request, headers)
            assert (response.status_code, response.json()["error"]["code"]) == (403, "unknown_employee"), request
    finally:
        await leave(None)
    assert (await _ask(serving, ("POST", "/agui", {**asked, "runId": "back"}), headers)).status_code == 200
