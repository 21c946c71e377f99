"""The lines of a list to disavow: the format's limits hold, and no text leaves its comment."""

from __future__ import annotations

import pytest

from link_index.reports.disavow_file import (
    LONGEST_COMMENT,
    LONGEST_URL,
    MOST_BYTES,
    MOST_LINES,
    Block,
    comment,
    disavow_lines,
    domain_entry,
    url_entry,
)

LINE_ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", LINE_ENDS)
def test_a_comment_is_one_line_whatever_it_holds(end: str) -> None:
    assert len(comment(f"spam{end}domain:innocent.example").splitlines()) == 1


def test_a_comment_is_bounded() -> None:
    assert len(comment("\u202e" * 100_000)) == LONGEST_COMMENT + 2


DOMAINS = ["example.com", "a.github.io", "xn--bcher-kva.example", "192.0.2.7", "localhost", "a_b.example"]
NO_DOMAINS = [
    "",
    "a b",
    "example.com\ndomain:innocent.example",
    "a..b",
    "EXAMPLE.com",
    "bücher.example",
    "x" * 254,
    "[::1]",
]


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_is_named(domain: str) -> None:
    assert domain_entry(domain) == f"domain:{domain}"


@pytest.mark.parametrize("domain", NO_DOMAINS)
def test_what_is_no_host_name_is_no_entry(domain: str) -> None:
    assert domain_entry(domain) is None


@pytest.mark.parametrize("url", ["https://a.example/x?y=1#z", "http://[::1]/", "https://a.example/" + "x" * 2030])
def test_a_url_is_named_as_it_is(url: str) -> None:
    assert url_entry(url) == url


@pytest.mark.parametrize("url", ["ftp://a.example/", "https://a.example/ b", "https://a.example/\ndomain:b.example",
                                 "https://a.example/é", "https://a.example/" + "x" * LONGEST_URL])  # fmt: skip
def test_what_would_break_the_format_is_no_entry(url: str) -> None:
    assert url_entry(url) is None


def test_a_block_is_its_reasons_and_its_entry() -> None:
    lines, left_out = disavow_lines(["made by hand"], [Block("domain:a.example", ("spam", "  twins"))])
    assert lines == ["# made by hand", "", "# spam", "#   twins", "domain:a.example", ""]
    assert left_out == 0


def test_the_file_holds_no_more_lines_than_the_format() -> None:
    blocks = (Block(f"domain:{n}.example", ("x",)) for n in range(40_000))
    lines, left_out = disavow_lines(["x"], blocks)
    assert MOST_LINES - 3 < len(lines) <= MOST_LINES
    assert left_out > 0
    assert lines[-1].startswith(f"# Left out: {left_out:,} more")


def test_the_file_holds_no_more_bytes_than_the_format() -> None:
    blocks = (Block(f"https://a.example/{n}/{'x' * 1900}", ("é" * 200,)) for n in range(2000))
    lines, left_out = disavow_lines(["x"], blocks)
    size = len("\n".join(lines).encode()) + 1
    assert MOST_BYTES - 3000 < size <= MOST_BYTES
    assert left_out > 0


def test_what_cannot_be_named_is_left_out_and_counted() -> None:
    lines, left_out = disavow_lines([], [Block(None, ("spam",)), Block("domain:a.example", ())])
    assert (lines[1:3], left_out) == (["domain:a.example", ""], 1)
