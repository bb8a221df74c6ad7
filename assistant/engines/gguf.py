"""A model of one's own: a GGUF file, run by llama.cpp in this process and asked over loopback like any endpoint."""

import asyncio
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.engines.endpoint import Address
from assistant.errors import ModelFailed
from assistant.model_call import ModelFailure

if TYPE_CHECKING:
    from xllamacpp import Server

CONTEXT = 8_192
"""Tokens that one conversation with the model may hold: rules, tools, data and answer together."""


class GgufModel:
    """Serves the file from its first use until the process ends, on loopback, to whoever has the key: this process."""

    def __init__(self, file: Path, context: int = CONTEXT) -> None:
        self._file = file
        self._context = context
        self._key = secrets.token_urlsafe()
        self._server: object = None
        self._base_url = ""
        self._loading = asyncio.Lock()

    async def address(self) -> Address:
        """Where it answers; loads the file first, which takes seconds. Raises ModelFailed if it cannot be loaded."""
        async with self._loading:
            if not self._base_url:
                self._server = server = await asyncio.to_thread(_serving, self._file, self._key, self._context)
                self._base_url = f"{server.listening_address}/v1"
        return Address(self._base_url, self._key)


def _serving(file: Path, key: str, context: int) -> "Server":
    """The server, with a thread less than there are processors: its threads wait for one another busily, and beside
    other work that takes longer than with fewer."""
    try:
        from xllamacpp import CommonParams, Server
    except ImportError:
        detail = "a model's file needs the extra local: pip install 'rapport[local]'"
        raise ModelFailed(reason=ModelFailure.UNREACHABLE, detail=detail) from None
    params = CommonParams()
    params.model.path = str(file)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.endpoint_slots = False
    params.n_ctx = context
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) - 1)
    params.n_parallel = 1
    params.verbosity = -1
    params.ui = False
    try:
        return Server(params)
    except RuntimeError as error:
        detail = f"{file.name} cannot be loaded: {error}"
        raise ModelFailed(reason=ModelFailure.UNREACHABLE, detail=detail) from None
