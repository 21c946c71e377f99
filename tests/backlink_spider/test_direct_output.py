"""What a user's spider returns, through pipelines and middlewares, by our short cut and by Scrapy's own way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, DropItem
from twisted.internet.defer import Deferred, maybeDeferred

from backlink_spider.direct_output import DirectOutput
from backlinks.web_folder import HANG_UP, Answer
from tests.user_crawl import SCRAPYS_OWN, SEED, Component, Crawled, Event, Recorder, Web, crawl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from scrapy.http import Response
    from twisted.python.failure import Failure

    Output = Callable[[], Any]

SECOND, THIRD = "http://a.example/2", "http://a.example/3"
SCRAPYS_OUTPUT = {name: SCRAPYS_OWN[name] for name in ("EXTENSIONS", "ITEM_PROCESSOR")}


def spider_of(output: Output, errback: Callable[[Failure], Any] | None = None) -> type[Spider]:
    """A spider that returns this of SEED, and of each other page an item."""

    class ReturningSpider(Spider):
        name = "returning"

        async def start(self) -> AsyncIterator[Request]:
            yield Request(SEED, self.first, errback=errback)

        def first(self, response: Response) -> Any:
            return output()

        def parse(self, response: Response, **_: Any) -> dict[str, str]:
            return {"url": response.url}

    return ReturningSpider


def crawl_both_ways(spider: type[Spider], web: Callable[[], Web] = Web, **settings: Any) -> Crawled:
    """By our way; Scrapy's must find the same. It reads ahead of the pipelines, so the order may be another."""
    ours, scrapys = crawl(spider, web(), **settings), crawl(spider, web(), **{**settings, **SCRAPYS_OUTPUT})
    assert sorted(ours.events, key=repr) == sorted(scrapys.events, key=repr)
    assert ours.asked_for() == scrapys.asked_for()
    assert ours.counts() == scrapys.counts()
    assert ours.left == scrapys.left == []
    return ours


def items(crawled: Crawled) -> list[Any]:
    return [event[1] for event in crawled.of("item")]


def mixed() -> Iterator[Any]:
    yield {"item": 1}
    yield Request(SECOND)
    yield None
    yield {"item": 2}
    yield Request(THIRD)


async def mixed_later() -> AsyncIterator[Any]:
    for output in mixed():
        await asyncio.sleep(0)
        yield output


async def mixed_at_last() -> list[Any]:
    await asyncio.sleep(0)
    return list(mixed())


@pytest.mark.parametrize("output", [mixed, mixed_later, mixed_at_last, lambda: list(mixed()), lambda: tuple(mixed())])
def test_items_go_to_the_pipelines_and_requests_to_the_scheduler_in_their_order(output: Output) -> None:
    crawled = crawl_both_ways(spider_of(output))
    assert items(crawled) == [1, 2, SECOND, THIRD]
    assert crawled.asked_for() == [SEED, SECOND, THIRD]


@pytest.mark.parametrize(
    ("output", "found"),
    [
        (lambda: None, []),
        (list, []),
        (lambda: {"item": 1}, [1]),
        (lambda: [{"item": number} for number in range(250)], list(range(250))),
        (lambda: Request(SECOND), [SECOND]),
    ],
    ids=["none", "empty", "an item", "many", "a request"],
)
def test_what_is_no_list_or_a_long_one_is_taken_as_by_scrapy(output: Output, found: list[Any]) -> None:
    assert items(crawl_both_ways(spider_of(output))) == found


# Spiders that raise


def raising() -> Any:
    raise ValueError("a mistake")


def raising_after_two() -> Iterator[Any]:
    yield {"item": 1}
    yield Request(SECOND)
    raise ValueError("a mistake")


async def raising_after_two_later() -> AsyncIterator[Any]:
    for output in raising_after_two():
        await asyncio.sleep(0)
        yield output


class Stubborn:
    """An iterator that can be asked again after it raised, which no generator can."""

    def __init__(self) -> None:
        self.asked = 0

    def __iter__(self) -> Stubborn:
        return self

    def __next__(self) -> Any:
        self.asked += 1
        if self.asked > 9:
            raise StopIteration  # lest a wrong crawl goes on for ever
        if self.asked < 3:
            return {"item": 1} if self.asked == 1 else Request(SECOND)
        raise ValueError("a mistake")


class StubbornLater(Stubborn):
    def __aiter__(self) -> StubbornLater:
        return self

    async def __anext__(self) -> Any:
        try:
            return next(self)
        except StopIteration:
            raise StopAsyncIteration from None

    __iter__ = None  # type: ignore[assignment]


