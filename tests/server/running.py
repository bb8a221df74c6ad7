"""A real server on a free port of loopback, in a thread of its own."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from assistant.settings import Settings
from assistant.web.tokens import Tokens
from server import configured, create_app
from tests.server.scripted import ScriptedAssistant

SECRET = "a secret that only these tests know, 32+"


@dataclass
class Served:
    """A running server: its address, the assistant behind it, and what mints its tokens."""

    url: str
    assistant: ScriptedAssistant
    tokens: Tokens

    def bearer(self, employee_id: str = "E102") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.mint(employee_id)}"}


@contextlib.contextmanager
def serving(settings: Settings, pause_s: float = 0.0, http: str = "auto") -> Iterator[Served]:
    """The scripted assistant, served."""
    assistant = ScriptedAssistant(pause_s)
    app = create_app(settings, assistant)
    with listening(app, settings, http) as url:
        yield Served(url, assistant, app.state.tokens)


@contextlib.contextmanager
def listening(app: FastAPI, settings: Settings, http: str = "auto") -> Iterator[str]:
    """The address at which the application answers meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        config = configured(app, settings)
        config.http, config.timeout_graceful_shutdown = http, 1
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, args=([bound],), daemon=True)
        thread.start()
        while not running.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        running.should_exit = True
        thread.join(5)
