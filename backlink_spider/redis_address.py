"""Where Redis is, how to connect to it, and whether it is fit to hold a frontier."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

from backlink_spider.errors import RedisUnavailable, RedisUnfit, UsageMistake

if TYPE_CHECKING:
    from collections.abc import Mapping

AnyRedis: TypeAlias = Redis | RedisCluster

NEEDED = (6, 2)  # LPOP with a count
SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")
_NOT_PASSED_ON = (
    "retry_on_timeout",
    "retry",
    "retry_on_error",
    "encoding",
    "decode_responses",
    "protocol",
    "redis_cls",
    "url",
)

logger = logging.getLogger(__name__)


def redis_url(values: Mapping[str, Any], environ: Mapping[str, str]) -> str | None:
    """The URL of the settings, else of the environment, else what scrapy-redis' REDIS_HOST and REDIS_PORT say."""
    url = values.get("REDIS_URL") or environ.get("REDIS_URL")
    if url:
        return str(url)
    host, port = values.get("REDIS_HOST"), values.get("REDIS_PORT")
    if not host and not port:
        return None
    return f"redis://{host or 'localhost'}:{port or 6379}"


def connect(url: str, params: Mapping[str, Any]) -> AnyRedis:
    """A client that has not connected yet, and that never repeats a command by itself: it would lease twice."""
    scheme = url.partition(":")[0]
    if scheme not in SCHEMES:
        raise UsageMistake(f"{without_secrets(url)} is no address of Redis: it begins with {', '.join(SCHEMES)}.")
    _refuse_what_is_read_otherwise(url)
    options: dict[str, Any] = {"socket_timeout": 5, "socket_connect_timeout": 5}
    options |= {name: value for name, value in params.items() if name not in _NOT_PASSED_ON}
    options |= {"retry": Retry(NoBackoff(), 0), "decode_responses": False, "protocol": 2}
    try:
        if scheme.endswith("+cluster"):
            return RedisCluster.from_url(url.replace("+cluster", "", 1), **options)
        client = Redis.from_url(url, **options)
        client.connection_pool.make_connection()  # type: ignore[no-untyped-call]  # only to know the options are right
        return client
    except (ValueError, TypeError, RedisClusterException) as error:
        raise UsageMistake(f"Redis cannot be used as {without_secrets(url)}: {error}") from error


def _refuse_what_is_read_otherwise(url: str) -> None:
    """What the client takes for something else, or for nothing. Raises UsageMistake."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageMistake(f"The address of Redis cannot be read: {error}.") from error
    if parts.scheme == "unix":
        return
    if "@" in parts.path + parts.query + parts.fragment:
        raise UsageMistake("In the address of Redis, '#' of a password is written %23, '/' %2F, '?' %3F and '@' %40.")
    database = parts.path.strip("/")
    if database and not database.isdecimal():
        raise UsageMistake(f"{without_secrets(url)} names no database of Redis: after the slash stands a number.")


def without_secrets(url: str) -> str:
    """The URL for logs and screens: without user, password and what follows a question mark."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


async def check(client: AnyRedis) -> None:
    """Raises RedisUnfit with what to change, RedisUnavailable if it does not answer. Warns if a restart loses all."""
    try:
        answers = await _informations(client)
    except (RedisError, OSError) as error:
        raise RedisUnavailable(f"Redis does not answer ({error}).") from error
    for host, server in answers:
        version = str(server.get("redis_version", "0"))
        if tuple(int(part) for part in version.split(".")[:2]) < NEEDED:
            raise RedisUnfit(f"Redis at {host} is {version}: 6.2 or newer is needed.")
        policy = server.get("maxmemory_policy", "noeviction")
        if policy != "noeviction":
            raise RedisUnfit(
                f"Redis at {host} would evict frontier keys (maxmemory-policy {policy}): set it to noeviction."
            )
        if not server.get("aof_enabled"):
            logger.warning("Redis at %s has appendonly off: what it holds is lost when it restarts", host)


async def _informations(client: AnyRedis) -> list[tuple[str, dict[str, Any]]]:
    """Name and INFO of each primary. INFO tells the policy where managed services forbid CONFIG GET."""
    if isinstance(client, RedisCluster):
        await client.initialize()
        return [(node.name, await client.info(target_nodes=node)) for node in client.get_primaries()]
    at = client.connection_pool.connection_kwargs
    return [(f"{at['host']}:{at['port']}" if "host" in at else str(at.get("path")), await client.info())]
