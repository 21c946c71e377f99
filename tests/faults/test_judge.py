"""The judge lets no bad manners and no lost link pass."""

from __future__ import annotations

import pytest

from backlinks.web_server import Exchange
from tests.faults.judge import Verdict, judge
from tests.faults.mesh_web import MeshWeb

EDGES = {("http://a.example/", "http://b.example/")}


def exchange(started: float, ended: float, host: str = "a.example", status: int = 200, path: str = "/") -> Exchange:
    return Exchange(f"http://{host}{path}", host, status, "", started, ended)


def verdict(*log: Exchange, found: set[tuple[str, str]] = EDGES) -> Verdict:
    return judge(log, found, EDGES, lambda _: 1.0, retry_after=5.0)


def test_requests_one_after_the_other_are_good() -> None:
    assert verdict(exchange(0, 0.5), exchange(1, 1.5), exchange(2, 2.1)).is_good


def test_hosts_may_be_asked_at_the_same_time() -> None:
    assert verdict(exchange(0, 0.5), exchange(0.1, 0.6, "b.example")).is_good


@pytest.mark.parametrize(
    ("second", "overlaps", "short_gaps"),
    [
        (exchange(1.2, 1.3), 1, 0),
        (exchange(0.8, 2.0), 1, 1),
        (exchange(1.6, 1.7), 0, 0),
    ],
)
def test_a_request_during_another_is_an_overlap(second: Exchange, overlaps: int, short_gaps: int) -> None:
    found = verdict(exchange(0, 1.5), second)
    assert (len(found.overlaps), len(found.short_gaps)) == (overlaps, short_gaps)


def test_a_request_too_soon_after_the_last_is_a_short_gap_whoever_sent_it() -> None:
    found = verdict(exchange(0.85, 0.9), exchange(0, 0.1))
    assert len(found.short_gaps) == 1
    assert found.smallest_gap == pytest.approx(0.85)


def test_a_503_is_followed_by_the_time_it_asked_for() -> None:
    assert len(verdict(exchange(0, 0.1, status=503), exchange(2, 2.1)).short_gaps) == 1
    assert verdict(exchange(0, 0.1, status=503), exchange(5, 5.1)).is_good


def test_links_lost_and_invented_are_told_apart() -> None:
    found = verdict(found={("http://a.example/", "http://c.example/")})
    assert found.missing == EDGES
    assert found.extra == {("http://a.example/", "http://c.example/")}
    assert not found.is_good


def test_pages_fetched_again_are_counted_and_robots_txt_is_no_page() -> None:
    robots = [exchange(at, at + 0.1, path="/robots.txt") for at in (10, 12)]
    found = verdict(exchange(0, 0.1), exchange(2, 2.1), exchange(4, 4.1, path="/b"), *robots)
    assert (found.fetched, found.fetched_again) == (3, 1)


def test_the_same_seed_is_the_same_web_and_every_page_can_be_reached() -> None:
    web = MeshWeb(6, 5)
    assert web.links == MeshWeb(6, 5).links
    reached, new = set(), set(web.seeds)
    while new:
        reached |= new
        new = {target for url in new for target in web.links[url]} - reached
    assert reached == web.links.keys()
    assert all(url not in targets and len(set(targets)) == len(targets) for url, targets in web.links.items())


def test_the_web_answers_as_it_says() -> None:
    web = MeshWeb(6, 5, has_deadly_page=True)
    busy = web.url(3, 2)
    assert [web.answer(busy).status for _ in range(2)] == [503, 200]  # type: ignore[union-attr]
    assert b"Crawl-delay" in web.answer("http://h01.mesh01.example/robots.txt").body  # type: ignore[union-attr]
    assert b"Crawl-delay" not in web.answer("http://h05.mesh05.example/robots.txt").body  # type: ignore[union-attr]
    assert web.answer("http://h00.mesh00.example/nowhere").status == 404  # type: ignore[union-attr]
    assert web.answer("http://elsewhere.test/") is None
    assert not [edge for edge in web.edges if edge[0] == web.deadly_url]
    assert [edge for edge in web.edges if edge[1] == web.deadly_url]
