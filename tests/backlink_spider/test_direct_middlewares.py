"""A user's downloader middlewares among ours: each crawl is done a second time by Scrapy's own chain."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import IgnoreRequest, ScrapyDeprecationWarning
from scrapy.http import HtmlResponse, Response
from twisted.internet.defer import succeed

from backlinks.web_folder import HANG_UP, Answer
from tests.user_crawl import SEED, Component, Crawled, Web, crawl_as_scrapy_does

if TYPE_CHECKING:
    from scrapy import Request, Spider

OTHER = "http://a.example/other"
HTML = (("Content-Type", "text/html"),)
PAGE = ("page", SEED, "page", 200)
BY_A_PROGRAM = ("page", SEED, "failed", "program")
LOST = ("page", SEED, "failed", "protocol")


class Watching(Component):
    def process_request(self, request: Request) -> None:
        self.tell("request", request.url)

    def process_response(self, request: Request, response: Response) -> Response:
        self.tell("response", response.url, response.status)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        self.tell("exception", type(exception).__name__)


class WatchingLater(Component):
    async def process_request(self, request: Request) -> None:
        await asyncio.sleep(0)
        self.tell("request", request.url)

    async def process_response(self, request: Request, response: Response) -> Response:
        await asyncio.sleep(0)
        self.tell("response", response.url, response.status)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        await asyncio.sleep(0)
        self.tell("exception", type(exception).__name__)


def test_what_only_watches_sees_each_request_and_its_response() -> None:
    for middleware in (Watching, WatchingLater):
        crawled = crawl_with(middleware, links={SEED: [OTHER]})
        assert crawled.of("request", "response", "page") == [
            ("request", SEED),
            ("response", SEED, 200),
            PAGE,
            ("request", OTHER),
            ("response", OTHER, 200),
            ("page", OTHER, "page", 200),
        ]


def test_what_only_watches_sees_each_failure_that_is_not_sent_again() -> None:
    for middleware in (Watching, WatchingLater):
        crawled = crawl_with(middleware, at=540, answers={SEED: [Answer(HANG_UP)]})
        assert crawled.of("exception", "page") == [("exception", "NoReplyError"), LOST]
        assert crawled.asked_for() == [SEED] * 3


# Each answers one of the methods in its own way: at once, as a coroutine, as a future.


def at_once(answer: Any) -> Any:
    return answer()


async def as_coroutine(answer: Any) -> Any:
    await asyncio.sleep(0)
    return answer()


def as_future(answer: Any) -> Any:
    future = asyncio.get_running_loop().create_future()
    try:
        future.set_result(answer())
    except Exception as error:
        future.set_exception(error)
    return future


@pytest.fixture(params=[at_once, as_coroutine, as_future])
def way(request: pytest.FixtureRequest) -> Any:
    return request.param


def answering(method: str, way: Any, answer: Any, *, once: bool = False) -> type[Component]:
    """A middleware one method of which answers by this function of the request; `once`, then changes nothing."""

    class Answering(Component):
        answered = 0

    def process(self: Answering, request: Request, response: Response | None = None, exception: Any = None) -> Any:
        self.answered += 1
        if once and self.answered > 1:
            return response
        return way(lambda: answer(request))

    process.__qualname__ = f"Answering.{method}"
    if method == "process_request":
        Answering.process_request = lambda self, request: process(self, request)
    elif method == "process_response":
        Answering.process_response = lambda self, request, response: process(self, request, response)
    else:
        Answering.process_exception = lambda self, request, exception: process(self, request, None, exception)
    getattr(Answering, method).__qualname__ = f"Answering.{method}"
    return Answering


def crawl_with(*middlewares: type, at: int = 500, **web: Any) -> Crawled:
    """A crawl with these middlewares, one after the other from an order number on."""

    def fresh() -> Web:
        return Web(**{name: {url: [*values] for url, values in by_url.items()} for name, by_url in web.items()})

    orders = {middleware: at + number for number, middleware in enumerate(middlewares)}
    return crawl_as_scrapy_does(web=fresh, DOWNLOADER_MIDDLEWARES=orders)


def made_up(request: Request) -> Response:
    return HtmlResponse(request.url, body=f"<a href='{OTHER}'>".encode() if request.url == SEED else b"")


def elsewhere(request: Request) -> Request:
    return request.replace(url=OTHER)


def nonsense(_: Request) -> str:
    return "nonsense"


def ignored(_: Request) -> None:
    raise IgnoreRequest("not this one")


def mistaken(_: Request) -> None:
    raise ValueError("a mistake")


def test_a_response_of_a_middleware_is_the_page_and_nothing_is_downloaded(way: Any) -> None:
    crawled = crawl_with(answering("process_request", way, made_up), Watching)
    assert crawled.asked_for() == []
    assert crawled.of("page") == [PAGE, ("page", OTHER, "page", 200)]
    assert crawled.of("request", "response") == [("response", SEED, 200), ("response", OTHER, 200)]


def test_a_request_of_a_middleware_is_asked_for_instead(way: Any) -> None:
    crawled = crawl_with(answering("process_request", way, elsewhere, once=True), Watching)
    assert crawled.asked_for() == [OTHER]
    assert crawled.of("page") == [("page", OTHER, "page", 200)]


def test_a_request_in_place_of_a_response_is_asked_for_after_it(way: Any) -> None:
    crawled = crawl_with(answering("process_response", way, elsewhere, once=True), Watching)
    assert crawled.asked_for() == [SEED, OTHER]
    assert crawled.of("page", "response") == [
        ("response", SEED, 200),
        ("response", OTHER, 200),
        ("page", OTHER, "page", 200),
    ]


def test_a_response_in_place_of_a_response_goes_on_through_the_chain(way: Any) -> None:
    replaced = answering("process_response", way, lambda request: Response(request.url, status=404))
    crawled = crawl_with(Watching, replaced)
    assert crawled.of("response", "page") == [("response", SEED, 404), ("page", SEED, "error", 404)]


@pytest.mark.parametrize("method", ["process_request", "process_response"])
def test_what_is_ignored_is_the_outcome_of_its_page(way: Any, method: str) -> None:
    crawled = crawl_with(answering(method, way, ignored))
    assert crawled.of("failed") == [("failed", "IgnoreRequest", "not this one")]
    assert [page[:3] for page in crawled.of("page")] == [("page", SEED, "refused")]
    assert crawled.asked_for() == [SEED] * (method == "process_response")


@pytest.mark.parametrize("method", ["process_request", "process_response"])
def test_a_mistake_of_a_middleware_is_the_outcome_of_its_page(way: Any, method: str) -> None:
    crawled = crawl_with(Watching, answering(method, way, mistaken))
    assert crawled.of("failed", "page") == [("failed", "ValueError", "a mistake"), BY_A_PROGRAM]
    assert crawled.of("exception") == [("exception", "ValueError")] * (method == "process_request")


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("process_request", "must return None, Response or Request, got str"),
        ("process_response", "must return Response or Request, got <class 'str'>"),
    ],
)
def test_nonsense_is_refused_in_scrapys_words(way: Any, method: str, words: str) -> None:
    crawled = crawl_with(answering(method, way, nonsense))
    assert crawled.of("failed", "page") == [
        ("failed", "_InvalidOutput", f"Middleware Answering.{method} {words}"),
        BY_A_PROGRAM,
    ]


@pytest.mark.parametrize("nothing", [False, 0, "", []])
def test_what_is_false_but_not_none_is_nonsense_too(nothing: object) -> None:
    crawled = crawl_with(answering("process_request", at_once, lambda _: nothing))
    assert crawled.of("failed")[0][1] == "_InvalidOutput"


def test_no_response_is_nonsense(way: Any) -> None:
    crawled = crawl_with(answering("process_response", way, lambda _: None))
    assert crawled.of("failed")[0][2].endswith("must return Response or Request, got <class 'NoneType'>")


# A failed download; beyond 550, so ours has not yet sent it again


@pytest.mark.parametrize(
    ("answer", "outcome", "asked_for"),
    [
        (made_up, PAGE, [SEED]),
        (elsewhere, ("page", OTHER, "page", 200), [SEED, OTHER]),
        (ignored, ("page", SEED, "refused", "middleware"), [SEED]),
        (mistaken, BY_A_PROGRAM, [SEED]),
        (nonsense, BY_A_PROGRAM, [SEED]),
        (lambda _: None, LOST, [SEED] * 3),
    ],
    ids=["response", "request", "ignored", "mistake", "nonsense", "none"],
)
def test_a_middleware_answers_for_a_failed_download(way: Any, answer: Any, outcome: Any, asked_for: list[str]) -> None:
    web = {"answers": {SEED: [Answer(HANG_UP)]}, "links": {}}
    crawled = crawl_with(answering("process_exception", way, answer), at=560, **web)
    assert crawled.of("page")[0] == outcome
    assert crawled.asked_for()[: len(asked_for)] == asked_for


# Places in the chain


class Placed(Component):
    def process_request(self, request: Request) -> None:
        self.tell(type(self).__name__, "asks", b"User-Agent" in request.headers)

    def process_response(self, request: Request, response: Response) -> Response:
        self.tell(type(self).__name__, response.status, response.body[:2], "hop" in request.meta)
        return response


class Outer(Placed):
    pass


class Inner(Placed):
    pass


def placed(*answers: Answer) -> list[tuple[Any, ...]]:
    crawled = crawl_as_scrapy_does(
        web=lambda: Web(answers={SEED: list(answers)}), DOWNLOADER_MIDDLEWARES={Inner: 900, Outer: 50}
    )
    return crawled.of("Outer", "Inner")


def test_order_numbers_place_a_middleware_before_or_behind_ours() -> None:
    assert placed(Answer(200, HTML, b"plain")) == [
        ("Outer", "asks", False),
        ("Inner", "asks", True),
        ("Inner", 200, b"pl", False),
        ("Outer", 200, b"pl", False),
    ]


def test_a_middleware_in_front_of_ours_sees_the_hop_of_a_redirect() -> None:
    told = placed(Answer(301, (("Location", SEED),)))
    assert told[2:4] == [("Inner", 301, b"", False), ("Outer", 301, b"", True)]


def test_a_middleware_in_front_of_ours_sees_the_last_of_the_answers_that_are_asked_for_again() -> None:
    told = placed(Answer(503, HTML), Answer(200, HTML, b"fine"))
    assert [event[:2] for event in told if event[1] != "asks"] == [("Inner", 503), ("Inner", 200), ("Outer", 200)]


# Ways that Scrapy wants to be rid of


class WithSpider(Component):
    def process_request(self, request: Request, spider: Spider) -> None:
        self.tell("request", spider.name)

    def process_response(self, request: Request, response: Response, spider: Spider) -> Response:
        self.tell("response", spider.name)
        return response

    def process_exception(self, request: Request, exception: Exception, spider: Spider) -> None:
        self.tell("exception", spider.name)


def test_a_method_that_still_takes_the_spider_is_given_it() -> None:
    answers = {SEED: [Answer(503, HTML), Answer(200, HTML)], "http://a.example/lost": [Answer(HANG_UP)]}
    with pytest.warns(ScrapyDeprecationWarning, match="requires a spider argument"):
        crawled = crawl_with(WithSpider, at=900, answers=answers)
    assert crawled.of("request", "response") == [("request", "telling"), ("response", "telling")] * 2
    assert crawled.of("page") == [PAGE]
    with pytest.warns(ScrapyDeprecationWarning, match="requires a spider argument"):
        crawled = crawl_with(WithSpider, answers={SEED: [Answer(HANG_UP)]})
    assert crawled.of("exception", "page") == [("exception", "telling"), LOST]


@pytest.mark.parametrize("method", ["process_request", "process_response"])
def test_a_deferred_is_waited_for_and_warned_of(method: str) -> None:
    middleware = answering(method, lambda answer: succeed(answer()), made_up)
    with pytest.warns(ScrapyDeprecationWarning, match="returned a Deferred"):
        crawled = crawl_with(middleware)
    assert crawled.of("page") == [PAGE, ("page", OTHER, "page", 200)]


class EmptyHandler(BaseDownloadHandler):
    async def download_request(self, request: Request) -> None:  # type: ignore[override]
        return None

    async def close(self) -> None:
        pass


def test_a_download_handler_that_returns_nothing_is_told_so() -> None:
    crawled = crawl_as_scrapy_does(DOWNLOAD_HANDLERS={"http": EmptyHandler})
    assert crawled.of("failed", "page") == [("failed", "TypeError", "Received None in process_response"), BY_A_PROGRAM]


def test_robots_txt_passes_the_users_middlewares_as_well() -> None:
    robots = f"{SEED}robots.txt"
    crawled = crawl_as_scrapy_does(
        web=lambda: Web(links={SEED: [OTHER]}, answers={robots: [Answer(200, (), b"User-agent: *\nDisallow: /other")]}),
        ROBOTSTXT_OBEY=True,
        DOWNLOADER_MIDDLEWARES={Watching: 500},
    )
    assert crawled.of("request", "response", "page") == [
        ("request", robots),
        ("response", robots, 200),
        ("request", SEED),
        ("response", SEED, 200),
        PAGE,
        ("page", OTHER, "refused", "robots"),
    ]
