"""Which shapes of URLs become traps by what their pages say, and which never do however many pages they have."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from backlink_spider.frontier_traps import WorkerTraps
from backlink_spider.trap_memory import MOST_SHAPES, MOST_WAITING, NEW_AT_ONCE, UNREAD, HostMemory, Shape
from backlink_spider.trap_rules import TrapRules
from backlink_spider.trap_watch import IN_MEMORY, TrapBudgets, TrapWatch
from link_index.urls import target
from tests.crawled import link, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WORDS = "river stone cloud garden window paper bridge summer winter engine letter market island silver".split()  # noqa: SIM905
BUDGET = TrapBudgets(pages=100, hosts=30, told=10)
Told = tuple[str, str, list[str]]  # URL, body, links


class Watched:
    """A watch, and what it counted."""

    def __init__(self, store: WorkerTraps | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.store = store or WorkerTraps()
        self.depths: dict[str, int] = {}
        self.watch = TrapWatch(TrapRules(latest_year=2031), BUDGET, self.store, self._count)

    def _count(self, name: str) -> None:
        self.counts[name] += 1

    def rule(self, url: str) -> str | None:
        return self.watch.rule(target(url), redirected=False)

    def fetch(self, pages: Iterable[Told]) -> int:
        """Read those pages that are not refused; how many those are."""
        fetched = 0
        for url, body, links in pages:
            if self.rule(url) is None:
                fetched += 1
                depth = self.depths.get(url, 0)
                for found in links:
                    self.depths.setdefault(found, depth + 1)
                self.watch.read(page(url, *map(link, links), page_id=fetched, depth=depth), body.encode())
        return fetched


def text(random: Random, words: int = 40) -> str:
    return " ".join(random.choice(WORDS) + random.choice(WORDS) for _ in range(words))


def chain(
    site: str, pages: int, body: str = "<h1>Month {n}</h1><p>There are no events in this month.</p>"
) -> Iterator[Told]:
    """Pages that say the same and lead on to the next."""
    for n in range(pages):
        yield f"{site}{n}", body.format(n=n), [f"{site}{n + 1}"]


def forum(threads: int) -> Iterator[Told]:
    """Threads of a forum, each with a post of its own and the next three threads."""
    random = Random(1)
    for n in range(threads):
        links = [f"http://forum.example/thread/{n + step}" for step in (1, 2, 3)]
        yield f"http://forum.example/thread/{n}", f"<h1>Thread {n}</h1><p>{text(random)}</p>", links


def long_thread(pages: int) -> Iterator[Told]:
    """One discussion under one title, page after page."""
    random = Random(2)
    for n in range(pages):
        links = [f"http://forum.example/t.php?t=7&page={n + 1}"]
        yield f"http://forum.example/t.php?t=7&page={n}", f"<title>What is this?</title><p>{text(random, 25)}", links


def lists_of_numbers(pages: int) -> Iterator[Told]:
    """Lists whose entries are numbers alone, which lead to pages of another kind."""
    for n in range(pages):
        links = [f"http://shop.example/item/{n}-{k}" for k in range(20)]
        yield (
            f"http://shop.example/list?page={n}",
            "<title>All</title>",
            [*links, f"http://shop.example/list?page={n + 1}"],
        )


def terse_shop(pages: int) -> Iterator[Told]:
    """A shop that says no more of a product than its name and price, and lists them page by page."""
    for n in range(pages // 5):
        items = [f"http://shop.example/item/{n}-{k}" for k in range(4)]
        yield f"http://shop.example/list?page={n}", "All", [*items, f"http://shop.example/list?page={n + 1}"]
        for item in items:
            yield item, f"<h1>{text(Random(item), 2)}</h1>12.99", ["http://shop.example/list?page=0"]


def empty_profiles(pages: int) -> Iterator[Told]:
    """Members who never wrote anything: many pages that say the same, and lead nowhere."""
    for n in range(pages):
        yield f"http://forum.example/user/{n}", f"<h1>Member {n}</h1>Nothing yet.", ["http://forum.example/"]


def newspaper(articles: int) -> Iterator[Told]:
    """Months that list articles by their numbers; all months come first, since the front page links to them."""
    months = [f"http://news.example/{1990 + n // 12}/{n % 12 + 1}/" for n in range(articles // 9 + 1)]
    yield "http://news.example/", "Archive", months
    for month in months:
        yield month, f"<h1>{month}</h1>", [f"{month}{n}/{n}" for n in range(9)]
    for month in months:
        for n in range(9):
            yield f"{month}{n}/{n}", f"<p>{text(Random(month + str(n)))}", [month]


def categories(pages: int) -> Iterator[Told]:
    """A shop whose categories and products have URLs of one shape; all categories come first."""
    names = [f"http://shop.example/shop/{text(Random(n), 1).lower()}{n}" for n in range(150)]
    yield "http://shop.example/", "Shop", names
    for name in names:
        yield name, "<h1>Shop</h1>", [f"{name}/p-{n}" for n in range(pages // 150)]
    for name in names:
        for n in range(pages // 150):
            yield f"{name}/p-{n}", f"<p>{text(Random(name + str(n)))}", [name]


def link_directory(pages: int) -> Iterator[Told]:
    """Pages without a word, of links to others."""
    for n in range(pages):
        yield f"http://dir.example/d/{n}", "<ul>", [f"http://site-{n}.test/", f"http://dir.example/d/{n + 1}"]


def photo_pages_that_end(pages: int) -> Iterator[Told]:
    """Back and forth, without a word, but over pages that were linked to before."""
    for n in range(pages):
        links = [f"http://photo.example/p/{k}" for k in range(30)]
        yield f"http://photo.example/p/{n}", "<img src=x.jpg>", links


def weblogs(count: int) -> Iterator[Told]:
    random = Random(3)
    for n in range(count):
        yield f"http://user{n}.blogs.example/", f"<p>{text(random)}", [f"http://user{n + 1}.blogs.example/"]


@pytest.mark.parametrize(
    "pages",
    [
        forum,
        long_thread,
        lists_of_numbers,
        terse_shop,
        empty_profiles,
        newspaper,
        categories,
        link_directory,
        photo_pages_that_end,
        weblogs,
    ],
    ids=lambda pages: pages.__name__,
)
def test_an_ordinary_site_of_any_size_is_fetched_whole(pages: Callable[[int], Iterator[Told]]) -> None:
    watched = Watched()
    assert watched.fetch(pages(1500)) == len(list(pages(1500))) >= 1500
    assert not watched.counts


def test_pages_that_only_lead_on_are_a_trap_when_their_budget_is_spent() -> None:
    watched = Watched()
    assert 100 <= watched.fetch(chain("http://a.example/calendar/", 2000)) <= 110
    assert watched.rule("http://a.example/calendar/123456") == "calendar"
    assert watched.rule("http://a.example/about/us") is None
    assert watched.rule("http://b.example/calendar/1") is None
    assert watched.counts["traps/found"] == 1


def test_a_shape_that_said_something_for_long_becomes_a_trap_within_three_hundred_pages() -> None:
    watched = Watched()
    watched.fetch(forum(5000))
    body = "<h1>Thread {n}</h1><p>This thread was removed.</p>"
    assert watched.fetch(chain("http://forum.example/thread/9", 2000, body)) <= 300


def test_pages_that_were_always_dull_become_a_trap_when_they_begin_to_lead_on() -> None:
    watched = Watched()
    assert watched.fetch(empty_profiles(3000)) == 3000
    assert watched.fetch(chain("http://forum.example/user/9", 2000, "<h1>Member {n}</h1>Nothing yet.")) <= 300


def test_a_tenth_of_news_keeps_a_shape_from_being_a_trap() -> None:
    watched = Watched()
    random = Random(4)
    mixed = [
        (url, body + (f"<p>{text(random)}" if n % 8 == 0 else ""), links)
        for n, (url, body, links) in enumerate(chain("http://a.example/day/", 1500))
    ]
    assert watched.fetch(mixed) == 1500


def test_buttons_that_share_a_page_or_log_in_are_no_news() -> None:
    watched = Watched()
    pages = (
        (url, body, [*links, f"http://social.test/share?u={url}", f"http://a.example/login?return={url}"])
        for url, body, links in chain("http://a.example/calendar/", 1000)
    )
    assert watched.fetch(pages) <= 110


def test_scripts_and_styles_say_nothing() -> None:
    body = "<script>var visit = 'a{n} b{n}x c{n}y';</script><style>.c{n}</style><p>Nothing.</p>"
    pages = (
        (url, body.replace("{n}", text(Random(url))), links) for url, _, links in chain("http://a.example/c/", 1000)
    )
    assert Watched().fetch(pages) <= 110


def test_two_shapes_that_feed_each_other_are_two_traps() -> None:
    def months_and_days() -> Iterator[Told]:
        for month in range(600):
            days = [f"http://a.example/day.php?d={month}-{day}" for day in range(3)]
            yield f"http://a.example/month.php?m={month}", "", [f"http://a.example/month.php?m={month + 1}", *days]
            for day in days:
                yield day, "<p>No events.", [f"{day}-next", f"http://a.example/month.php?m={month}"]

    assert Watched().fetch(months_and_days()) <= 300


def test_new_subdomains_of_a_domain_are_refused_and_those_that_said_something_are_not() -> None:
    watched = Watched()
    watched.fetch(weblogs(20))
    lost = [
        (f"http://x{n}.blogs.example/", "<p>No such user.", [f"http://x{n + 1}.blogs.example/"]) for n in range(900)
    ]
    assert watched.fetch(lost) <= 60
    assert watched.rule("http://never.blogs.example/") == "subdomains"
    assert watched.rule("http://user3.blogs.example/new") is None
    assert watched.rule("http://www.blogs.example/") is None
    assert watched.rule("http://blogs.example/") is None


def test_new_subdomains_of_a_domain_are_asked_a_few_at_a_time_until_they_are_read() -> None:
    memory = HostMemory()

    def asked(now: float = 0.0) -> list[int]:
        return [n for n in range(10) if memory.may_ask(f"x{n}.blogs.example", now)]

    assert asked() == asked() == list(range(NEW_AT_ONCE)), "likewise for their next pages"
    memory.heard_of("x0.blogs.example")
    memory.hosts["x0.blogs.example"] = 1
    assert asked() == [0, 1, 2, 3, 4]
    assert asked(UNREAD) == [0, 1, 2, 3, 4]
    assert asked(UNREAD + 0.1) == list(range(10)), "those that never answer hold up nobody"


def test_no_more_subdomains_have_to_wait_than_a_worker_can_keep() -> None:
    memory = HostMemory()
    turns = [memory.may_ask(f"x{n}.blogs.example", 0.0) for n in range(200)]
    assert turns.count(False) == MOST_WAITING


def test_the_more_subdomains_were_no_traps_the_more_are_asked_at_a_time() -> None:
    def at_once(good: int, dull: int = 0) -> int:
        memory = HostMemory(hosts={f"{n}.blogs.example": int(n >= good) for n in range(good + dull)})
        return sum(memory.may_ask(f"x{n}.blogs.example", now=0.0) for n in range(60))

    assert [at_once(0), at_once(0, 40), at_once(40), at_once(40, 20)] == [4, 4, 9, 9]
    assert at_once(40, 24) == 60, "of what is no trap by now, all are asked"


def test_of_a_domain_that_is_no_trap_all_subdomains_are_asked() -> None:
    watched = Watched()
    assert watched.watch.may_ask(target("http://www.blogs.example/"))
    for url, body, links in weblogs(900):
        assert watched.watch.may_ask(target(url))
        watched.fetch([(url, body, links)])


def test_what_is_known_outlives_the_process() -> None:
    first = Watched()
    first.fetch(chain("http://a.example/calendar/", 90))
    first.watch.save()
    second = Watched(first.store)
    assert second.fetch(chain("http://a.example/calendar/9", 2000)) <= 60
    second.watch.save()
    assert Watched(first.store).rule("http://a.example/calendar/1") == "calendar"


def test_a_host_that_is_not_asked_for_long_is_remembered() -> None:
    watched = Watched()
    watched.fetch(chain("http://a.example/calendar/", 200))
    for n in range(IN_MEMORY + 1):
        watched.fetch([(f"http://{n}.test/", "", [])])
    assert watched.rule("http://a.example/calendar/1") == "calendar"


def test_the_first_refusals_of_a_rule_are_queued_to_be_told_and_the_others_counted() -> None:
    watched = Watched()
    urls = [target(f"http://a.example/ab/ab/ab/{n}") for n in range(50)]
    assert [found for url in urls for found in watched.watch.admitted(url, False)] == urls[:10]
    assert [watched.watch.tells(url, "repeated_segments") for url in urls].count(True) == 10
    assert watched.counts["traps/refused/repeated_segments"] == 40 + 50


def test_a_link_is_followed_without_its_session_id_and_a_redirect_with_it() -> None:
    watched = Watched()
    with_id, without = target("http://a.example/p?PHPSESSID=abc123"), target("http://a.example/p")
    assert [watched.watch.admitted(with_id, False)[-1] for _ in range(20)] == [without] * 20
    assert watched.watch.admitted(with_id, False) == [without]
    assert watched.watch.admitted(with_id, True) == [with_id]
    assert watched.watch.rule(with_id, False) == "session_id"


def test_a_host_of_endless_shapes_has_few_in_memory() -> None:
    memory = HostMemory()
    for n in range(1000):
        name = "".join(chr(ord("a") + int(digit)) for digit in str(n))
        memory.shapes.setdefault(memory.key(f"http://a.example/{name}/x?{name}=1"), Shape())
    assert len(memory.shapes) <= MOST_SHAPES + 1
    assert HostMemory.loads(memory.dumps()).shapes.keys() == memory.shapes.keys()
