"""URLs that are traps by their looks, and those of ordinary sites that are not."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlink_spider.session_ids import without_session_id
from backlink_spider.trap_names import trap_name
from backlink_spider.trap_rules import TrapRules
from backlink_spider.trap_watch import labels
from backlink_spider.url_shape import url_shape
from link_index.urls import resolve, target
from tests.backlink_spider.trap_cases import ORDINARY, REFUSED, SHAPES, WITH_ALL_THEY_HAVE, WITHOUT_SESSION_ID

RULES = TrapRules(latest_year=2031)


def refusal(url: str, rules: TrapRules = RULES) -> str | None:
    found = target(resolve(url, url) or "")
    return rules.refusal(found.url, labels(found))


@pytest.mark.parametrize(("url", "rule"), REFUSED)
def test_a_url_that_never_ends_is_refused_by_its_rule(url: str, rule: str | None) -> None:
    assert refusal(url) == rule


@pytest.mark.parametrize("url", ORDINARY)
def test_an_ordinary_url_is_let_pass(url: str) -> None:
    assert refusal(url) is None


def test_the_bounds_are_those_that_were_set() -> None:
    assert refusal("http://a.example/a/b/c", TrapRules(segments=2)) == "deep_path"
    assert refusal("http://a.example/ab/ab/ab/", TrapRules(repeats=4)) is None
    assert refusal("http://a.example/?x=1&x=1", TrapRules(repeats=2)) == "repeated_parameters"
    assert refusal("http://a.example/?q=12345", TrapRules(query=5)) == "long_query"
    assert refusal("http://a.example/calendar/2027/01", TrapRules(latest_year=2026)) == "far_date"


@pytest.mark.parametrize(("url", "page"), WITHOUT_SESSION_ID)
def test_a_session_id_is_cut_off(url: str, page: str) -> None:
    assert without_session_id(resolve(url, url) or "") == page


@pytest.mark.parametrize("url", WITH_ALL_THEY_HAVE)
def test_what_only_looks_like_a_session_id_stays(url: str) -> None:
    assert without_session_id(url) == url


@pytest.mark.parametrize(("url", "shape"), SHAPES)
def test_numbers_ids_and_words_share_a_shape(url: str, shape: str) -> None:
    assert url_shape(url) == shape


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://a.example/p?visit=abcdef0123456789abc", "session"),
        ("http://a.example/events/2031/5", "calendar"),
        ("http://a.example/cal?week=7", "calendar"),
        ("http://a.example/shop?size=9&colour=red", "facets"),
        ("http://a.example/shop?page=9", "query"),
        ("http://a.example/a/b/c", "path"),
    ],
)
def test_a_trap_found_by_its_pages_is_named_for_its_urls(url: str, name: str) -> None:
    assert trap_name(url) == name


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_url_has_a_shape_and_one_form_without_session_id(path: str, query: str) -> None:
    url = resolve(f"http://a.example/{path}?{query}", "http://a.example/")
    if url is None or not url.startswith("http://a.example/"):
        return
    refusal(url)
    assert url_shape(url)
    assert trap_name(url)
    cut = without_session_id(url)
    assert without_session_id(cut) == cut
    assert resolve(cut, cut) == cut


@pytest.mark.parametrize("part", ["a/", "1/", "/", "&", "x=1&", "sid=a1", "session", "2050-", ";jsessionid=", "(S(a"])
def test_the_longest_of_urls_costs_no_more_than_milliseconds(part: str) -> None:
    for url in (f"http://a.example/{part * 2083}"[:2083], f"http://a.example/?{part * 2083}"[:2083]):
        started = process_time()
        RULES.refusal(url, 0), url_shape(url), without_session_id(url), trap_name(url)
        assert process_time() - started < 0.1
