"""Which server of Redis holds a key: always the same one, or what the slot map of a Redis Cluster says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redis.asyncio.cluster import ClusterNode

    from backlink_spider.redis_address import AnyRedis


class Nodes(Protocol):
    """The servers of one Redis, each with a plain client."""

    async def of(self, keys: Iterable[str]) -> list[Redis]: ...
    async def all(self) -> list[Redis]: ...
    def outdated(self) -> None: ...
    async def close(self) -> None: ...


def nodes_of(client: AnyRedis) -> Nodes:
    return ClusterNodes(client) if isinstance(client, RedisCluster) else OneNode(client)


class OneNode:
    """A Redis that is one server."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def of(self, keys: Iterable[str]) -> list[Redis]:
        return [self._client for _ in keys]

    async def all(self) -> list[Redis]:
        return [self._client]

    def outdated(self) -> None:
        """There is nothing to look up anew."""

    async def close(self) -> None:
        await self._client.aclose()


class ClusterNodes:
    """The primaries of a Redis Cluster.

    The cluster client gives the slot map alone; what is sent goes through a plain client for each primary. Its own
    pipeline refuses EVALSHA, and its connections do not bear many commands at once (both redis-py 8.1).
    """

    def __init__(self, cluster: RedisCluster) -> None:
        self._cluster = cluster
        self._clients: dict[str, Redis] = {}
        self._is_current = self._was_read = False

    async def of(self, keys: Iterable[str]) -> list[Redis]:
        await self._read_map()
        return [self._client(self._primary(key)) for key in keys]

    async def all(self) -> list[Redis]:
        await self._read_map()
        return [self._client(node) for node in self._cluster.get_primaries()]

    def outdated(self) -> None:
        """Read the slot map again before the next command: a slot or a primary is no longer where it says."""
        self._is_current = False

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()
        await self._cluster.aclose()

    async def _read_map(self) -> None:
        if self._is_current:
            return
        if self._was_read:
            await self._cluster.nodes_manager.initialize()
        else:
            await self._cluster.initialize()  # the same, and has it close what it opens
        self._is_current = self._was_read = True

    def _primary(self, key: str) -> ClusterNode:
        node = self._cluster.get_node_from_key(key)
        assert node is not None  # only a replica may be missing
        return node

    def _client(self, node: ClusterNode) -> Redis:
        client = self._clients.get(node.name)
        if client is None:
            options: dict[str, Any] = {**node.connection_kwargs, "retry": Retry(NoBackoff(), 0)}
            client = Redis.from_pool(ConnectionPool(connection_class=node.connection_class, **options))
            self._clients[node.name] = client
        return client
