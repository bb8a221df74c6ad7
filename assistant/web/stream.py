"""A turn's events on their way to a client, who may go away at any time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from typing import TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from assistant.events import Event

Result = TypeVar("Result")

SSE_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_EVENTS_AHEAD = 64


async def begun(events: AsyncIterator[Event]) -> AsyncGenerator[Event]:
    """The same events, once the first has come: what refuses a turn raises here, while a status can still be sent.

    Closing or dropping the generator cancels the turn.
    """
    running = _running(events)
    first = await anext(running)

    async def rest() -> AsyncGenerator[Event]:
        async with aclosing(running):
            yield first
            async for event in running:
                yield event

    return rest()


async def _running(events: AsyncIterator[Event]) -> AsyncGenerator[Event]:
    """Runs the turn in one task of its own, since a response is made in one task and sent in another."""
    queue: asyncio.Queue[Event | Exception | None] = asyncio.Queue(_EVENTS_AHEAD)

    async def run() -> None:
        try:
            async for event in events:
                await queue.put(event)
            await queue.put(None)
        except Exception as error:  # noqa: BLE001 (raised again where the events are read)
            await queue.put(error)
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    task = asyncio.create_task(run())
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        task.cancel()


async def while_connected(request: Request, work: Coroutine[None, None, Result]) -> Result:
    """What `work` returns. Cancels it and raises ClientDisconnect when the client hangs up first."""
    working = asyncio.ensure_future(work)
    hanging_up = asyncio.ensure_future(_hang_up(request))
    try:
        await asyncio.wait((working, hanging_up), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        hanging_up.cancel()


async def _hang_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
