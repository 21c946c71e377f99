import pytest

from backlink_spider.items import Hop
from backlink_spider.redirect_hops import http_hop, refusal
from link_index.urls import MAX_URL_LENGTH

PAGE = "http://example.com/dir/page"


@pytest.mark.parametrize(
    ("location", "to"),
    [
        (b"http://example.org/", "http://example.org/"),
        (b"/moved", "http://example.com/moved"),
        (b"moved#part", "http://example.com/dir/moved"),
        (b"//example.org/x", "http://example.org/x"),
        (b"https://example.org/", "https://example.org/"),
        ("/ü".encode(), "http://example.com/%C3%BC"),
        (b"/\xfc", "http://example.com/%C3%BC"),
        (None, ""),
        (b"http://", ""),
        (b"javascript:alert(1)", ""),
        (b"/" + b"x" * 3000, ""),
    ],
)
def test_a_hop_leads_to_its_resolved_location(location, to):
    assert http_hop(PAGE, 301, location) == Hop(PAGE, 301, "http", to)


def test_a_hop_to_a_url_longer_than_the_index_holds_is_dead():
    longest = "http://example.org/".ljust(MAX_URL_LENGTH, "x")
    assert http_hop(PAGE, 301, longest.encode()).to == longest
    assert http_hop(PAGE, 301, f"{longest}x".encode()).to == ""


def chain(*urls):
    return [Hop(url, 301, "http", "") for url in urls]


@pytest.mark.parametrize(
    ("hop", "before", "reason"),
    [
        (Hop("b", 301, "http", "c"), chain("a"), None),
        (Hop("b", 301, "http", ""), chain("a"), "redirect_dead"),
        (Hop("b", 301, "http", "b"), chain("a"), "redirect_loop"),
        (Hop("b", 301, "http", "a"), chain("a"), "redirect_loop"),
        (Hop("c", 301, "http", "d"), chain("a", "b"), None),
        (Hop("d", 301, "http", "e"), chain("a", "b", "c"), "redirect_too_long"),
    ],
)
def test_a_chain_ends_at_a_dead_hop_a_loop_or_the_limit(hop, before, reason):
    assert refusal(hop, before, limit=3) == reason
