"""A real server in this process, with the real assistant on the demo bank behind it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from assistant.assistant import Assistant
from assistant.journal import Journal
from assistant.settings import Settings
from assistant.web.tokens import Tokens
from knowledge.crm.store import CrmStore
from server import create_app


@dataclass
class Serving:
    url: str
    app: FastAPI
    tokens: Tokens
    store: CrmStore
    journal: Journal
    assistant: Assistant

    def bearer(self, employee: str, lifetime_s: int = 600) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.mint(employee, lifetime_s)}"}

    @asynccontextmanager
    async def client(self, employee: str) -> AsyncIterator[Client]:
        """An MCP client that asks as that employee."""
        async with Client(StreamableHttpTransport(f"{self.url}/mcp", headers=self.bearer(employee))) as client:
            yield client


@asynccontextmanager
async def serving_bank(home: Path, **given: str) -> AsyncIterator[Serving]:
    """Serves that home folder's bank as of the demo's day; `given` are further settings."""
    settings = Settings(home=home, as_of=date(2026, 11, 20), **given)  # type: ignore[arg-type]
    app = create_app(settings)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        task = asyncio.create_task(running.serve([listening]))
        while not running.started:  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        store = CrmStore(settings.store_url)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Serving(url, app, app.state.tokens, store, Journal(store), app.state.assistant)
        await store.close()
        running.should_exit = True
        await task
