"""Runs the frontier's scripts and plain commands in Redis, many in one exchange, on one server or on Redis Cluster."""

from __future__ import annotations

import asyncio
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from redis import exceptions

from backlink_spider.frontier_file import FrontierLost
from backlink_spider.redis_nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis

    from backlink_spider.redis_address import AnyRedis

SHARD_SCRIPTS = (
    "found", "push", "lease", "settle", "traps", "put_back", "suspect", "bury", "borrow", "unspend", "sweep",
)  # fmt: skip
CRAWL_SCRIPTS = ("register", "begin", "beat", "quota", "finish", "steer", "report", "add_seeds", "take_seeds")

# What goes by itself, by waiting and asking again: the server is away, starts, is replaced, moves a slot or is full.
RECOVERABLE: tuple[type[Exception], ...] = (
    exceptions.ConnectionError,  # BusyLoadingError is one
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,  # MasterDownError is one
    exceptions.TryAgainError,
    exceptions.AskError,  # MovedError is one
    exceptions.SlotNotCoveredError,
    exceptions.RedisClusterException,
    exceptions.OutOfMemoryError,
    OSError,
)


def is_full(error: Exception) -> bool:
    """Whether the server answers, and has no memory for more."""
    return isinstance(error, exceptions.OutOfMemoryError)


def trouble(error: Exception) -> str:
    """What one of RECOVERABLE means to a person, and what they can do: a sentence without its full stop."""
    if is_full(error):
        return "Redis has reached its maxmemory and takes no more: raise it (redis-cli CONFIG SET maxmemory)"
    return f"Redis does not answer ({error})"


class SessionLost(Exception):
    """The session's lease in the shard has ended, and what it held there is others'. Stands in place of a reply."""


class Call(NamedTuple):
    """A script with its arguments; `key` says which server runs it, `more_keys` are of the same slot."""

    script: str
    key: str
    args: Sequence[str | bytes | int]
    more_keys: tuple[str, ...] = ()


class Scripts:
    """Sends one pipeline a server, all servers side by side. Nothing is ever sent twice by itself."""

    def __init__(self, client: AnyRedis) -> None:
        self._nodes = nodes_of(client)

    async def run(self, calls: Sequence[Call]) -> list[Any]:
        """The replies in order, once all have answered; raises the first error among them.

        Raises FrontierLost if a crawl is unknown, one of RECOVERABLE if Redis cannot do it now, else a RedisError.
        A reply of LOST is no error, but a SessionLost in its place.
        """
        commands = [_evalsha(call) for call in calls]
        keys = [call.key for call in calls]
        replies = await self._exchange(commands, keys)
        unknown = [at for at, reply in enumerate(replies) if isinstance(reply, exceptions.NoScriptError)]
        if unknown:
            keys = [keys[at] for at in unknown]
            await self._load({calls[at].script for at in unknown}, keys)
            again = await self._exchange([commands[at] for at in unknown], keys)
            for at, reply in zip(unknown, again, strict=True):
                replies[at] = reply
        return self._judged(replies)

    async def commands(self, *commands: tuple[Any, ...]) -> list[Any]:
        """The replies of plain commands, each a tuple of its name, its key and the rest; errors as those of `run`."""
        return self._judged(await self._exchange(commands, [command[1] for command in commands]))

    async def on_every_server(self, *command: Any) -> list[Any]:
        """The reply of each primary to a command without a key."""
        replies = await asyncio.gather(*(_pipelined(node, [command]) for node in await self._nodes.all()))
        return self._judged([reply for (reply,) in replies])

    async def close(self) -> None:
        await self._nodes.close()

    async def _exchange(self, commands: Sequence[tuple[Any, ...]], keys: Sequence[str]) -> list[Any]:
        """The reply of each command; an exception in its place where it failed."""
        places: dict[Redis, list[int]] = {}
        for at, node in enumerate(await self._of(keys)):
            places.setdefault(node, []).append(at)
        batches = await asyncio.gather(
            *(_pipelined(node, [commands[at] for at in batch]) for node, batch in places.items())
        )
        replies: list[Any] = [None] * len(commands)
        for batch, answers in zip(places.values(), batches, strict=True):
            for at, answer in zip(batch, answers, strict=True):
                replies[at] = answer
        return replies

    async def _of(self, keys: Sequence[str]) -> list[Redis]:
        try:
            return await self._nodes.of(keys)
        except RECOVERABLE:
            self._nodes.outdated()
            raise

    async def _load(self, names: set[str], keys: Sequence[str]) -> None:
        """Give the servers of these keys the scripts they do not know."""
        nodes = set(await self._of(keys))
        commands = [("SCRIPT LOAD", source(name)) for name in names]
        for replies in await asyncio.gather(*(_pipelined(node, commands) for node in nodes)):
            self._judged(replies)

    def _judged(self, replies: list[Any]) -> list[Any]:
        first: Exception | None = None
        for at, reply in enumerate(replies):
            if isinstance(reply, Exception):
                meant = _meaning(reply)
                if isinstance(meant, SessionLost):
                    replies[at] = meant
                    continue
                first = first or meant
                if isinstance(meant, RECOVERABLE):
                    self._nodes.outdated()
        if first is not None:
            raise first
        return replies


@cache
def source(name: str) -> str:
    """The text of a script as Redis gets it."""
    folder = files("backlink_spider") / "lua"
    text = (folder / f"{name}.lua").read_text(encoding="utf-8")
    return (folder / "prelude.lua").read_text(encoding="utf-8") + text if name in SHARD_SCRIPTS else text


@cache
def _digest(name: str) -> str:
    return sha1(source(name).encode(), usedforsecurity=False).hexdigest()


def _evalsha(call: Call) -> tuple[Any, ...]:
    return ("EVALSHA", _digest(call.script), 1 + len(call.more_keys), call.key, *call.more_keys, *call.args)


async def _pipelined(node: Redis, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    pipeline = node.pipeline(transaction=False)
    for command in commands:
        pipeline.execute_command(*command)
    try:
        return await pipeline.execute(raise_on_error=False)
    except (exceptions.RedisError, OSError) as error:  # of the connection: none of them is known to have run
        return [error] * len(commands)


def _meaning(error: Exception) -> Exception:
    """What an error says, where redis-py has no class for it: servers put words around a script's own."""
    if not isinstance(error, exceptions.ResponseError) or isinstance(error, RECOVERABLE):
        return error
    words = str(error).replace("-", " ").split()
    if "LOST" in words:
        return SessionLost()
    if "NOCRAWL" in words:
        return FrontierLost("Redis holds no frontier of this crawl any more: it was emptied, or the crawl was dropped.")
    if "OOM" in words:
        return exceptions.OutOfMemoryError(str(error))
    if "non local key" in str(error):  # its slot is on the move
        return exceptions.TryAgainError(str(error))
    return error
