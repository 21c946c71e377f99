from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backlink_spider.frontier_entry import BadEntry, Entry, dumps, line, loads
from link_index.urls import resolve, target


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("https://www.example.org/", b"/"),
        ("https://www.example.org/a?b=c", b"/a?b=c"),
        ("http://www.example.org/", b"-"),
        ("http://www.example.org/-a", b"--a"),
        ("https://www.example.org:8443/a", b"https://www.example.org:8443/a"),
        ("https://user@www.example.org/a", b"https://user@www.example.org/a"),
        ("http://www.example.org./a", b"http://www.example.org./a"),
        ("http://[::1]/a", b"-a"),
    ],
)
def test_a_url_is_written_without_what_the_key_says(url: str, entry: bytes) -> None:
    assert dumps(target(url)) == entry
    assert loads(entry, target(url).host) == Entry(url, None, 0, 0)


def test_hops_and_losses_come_back() -> None:
    hops = json.dumps([["https://www.example.org/ü\n", 301, "http", "https://example.org/"]])
    entry = dumps(target("https://example.org/a"), hops)
    assert loads(entry, "example.org") == Entry("https://example.org/a", hops, 0, 0)
    assert loads(b"\x01\x23\x21" + entry, "example.org") == Entry("https://example.org/a", hops, 3, 1)


@given(
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.org", "a.b.example.org", "example.org.", "u:p@example.org", "example.org:81", "[::1]"]),
    st.text(max_size=40),
)
def test_every_url_of_the_standard_comes_back(scheme: str, authority: str, rest: str) -> None:
    url = resolve(f"{scheme}://{authority}/{rest}", "https://example.org/")
    if url is not None and url.startswith("http"):
        assert loads(dumps(target(url)), target(url).host).url == url
        assert line(target(url)).count("\n") == 1


@given(st.binary(max_size=30))
@example(b"\x01")
@example(b"\x01  ")
@example(b"\x01\x1f /")
@example(b"ftp://example.org/")
def test_any_other_bytes_are_a_bad_entry(entry: bytes) -> None:
    try:
        found = loads(entry, "example.org")
    except BadEntry:
        return
    assert found.url.startswith(("https://example.org/", "http://example.org/", "http://", "https://"))


def test_a_line_begins_with_the_fingerprint_as_the_smallest_integer() -> None:
    url = target("https://www.example.org/a")
    assert line(url, "[]") == f"{int.from_bytes(url.hash8, 'big', signed=True)} /a\t[]\n"
