"""The commands of a crawl of many workers, run in this process, and the crawl they are run against."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from backlink_spider.crawl_register import CrawlRegister
from backlink_spider.options import CrawlOptions
from backlink_spider.scope import ScopeRules
from backlinks.cli import main
from backlinks.frontier_push import Found, push
from link_index.urls import target
from tests.redis_frontier_steps import scripts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from backlink_spider.redis_scripts import Scripts
    from tests.redis_server import RedisServer

AWAY = "redis://ada:s3cret@127.0.0.1:1"


def run(server: RedisServer | str, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit status and all output of a command."""
    url = server if isinstance(server, str) else server.url
    result = CliRunner().invoke(main, arguments, env={"REDIS_URL": url} | environment, prog_name="backlinks")
    return result.exit_code, result.output


def with_scripts(server: RedisServer, work: Callable[[Scripts], Awaitable[Any]]) -> Any:
    async def working() -> Any:
        async with scripts_of(server) as scripts:
            return await work(scripts)

    return asyncio.run(working())


def rules_document(**rules: Any) -> dict[str, Any]:
    return CrawlOptions((), ScopeRules(**rules), None, None).rules_document()


def begin(
    server: RedisServer, *urls: str, name: str = "news", pages: int = 0, shards: int = 4, **rules: Any
) -> CrawlRegister:
    """Begin a crawl with a worker that stays, and whose seeds are these."""

    async def begun(scripts: Scripts) -> CrawlRegister:
        register = CrawlRegister(scripts, name)
        about = {"host": "here", "pid": 1, "state": "running"}
        options = rules_document(**rules)
        await register.join(
            label="", options=options, pages=pages, age=0, brings_seeds=True, most=0, about=about, shards=shards
        )
        await register.lay_out()
        await push(scripts, register, [Found(target(url), 0) for url in urls])
        await register.add_seeds(urls)
        await register.beat(about, seeded=True)
        return register

    register: CrawlRegister = with_scripts(server, begun)
    return register


def state(server: RedisServer, run: int = 1) -> dict[str, str]:
    """The crawl's run as Redis holds it."""
    with server.client() as client:
        return {name.decode(): value.decode() for name, value in client.hgetall(f"{{backlinks:{run}}}").items()}


def counted(server: RedisServer, field: str, run: int = 1, shards: int = 4) -> int:
    """A counter of all shards."""
    with server.client() as client:
        return sum(int(client.hget(f"{{b{shard}}}{run}:m", field) or 0) for shard in range(shards))
