"""A balancer as small as one can be: each connection goes to the next server that takes it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

PIECE = 65_536


class RoundRobin:
    """Forwards bytes. `ports` are the servers, and may change while it runs; `last` is where the newest went."""

    def __init__(self, listening: socket.socket, ports: list[int]) -> None:
        self._listening = listening
        self._turns = count()
        self.ports = ports
        self.last = 0
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"

    def run(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = self._connected()
        if server is None:
            client.close()
            return
        answering = threading.Thread(target=_pipe, args=(server, client), daemon=True)
        answering.start()
        _pipe(client, server)

    def _connected(self) -> socket.socket | None:
        for _ in self.ports:
            port = self.ports[next(self._turns) % len(self.ports)]
            with suppress(OSError):
                server = socket.create_connection(("127.0.0.1", port))
                self.last = port
                return server
        return None


def _pipe(given: socket.socket, taken: socket.socket) -> None:
    with suppress(OSError):
        while piece := given.recv(PIECE):
            taken.sendall(piece)
    for end in (given, taken):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def round_robin(ports: list[int]) -> Iterator[RoundRobin]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        balancer = RoundRobin(listening, ports)
        threading.Thread(target=balancer.run, daemon=True).start()
        yield balancer