class Broken(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise ValueError("a mistake")


@pytest.mark.parametrize(
    ("output", "found"),
    [
        (raising, []),
        (Broken, []),
        (raising_after_two, [1, SECOND]),
        (raising_after_two_later, [1, SECOND]),
        (Stubborn, [1, SECOND]),
        (StubbornLater, [1, SECOND]),
    ],
)
def test_a_spiders_error_is_told_once_and_what_came_before_it_is_kept(output: Output, found: list[Any]) -> None:
    crawled = crawl_both_ways(spider_of(output))
    assert items(crawled) == found
    assert crawled.of("spider_error") == [("spider_error", "ValueError('a mistake')")]
    assert [event[2] for event in crawled.of("logged")] == ["ValueError('a mistake')"]
    assert crawled.stats["spider_exceptions/ValueError"] == 1
    assert crawled.of("closed", "loop") == [("closed", "finished")]


def closing() -> Iterator[Any]:
    yield {"item": 1}
    raise CloseSpider("enough")


def test_a_spider_may_close_itself() -> None:
    crawled = crawl_both_ways(spider_of(closing))
    assert items(crawled) == [1]
    assert crawled.of("closed", "spider_error", "logged") == [("closed", "enough")]


def unreachable() -> Web:
    return Web(answers={SEED: [Answer(HANG_UP)]})


@pytest.mark.parametrize(
    ("output", "found"), [(mixed, [1, 2, SECOND, THIRD]), (mixed_later, [1, 2, SECOND, THIRD]), (lambda: None, [])]
)
def test_an_errbacks_output_is_taken_as_a_callbacks(output: Output, found: list[Any]) -> None:
    crawled = crawl_both_ways(spider_of(list, errback=lambda _: output()), unreachable, RETRY_ENABLED=False)
    assert items(crawled) == found
    assert crawled.of("logged", "spider_error") == []


@pytest.mark.parametrize("output", [raising, raising_after_two])
def test_an_errback_that_raises_is_a_spiders_error(output: Output) -> None:
    crawled = crawl_both_ways(spider_of(list, errback=lambda _: output()), unreachable, RETRY_ENABLED=False)
    assert crawled.of("spider_error") == [("spider_error", "ValueError('a mistake')")]


def test_an_errback_that_raises_for_ever_is_asked_no_more() -> None:
    spider = spider_of(list, errback=lambda _: Stubborn())
    crawled = crawl(spider, unreachable(), RETRY_ENABLED=False)  # Scrapy's own way would ask again
    assert items(crawled) == [1, SECOND]
    assert crawled.of("spider_error") == [("spider_error", "ValueError('a mistake')")]


def test_a_failure_nobody_takes_is_logged_as_by_scrapy() -> None:
    crawled = crawl_both_ways(spider_of(list), unreachable, RETRY_ENABLED=False)
    assert [event[0] for event in crawled.events] == ["logged", "closed"]


# Pipelines


class Picky(Component):
    """Drops the first item, fails on the second, changes the third."""

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        if item["item"] == 1:
            raise DropItem("not this one")
        if item["item"] == 2:
            raise ValueError("a mistake")
        return {"item": item["item"] * 100}


class PickyLater(Picky):
    async def process_item(self, item: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().process_item(item)


class PickyWithSpider(Component):
    """As pipelines were written up to Scrapy 2.12."""

    def process_item(self, item: dict[str, Any], spider: Spider) -> dict[str, Any]:
        self.tell("spider", spider.name)
        return Picky.process_item(self, item)  # type: ignore[arg-type]


class PickyByDeferred(Picky):
    def process_item(self, item: dict[str, Any]) -> Deferred[dict[str, Any]]:  # type: ignore[override]
        return maybeDeferred(super().process_item, item)


@pytest.mark.filterwarnings("ignore::scrapy.exceptions.ScrapyDeprecationWarning")
@pytest.mark.parametrize("pipeline", [Picky, PickyLater, PickyWithSpider, PickyByDeferred])
def test_a_pipeline_drops_fails_and_changes(pipeline: type) -> None:
    spider = spider_of(lambda: [{"item": number} for number in (1, 2, 3, 4)])
    crawled = crawl_both_ways(spider, ITEM_PIPELINES={pipeline: 100, Recorder: 900})
    assert crawled.of("dropped", "item_error", "item", "scraped") == [
        ("dropped", "{'item': 1}", "not this one"),
        ("item_error", "{'item': 2}", "ValueError('a mistake')"),
        ("item", 300),
        ("scraped", "{'item': 300}"),
        ("item", 400),
        ("scraped", "{'item': 400}"),
    ]


class Slow(Component):
    """Tells how many items it has at a time."""

    has = 0

    async def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        self.has += 1
        await asyncio.sleep(0.01)
        self.tell("has", self.has)
        self.has -= 1
        return item


def test_one_item_of_a_response_is_processed_at_a_time_and_the_crawl_waits_for_the_last() -> None:
    spider = spider_of(lambda: [{"item": number} for number in range(4)])
    crawled = crawl_both_ways(spider, ITEM_PIPELINES={Slow: 100, Recorder: 900})
    assert crawled.of("has") == [("has", 1)] * 4
    assert crawled.events[-1] == ("closed", "finished")
    assert items(crawled) == [0, 1, 2, 3]


def test_several_items_of_a_response_at_a_time_are_left_to_scrapy() -> None:
    one, several = (
        crawl(
            spider_of(mixed), ITEM_PIPELINES={Slow: 100, Recorder: 900, TellingExtensions: 901}, CONCURRENT_ITEMS=number
        )
        for number in (1, 5)
    )
    assert [event[1] for event in one.of("direct")] == [True]
    assert [event[1] for event in several.of("direct")] == [False]
    assert sorted(items(one), key=str) == sorted(items(several), key=str)
    assert ("has", 2) in several.of("has")
    assert one.counts() == several.counts()


class TellingExtensions(Component):
    def open_spider(self) -> None:
        self.tell("direct", any(isinstance(one, DirectOutput) for one in self.crawler.extensions.middlewares))


# A user's spider middlewares


class Seeing(Component):
    def process_spider_input(self, response: Response) -> None:
        self.tell("input", response.url)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for output in result:
            self.tell("output", response.url, str(output))
            yield output

    def process_spider_exception(self, response: Response, exception: Exception) -> None:
        self.tell("exception", repr(exception))

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for output in start:
            self.tell("start", output.url)
            yield output


@pytest.mark.parametrize("output", [mixed, mixed_later, lambda: list(mixed())])
def test_a_spider_middleware_sees_responses_and_output(output: Output) -> None:
    crawled = crawl_both_ways(spider_of(output), SPIDER_MIDDLEWARES={Seeing: 500})
    texts = ("{'item': 1}", f"<GET {SECOND}>", "None", "{'item': 2}", f"<GET {THIRD}>")
    seen: dict[str, list[Event]] = {
        SEED: [("start", SEED), ("input", SEED), *(("output", SEED, text) for text in texts)],
        SECOND: [("input", SECOND), ("output", SECOND, str({"url": SECOND}))],
        THIRD: [("input", THIRD), ("output", THIRD, str({"url": THIRD}))],
    }
    told = crawled.of("start", "input", "output")
    assert {url: [event for event in told if event[1] == url] for url in seen} == seen
    assert len(told) == sum(map(len, seen.values()))
    assert items(crawled) == [1, 2, SECOND, THIRD]


@pytest.mark.parametrize("output", [raising, raising_after_two, raising_after_two_later, Stubborn])
def test_a_spider_middleware_sees_a_spiders_error(output: Output) -> None:
    crawled = crawl_both_ways(spider_of(output), SPIDER_MIDDLEWARES={Seeing: 500})
    assert crawled.of("exception") == [("exception", "ValueError('a mistake')")]
    assert crawled.of("spider_error") == [("spider_error", "ValueError('a mistake')")]


class Changing(Component):
    """Refuses one response, changes what comes of another, and makes up for an error."""

    def process_spider_input(self, response: Response) -> None:
        if response.url == SECOND:
            raise ValueError("refused")

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for output in result:
            if output != {"item": 2}:
                yield output
        yield {"item": f"after {response.url}"}

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        return [{"item": f"instead of {exception}"}] if str(exception) == "a mistake" else None


@pytest.mark.parametrize("output", [mixed, mixed_later])
def test_a_spider_middleware_refuses_responses_and_changes_output(output: Output) -> None:
    crawled = crawl_both_ways(spider_of(output), SPIDER_MIDDLEWARES={Changing: 500})
    assert items(crawled) == [1, f"after {SEED}", THIRD, f"after {THIRD}"]
    assert [event[2] for event in crawled.of("logged")] == ["ValueError('refused')"]


@pytest.mark.parametrize("output", [raising, raising_after_two])
def test_a_spider_middleware_makes_up_for_an_error(output: Output) -> None:
    crawled = crawl_both_ways(spider_of(output), SPIDER_MIDDLEWARES={Changing: 500})
    assert "instead of a mistake" in items(crawled)
    assert "ValueError('a mistake')" not in str(crawled.events)


@pytest.mark.parametrize("order", [100, 900])
def test_the_projects_own_spider_is_seen_by_a_spider_middleware(order: int) -> None:
    settings = {"SPIDER_MIDDLEWARES": {Seeing: order}}
    web = Web(links={SEED: [SECOND]})
    ours, scrapys = (crawl(web=web, **settings, **way) for way in ({}, SCRAPYS_OWN))
    assert ours.of("input") == scrapys.of("input") == [("input", SEED), ("input", SECOND)]
    assert [event[1] for event in ours.of("output")] == [SEED, SECOND]
    assert ours.of("page", "scraped") == scrapys.of("page", "scraped")
    assert len(ours.of("page")) == 2
