"""Downloader middleware that obeys robots.txt and lets its crawl-delay raise the host's delay."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

from backlink_spider.errors import HostNotLent, RobotsForbidden, RobotsUnreachable
from backlink_spider.page_request import asked_later
from backlink_spider.retry_backoff import Backoff
from backlink_spider.robots_cache import Robots, RobotsCache, origin_of, wait_after
from backlink_spider.robots_request import ask_for_robots
from backlink_spider.robots_rules import read_robots

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Self

    from scrapy import Request
    from scrapy.crawler import Crawler


class RobotsMiddleware:
    """RFC 9309. A robots.txt is asked for in its host's turn: the page it was asked for comes after the host's rest.

    While it cannot be had all is forbidden (section 2.3.1.4): the host waits, and is asked again, `tries` times; then
    its pages end as refused until it can be had. Rules that are known already go on to hold meanwhile.
    """

    def __init__(self, crawler: Crawler, cache: RobotsCache, backoff: Backoff) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._cache = cache
        self._backoff = backoff
        self._agent = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"] or ""
        self._max_age = settings.getfloat("BACKLINKS_ROBOTS_MAX_AGE", 86400.0)
        self._first_wait = settings.getfloat("BACKLINKS_ROBOTS_RETRY", 10.0)
        self._tries = 1 + settings.getint("RETRY_TIMES")
        self._longest_delay = settings.getfloat("BACKLINKS_MAX_CRAWL_DELAY", 60.0)
        self._asked: dict[str, asyncio.Task[Robots]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured("ROBOTSTXT_OBEY is off")
        cache = RobotsCache(
            settings.getint("BACKLINKS_ROBOTS_CACHE_ORIGINS", 20_000),
            settings.getint("BACKLINKS_ROBOTS_CACHE_BYTES", 64 * 1024**2),
        )
        return cls(crawler, cache, Backoff.from_settings(settings))

    def process_request(self, request: Request) -> Coroutine[Any, Any, Request | None] | Request | None:
        """A coroutine only where there is something to wait for; the page's request if it has to come again."""
        if "dont_obey_robotstxt" in request.meta:
            return None
        origin = origin_of(request.url)
        robots = self._cache.get(origin)
        if robots is None or robots.asked_again_at <= time.monotonic():
            return self._ask(request, origin)
        return self._judge(request, origin, robots)

    async def _ask(self, request: Request, origin: str) -> Request | None:
        task = self._asked.get(origin)
        if task is None:
            task = self._asked[origin] = asyncio.create_task(self._look(origin))
            task.add_done_callback(lambda task: self._asked_for(origin, task))
        try:
            robots = await asyncio.shield(task)
        except HostNotLent as error:
            if "page_id" in request.meta:
                return asked_later(request, error.wait)
            raise
        return self._judge(request, origin, robots, was_asked="page_id" in request.meta)

    def _asked_for(self, origin: str, task: asyncio.Task[Robots]) -> None:
        del self._asked[origin]
        if not task.cancelled():
            task.exception()  # whoever waited has it; where nobody does any more, asyncio would complain

    async def _look(self, origin: str) -> Robots:
        stats = self._crawler.stats
        assert stats is not None
        stats.inc_value("robotstxt/request_count")
        before = self._cache.get(origin)
        answer = await ask_for_robots(self._crawler, origin)
        stats.inc_value(f"robotstxt/answers/{answer.why}")
        now = time.monotonic()
        if answer.text is not None:
            robots = Robots(read_robots(answer.text, self._agent), now + self._max_age)
            if robots.rules and robots.rules.crawl_delay > self._longest_delay:
                stats.inc_value("robotstxt/crawl_delay_clamped")
        else:
            stats.inc_value("robotstxt/unreachable")
            failures = before.failures + 1 if before else 1
            wait = wait_after(failures, self._first_wait, self._backoff.retry_after(answer.retry_after, time.time()))
            robots = Robots(before.rules if before else None, now + wait, failures, answered=answer.why.isdigit())
        stats.inc_value("robotstxt/dropped", self._cache.put(origin, robots))
        return robots

    def _judge(self, request: Request, origin: str, robots: Robots, *, was_asked: bool = False) -> Request | None:
        """The page's request if it is not to be sent now. Raises RobotsForbidden or RobotsUnreachable."""
        rules = robots.rules
        if rules is None:
            if "page_id" in request.meta and robots.failures < self._tries:
                return asked_later(request, robots.asked_again_at - time.monotonic())
            raise RobotsUnreachable(origin, answered=robots.answered)
        if rules.crawl_delay:
            delay = request.meta["crawl_delay"] = min(rules.crawl_delay, self._longest_delay)
            if "page_id" in request.meta:
                self._crawler.engine.scheduler.pace.raise_delay(request, delay)  # type: ignore[union-attr]
        if was_asked:
            return asked_later(request)
        if not rules.allows(request.url):
            self._crawler.stats.inc_value("robotstxt/forbidden")
            raise RobotsForbidden(request.url)
        return None
