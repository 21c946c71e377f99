"""A list of links to disavow as Google's tool takes it: entries, each block of them with its reasons as comments.

The format (Search Console help, "Disavow links to your site"): UTF-8 text, a `domain:` or a URL a line, `#` for
comments, at most 100,000 lines with comments and blank ones, 2 MB, 2,048 characters a URL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from link_index.shown_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_LINES = 100_000
MOST_BYTES = 2_000_000
LONGEST_URL = 2048
LONGEST_COMMENT = 300  # characters

_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_URL = re.compile(r"https?://[!-~]+")  # as the index normalises them: ASCII, nothing in them is blank


@dataclass(frozen=True, slots=True)
class Block:
    """One entry with its reasons; the entry is None where the format has no way to say it."""

    entry: str | None
    reasons: tuple[str, ...]

    def lines(self) -> list[str]:
        return [*(comment(reason) for reason in self.reasons), self.entry or "", ""]


def domain_entry(domain: str) -> str | None:
    """`domain:example.com`; None for what is no host name."""
    return f"domain:{domain}" if len(domain) <= 253 and _DOMAIN.fullmatch(domain) else None


def url_entry(url: str) -> str | None:
    """The URL as it is; None for one that is too long or would not stay on its line."""
    return url if len(url) <= LONGEST_URL and _URL.fullmatch(url) else None


def comment(text: str) -> str:
    """One line of comment, whatever the text holds: line ends and what has no width are written out."""
    shown = visible(text)
    return "# " + (shown if len(shown) <= LONGEST_COMMENT else shown[: LONGEST_COMMENT - 3] + "...")


def disavow_lines(header: Sequence[str], blocks: Iterable[Block]) -> tuple[list[str], int]:
    """(lines of the file, blocks that were left out because it was full or the format cannot name them)."""
    lines = [*map(comment, header), ""]
    size = sum(len(line.encode()) + 1 for line in lines) + LONGEST_COMMENT + 3
    left_out = 0
    for block in blocks:
        more = block.lines()
        size_with = size + sum(len(line.encode()) + 1 for line in more)
        if block.entry is None or len(lines) + len(more) >= MOST_LINES or size_with > MOST_BYTES:
            left_out += 1
            continue
        lines += more
        size = size_with
    if left_out:
        said = "they did not fit into the format's limits, or have no name that the format can hold."
        lines.append(comment(f"Left out: {left_out:,} more; {said}"))
    return lines, left_out
