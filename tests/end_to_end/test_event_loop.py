"""A worker's event loop never waits for Redis or for the database: it beats on while they stand still or are slow."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from link_index import connection, embedded
from tests.end_to_end.crawls import ROOT
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.end_to_end.crawls import Crawl

STOPPED = 3.0  # seconds for which a server does not answer
LATENCY = 1.0  # seconds more for each reply of Redis
ALLOWED = 0.6  # seconds that the loop of a worker on a busy machine may stand still
HEARTBEAT = {"tests.end_to_end.loop_heartbeat.LoopHeartbeat": 0}
BLOCKING = HEARTBEAT | {"tests.end_to_end.loop_heartbeat.BlockingCall": 1}


class Watched:
    """A crawl over servers of its own by one worker with a heartbeat."""

    def __init__(self, crawl: Crawl, folder: Path) -> None:
        self.crawl, self.beats = crawl, folder / "beats"
        self.redis = RedisServer(folder / "redis")
        self.redis.start()
        crawl.uri = ""  # the embedded server of its own folder
        self._database = connection.server_folder(crawl.folder)
        self.database_pid = embedded.start(self._database, port=0).pid

    def close(self) -> None:
        self.redis.kill()
        embedded.stop(self._database)

    def longest_pause(self, during: Callable[[], None], extensions: dict[str, int], url: str = "") -> float:
        """Of the worker's loop, in seconds, while `during` runs; the crawl must end well afterwards."""
        settings = {
            "EXTENSIONS": json.dumps(extensions),
            "HEARTBEAT_FILE": self.beats,
            "BLOCKING_URL": self.redis.url,
            "DOWNLOAD_DELAY": 0.05,
            "BACKLINKS_ROBOTS_RETRY": 0.05,
        }
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        process = subprocess.Popen(
            [Path(sys.executable).with_name("backlinks"), "crawl", "first.example", "second.example", *options],
            cwd=ROOT,
            env=self.crawl.environment | {"REDIS_URL": url or self.redis.url, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            self.crawl.until(lambda: len(self.crawl.pages_asked_for()) > 20)
            began = time.monotonic()
            during()
            ended = time.monotonic()
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()
        assert process.returncode == 0, output
        assert "Traceback" not in output
        pauses = [tuple(map(float, line.split())) for line in self.beats.read_text().splitlines()]
        return max((late for at, late in pauses if at < ended and at + late > began), default=0.0)


@pytest.fixture
def watched(slow_web: Callable[[int], Crawl], tmp_path: Path) -> Iterator[Watched]:
    made = Watched(slow_web(100), tmp_path)
    yield made
    made.close()


def stopped(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(STOPPED)
    finally:
        os.kill(pid, signal.SIGCONT)


class SlowRedis:
    """A proxy whose replies come `latency` seconds late."""

    def __init__(self, server: RedisServer) -> None:
        self._server, self.latency, self.delayed = server, 0.0, 0

    async def serve(self, ready: Callable[[str], None], until: asyncio.Event) -> None:
        async with await asyncio.start_server(self._connected, "127.0.0.1", 0) as listening:
            ready(f"redis://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
            await until.wait()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        redis_reader, redis_writer = await asyncio.open_connection("127.0.0.1", self._server.port)
        await asyncio.gather(self._pass_on(reader, redis_writer, late=False), self._pass_on(redis_reader, writer))

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, late: bool = True) -> None:
        while data := await source.read(65536):
            if late and self.latency:
                self.delayed += 1
                await asyncio.sleep(self.latency)
            sink.write(data)
            await sink.drain()
        sink.close()


@contextmanager
def slow_redis(server: RedisServer) -> Iterator[tuple[SlowRedis, str]]:
    """The proxy, in a thread, and its URL."""
    proxy, told, urls = SlowRedis(server), threading.Event(), []
    loop = asyncio.new_event_loop()
    until = asyncio.Event()

    def ready(url: str) -> None:
        urls.append(url)
        told.set()

    thread = threading.Thread(target=lambda: loop.run_until_complete(proxy.serve(ready, until)))
    thread.start()
    assert told.wait(10)
    yield proxy, urls[0]
    loop.call_soon_threadsafe(until.set)
    thread.join()
    loop.close()


def test_the_loop_goes_on_while_redis_stands_still(watched: Watched) -> None:
    assert watched.longest_pause(lambda: stopped(watched.redis.pid), HEARTBEAT) < ALLOWED


def test_the_loop_goes_on_while_the_database_stands_still(watched: Watched) -> None:
    assert watched.longest_pause(lambda: stopped(watched.database_pid), HEARTBEAT) < ALLOWED


def test_the_loop_waits_for_no_reply_of_a_slow_redis(watched: Watched) -> None:
    with slow_redis(watched.redis) as (proxy, url):

        def slow() -> None:
            proxy.latency = LATENCY
            time.sleep(2 * STOPPED)
            proxy.latency = 0.0

        assert watched.longest_pause(slow, HEARTBEAT, url) < ALLOWED
        assert proxy.delayed > 2


def test_a_blocking_call_would_be_noticed(watched: Watched) -> None:
    assert watched.longest_pause(lambda: stopped(watched.redis.pid), BLOCKING) > STOPPED - 0.5
