"""A server on loopback whose every address behaves badly in a way of its own.

What is to come of each behaviour is in behaviours.toml.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Self

from tests.webs.hostile import bad_manners, bombs, broken_http, worst_pages
from tests.webs.hostile.peer import Gone, Peer

if TYPE_CHECKING:
    from types import TracebackType

    from tests.webs.hostile.peer import Behaviour

BEHAVIOURS: dict[str, Behaviour] = {
    name: behaviour
    for module in (broken_http, bad_manners, bombs, worst_pages)
    for name, behaviour in module.BEHAVIOURS.items()
}
_FIRST = 10  # of the addresses 127.0.0.x


class HostileServer:
    """Serves from a thread between `with` and its end. `size` is that of what is large, in bytes of a body."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._names = list(BEHAVIOURS)
        for name in bombs.BOMBS:
            bombs.built(name, size)
        for name in worst_pages.PAGES:
            worst_pages.built(name, size)
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hostile server", daemon=True)
        self.port = 0
        self.sent: dict[str, int] = {}  # bytes of each behaviour's last answer

    def url(self, name: str) -> str:
        """Where a behaviour is met: each has an address, and so a host, of its own."""
        host = _FIRST + self._names.index(name.partition("/")[0])
        return f"http://127.0.0.{host}:{self.port}/{name}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        addresses = [f"127.0.0.{_FIRST + number}" for number in range(len(self._names))]
        first = self._loop.run_until_complete(asyncio.start_server(self._serve, addresses[0], 0))
        self.port = first.sockets[0].getsockname()[1]
        rest = self._loop.run_until_complete(asyncio.start_server(self._serve, addresses[1:], self.port))
        self._started.set()
        self._loop.run_forever()
        first.close()
        rest.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer, self._size)
        try:
            while path := await peer.request():
                name, _, rest = path.removeprefix("/").partition("/")
                behaviour = BEHAVIOURS.get(name)
                if behaviour is None:  # robots.txt
                    await peer.say(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    continue
                try:
                    await behaviour(peer, rest)
                finally:
                    self.sent[name] = peer.sent
                return
        except Gone:
            return
        finally:
            writer.close()
