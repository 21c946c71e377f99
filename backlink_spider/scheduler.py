"""Scrapy's side of the frontier: due pages become requests, and what became of a request goes back to the frontier.

For the spider and its middlewares there are `unseen` and `follow`, to be called before the Page is yielded (a crash
between the two would lose its links), `add_seed`, `pace` and `defer`. The spider's `failed`, if any, is told of all
requests that came to nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.exceptions import CloseSpider
from scrapy.utils.asyncio import create_looping_call

from backlink_spider.alarm import Alarm
from backlink_spider.errors import HostNotLent, LeaseLost
from backlink_spider.frontier import Frontier
from backlink_spider.frontier_file import FrontierError
from backlink_spider.frontier_stats import report, report_refused
from backlink_spider.host_pace import HostPace
from backlink_spider.items import pages_counted, pages_stored
from backlink_spider.page_request import NOT_ASKED, page_request
from backlink_spider.retry_backoff import Backoff
from backlink_spider.trap_gate import TrapGate
from link_index.urls import resolve, target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from backlink_spider.frontier_contract import AnyFrontier, PageLease
    from backlink_spider.items import Hop
    from link_index.urls import Target

_R = TypeVar("_R")
logger = logging.getLogger(__name__)

FLUSH_INTERVAL = 1.0  # seconds of work that a killed process loses at most, should no page become durable meanwhile
ENDS = frozenset({"finished", "limit_pages"})  # reasons after which the same crawl begins anew instead of going on
BORROW_SECONDS = 10.0  # to wait for the turn of a host that has to be asked for something that is no page
COUNTED = "counted"  # key of a note: counts of the pages that are durable
SEED = "seed "  # key of a note, in front of a URL that became a seed


class FrontierScheduler(BaseScheduler):
    """Hands out requests of hosts that are due and no others, so none has to wait in the downloader."""

    frontier: AnyFrontier  # from `open` on
    traps: TrapGate  # likewise
    gate: Callable[[str], bool] | None = None  # whether a host may be asked now; None: who got a request may send it

    def __init__(self, crawler: Crawler, *, backoff: Backoff, delay: float, **frontier: Any) -> None:
        self._crawler = crawler
        self._backoff, self._delay = backoff, delay
        self._frontier_values = frontier
        self._busy: dict[Request, PageLease] = {}
        self._retries: dict[int, Request] = {}  # page id -> the request to send again
        self._granted: tuple[Request, PageLease] | None = None  # the engine was woken up to collect it
        self._starved = False  # the engine asked in vain
        self._alarm = Alarm(self._wake)
        self._working = False
        self._spiders_errback: Callable[[Failure], Any] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._flusher = create_looping_call(self._flush)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        return cls(
            crawler,
            backoff=Backoff.from_settings(settings),
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            path=Path(settings["BACKLINKS_FRONTIER_FILE"]),
            max_pages=settings.getint("BACKLINKS_MAX_PAGES"),
            max_pages_per_domain=settings.getint("BACKLINKS_MAX_PAGES_PER_DOMAIN"),
            max_pages_per_host=settings.getint("BACKLINKS_MAX_PAGES_PER_HOST"),
        )

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Go on with the crawl of the file, or start over if that came to its end. Raises FrontierError."""
        self.frontier = self._file = Frontier(delay=self._delay, **self._frontier_values)
        end = self._file.note("finished")
        if end == "finished" or (end == "limit_pages" and self._file.spent):
            self._file.start_over()
        self._counted = Counter(json.loads(self._file.note(COUNTED) or "{}"))
        self._crawler.stats.set_value(pages_counted, self._counted)
        for key in self._file.notes(SEED):
            spider.scope.add_seed(target(key.removeprefix(SEED)))  # type: ignore[attr-defined]
        self._opened(spider)
        return None

    _file: Frontier
    pace: HostPace
    _counted: Counter[str] | None = None  # by the sink's names, of the pages that left the file in all runs

    def _opened(self, spider: Spider) -> None:
        """Begin to hand out what `frontier` has."""
        self._working = True
        assert self._crawler.stats is not None
        self._stats = self._crawler.stats
        count = self._stats.inc_value
        self.pace = HostPace(self.frontier, self._backoff, self._delay, attempt=self._try, count=count)
        self.traps = TrapGate.from_settings(self._crawler.settings, self.frontier, attempt=self._try, count=count)
        self._spiders_errback = getattr(spider, "failed", None)
        if self.frontier.fetched:
            self._count("resumed", self.frontier.fetched)
        connect = self._crawler.signals.connect
        connect(self._pages_stored, pages_stored)
        connect(self._spider_error, signals.spider_error)
        connect(self._item_error, signals.item_error)
        connect(self._item_dropped, signals.item_dropped)
        connect(self._spider_idle, signals.spider_idle)
        if self.frontier.was_killed:
            # A page may have killed the process: this time pages are noted before they are parsed, at a commit each.
            connect(self._suspect, signals.request_left_downloader)
            connect(self._survived, signals.item_scraped)
        self._flusher.start(FLUSH_INTERVAL, now=False)

    def close(self, reason: str) -> Deferred[None] | None:
        """Close the file. Pages in flight stay queued in it."""
        self._stop()
        report(self.frontier, self._stats)
        self._try(report_refused, self.frontier, self._stats)
        self.traps.save()
        if reason in ENDS and not self.frontier.leased:  # what could not be stored is left for the same command
            self._try(self._file.set_note, "finished", reason)
        self._try(self.frontier.close)
        self._working = False
        return None

    def _stop(self) -> None:
        """Hand out nothing more."""
        self._flusher.stop()
        self._alarm.cancel()

    def has_pending_requests(self) -> bool:
        """Whether a request is left that the budgets allow, now or after a delay; those in flight are none."""
        return self._granted is not None or bool(self._try(self.frontier.pending))

    def enqueue_request(self, request: Request) -> bool:
        """Queue a seed, or the copy of a request of ours that a downloader middleware wants to send again."""
        if self._granted is not None and request is self._granted[0]:
            return True
        if "page_id" in request.meta:
            return self._send_again(request)
        url = resolve(request.url, request.url)
        return url is not None and bool(
            self.follow([target(url)], request.meta.get("depth", 0), request.meta.get("hops", ()))
        )

    def next_request(self) -> Request | None:
        """A request whose host is due. Without one the engine is woken up when there is."""
        granted, self._granted = self._granted or self._pop(), None
        self._starved = granted is None
        if granted is None:
            self._wake_when_due()
            return None
        request, self._busy[request] = granted
        return request

    def queued(self) -> int:
        """Pages that wait to be fetched."""
        queued: int = self.frontier.queued - self.frontier.leased
        return queued

    def add_seed(self, seed: Target) -> None:
        """Count what a seed redirects to as a seed, in this run and those that resume it."""
        self._try(self._file.set_note, f"{SEED}{seed.url}", "")
        self._crawler.spider.scope.add_seed(seed)  # type: ignore[union-attr]

    def defer(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long from now on."""
        self._try(self.frontier.defer, host, seconds)

    async def room(self) -> None:
        """Wait until more seeds may be queued."""

    def seeded(self) -> None:
        """All seeds are queued."""

    async def borrow(self, host: str) -> None:
        """Wait until a host may be asked for something that is no page of ours. Raises HostNotLent after a while."""
        deadline = time.monotonic() + BORROW_SECONDS
        while wait := self._try(self._file.borrow, host):
            if time.monotonic() + wait > deadline:
                raise HostNotLent(host)
            await asyncio.sleep(wait)

    def give_back(self, host: str) -> None:
        """That host is not asked any more: it rests as after a page."""
        self._try(self._file.give_back, host)

    def unseen(self, targets: Collection[Target]) -> list[Target]:
        """The targets that were not found lately: far cheaper than `follow`, which knows all that were ever found."""
        fresh = self.frontier.unseen(targets)
        self._count("duplicates", len(targets) - len(fresh))
        return fresh

    def follow(self, targets: Collection[Target], depth: int, hops: tuple[Hop, ...] = ()) -> int:
        """Queue the targets that were never found before; how many those are. `hops` are redirects that led to them."""
        pushed = self._try(self.frontier.push, targets, depth, hops) or 0
        self._count("pushed", pushed)
        self._count("duplicates", len(targets) - pushed)
        if pushed and self._starved:
            self._alarm.set(time.monotonic())
        return pushed

    def _pop(self) -> tuple[Request, PageLease] | None:
        self._end_requests()
        popped = self.traps.pop(self._retries)
        if popped is None:
            if self.traps.has_more:
                self._alarm.set(time.monotonic())
            return None
        lease, trap = popped
        self._count("popped", 1)
        return self._retries.pop(lease.page_id, None) or page_request(lease, self._failed, trap), lease

    def _end_requests(self) -> None:
        # The engine itself asks `downloader.active` whether a request is over. Unlike request_left_downloader it also
        # tells of those that a downloader middleware refused, and costs no signal.
        active = self._crawler.engine.downloader.active
        for request in [request for request in self._busy if request not in active]:
            self._try(self.frontier.ended, self._busy.pop(request))

    def _send_again(self, request: Request) -> bool:
        lease = self.frontier.lease(request.meta["page_id"])
        if lease is None or not self._working:
            return False
        wait = request.meta.pop(NOT_ASKED, None)
        if wait is None:
            self._count("retried", 1)
            wait = self._backoff.of_retry(request.meta, time.time())
        self._try(self.frontier.survived, lease.page_id)  # it left the downloader, and comes again as a request
        self._retries[lease.page_id] = request
        self._try(self.frontier.put_back, lease, wait)
        return True

    def _wake_when_due(self) -> None:
        due = self._try(self.frontier.next_due)
        if due is not None:
            self._alarm.set(due)

    def _wake(self) -> None:
        if self._granted is not None or not self._working or self._crawler.engine.needs_backout():
            return  # the engine asks by itself as soon as it has room
        self._granted = self._pop()
        if self._granted is None:
            self._wake_when_due()
        else:
            # The one public call that makes the engine ask for a request; ours comes back by `enqueue_request`.
            self._crawler.engine.crawl(self._granted[0])

    def _failed(self, failure: Failure) -> Any:
        """Errback of all requests: what was not asked, since its lease was lost, is no outcome of a page."""
        if not failure.check(LeaseLost):  # type: ignore[no-untyped-call]
            if self._spiders_errback is None:
                failure.raiseException()
            return self._spiders_errback(failure)
        lease = self.frontier.lease(failure.request.meta["page_id"])  # type: ignore[attr-defined]
        if lease is not None:
            self._try(self.frontier.survived, lease.page_id)
            self._try(self.frontier.put_back, lease)
        return None

    def _pages_stored(self, page_ids: list[int], counts: Mapping[str, int] | None = None) -> None:
        for page_id in page_ids:
            self._retries.pop(page_id, None)
        if counts and self._counted is not None:
            self._counted.update(counts)
            self._try(self._file.set_note, COUNTED, json.dumps(self._counted))  # in one commit with their pages
        self._try(self.frontier.done, page_ids)

    def _spider_error(self, response: Response | Failure | None) -> None:
        request = getattr(response, "request", None)
        if request is not None and "page_id" in request.meta:
            self._try(self.frontier.failed, request.meta["page_id"])

    def _item_error(self, item: object) -> None:
        self._try(self.frontier.failed, getattr(item, "page_id", 0))

    def _item_dropped(self, item: object) -> None:
        self._try(self.frontier.done, [getattr(item, "page_id", 0)])

    def _spider_idle(self) -> None:
        if self._working and self.frontier.spent and self.queued():
            raise CloseSpider("limit_pages")

    def _suspect(self, request: Request) -> None:
        if "page_id" in request.meta:
            self._try(self.frontier.suspect, request.meta["page_id"])

    def _survived(self, item: object) -> None:
        self._try(self.frontier.survived, getattr(item, "page_id", 0))

    def _flush(self) -> None:
        self._try(self.frontier.flush)
        report(self.frontier, self._stats)

    def _count(self, name: str, number: int) -> None:
        if number:
            self._stats.inc_value(f"frontier/{name}", number)

    def _try(self, call: Callable[..., _R], *args: Any) -> _R | None:
        """What the frontier answers; None once it failed, which closes the spider and leaves the file as it was."""
        if not self._working:
            return None
        try:
            return call(*args)
        except FrontierError as error:
            self._fail(error)
            return None

    def _fail(self, error: FrontierError) -> None:
        self._working = False
        self.frontier.abandon()
        logger.error("%s", error)
        if self._flusher.running:  # else it is being closed already
            self._close_spider(error.reason)

    def _close_spider(self, reason: str) -> None:
        self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))
