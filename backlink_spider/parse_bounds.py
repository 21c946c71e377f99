"""Parses a page within bounds: Lexbor's work is quadratic in a page's depth and in the attributes of one tag.

Unbounded, a megabyte of `<div>` takes minutes. Pages people read never come near a bound; of one that does, what lies
beyond is cut off, and the rest is read as ever. What cannot be told from the bytes ends the budget of `parse_budget`.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

try:
    from backlink_spider.link_walk import tags_in
except ImportError:  # not compiled
    tags_in = None  # type: ignore[assignment]
try:
    from backlink_spider.parse_budget import formatting_in, parsed_within
except ImportError:  # not compiled: nothing but the bounds below holds
    formatting_in = parsed_within = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from backlink_spider.page_limits import PageLimits

MAX_WORK: Final = 50_000_000  # tags times their depth: 0.3 s. Ten thousand nested elements, or a large page 100 deep
MAX_ATTRIBUTES: Final = 2_000
_FEW_TAGS: Final = 10_000  # cannot reach MAX_WORK: half their number squared is less
# What is smaller costs 0.3 s and 200 MB at most, no more than the budget and its last piece: formatting elements that
# other tags open anew, at 400 bytes each.
_SMALL_BODY: Final = 128 * 1024
_SMALL_TAGS: Final = 1_000
_TAGS_IN_ONE_GO: Final = 3_000
_OPENED_ANEW: Final = 500_000
_LONG_TAG: Final = 30_000  # bytes without `>`; shorter tags have too few attributes to matter
_LOOK_BACK: Final = 16  # open elements searched for the one an end tag closes

# HTML Standard: void elements, and those whose end tag may be missing, do not nest by themselves.
_FLAT: Final = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|"
    "caption|colgroup|dd|dt|li|optgroup|option|p|rp|rt|tbody|td|tfoot|th|thead|tr"
)
_NESTING_TAG = re.compile(rf"<(/?)(?!(?:{_FLAT})[\s/>])([a-z][^\s/>]*)".encode(), re.IGNORECASE)
_TAG_START = re.compile(rb"<[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(rb"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?""")


class Parsed(NamedTuple):
    """A page's tree, and why it is not the whole page: any of `attributes`, `nesting`, `cost`."""

    parser: LexborHTMLParser
    cut: list[str]


def parsed(body: bytes, limits: PageLimits) -> Parsed:
    """The tree of a page in UTF-8."""
    if parsed_within is None:
        body, cut = bounded(body, limits.nesting)
        return Parsed(LexborHTMLParser(body), cut)
    body, cut = _with_fewer_attributes(body)
    if is_small(body):
        return Parsed(LexborHTMLParser(body), cut)
    parser, is_cut = parsed_within(body, limits.memory, limits.seconds)
    return Parsed(parser, [*cut, "cost"] if is_cut else cut)


def is_small(body: bytes) -> bool:
    """Whether a page needs no budget: it goes to the parser in one go, which takes a tenth less than in pieces."""
    if len(body) >= _SMALL_BODY:
        return False
    tags = _tags(body)
    return tags < _SMALL_TAGS or (tags < _TAGS_IN_ONE_GO and tags * formatting_in(body) <= _OPENED_ANEW)


def bounded(body: bytes, nesting: int) -> tuple[bytes, list[str]]:
    """The body, without what would make the parser slow out of all proportion, and what that was."""
    body, cut = _with_fewer_attributes(body)
    if _tags(body) > min(_FEW_TAGS, nesting):
        shorter = _without_abyss(body, nesting)
        if len(shorter) < len(body):
            body = shorter
            cut.append("nesting")
    return body, cut


def _with_fewer_attributes(body: bytes) -> tuple[bytes, list[str]]:
    if len(body) <= _LONG_TAG:
        return body, []
    shorter = _without_surplus_attributes(body)
    return shorter, ["attributes"] if len(shorter) < len(body) else []


def _tags(body: bytes) -> int:
    return tags_in(body) if tags_in is not None else body.count(b"<")


def _without_abyss(body: bytes, max_depth: int) -> bytes:
    work = 0
    open_elements = [b""]
    for number, (end, written) in enumerate(_NESTING_TAG.findall(body)):
        name = written.lower()
        if not end:
            open_elements.append(name)
            work += len(open_elements)
            if work > MAX_WORK or len(open_elements) > max_depth + 1:
                return body[: next(islice(_NESTING_TAG.finditer(body), number, None)).start()]
        elif open_elements[-1] == name:
            open_elements.pop()
        elif name in open_elements[-_LOOK_BACK:]:
            while open_elements.pop() != name:
                pass
    return body


def _without_surplus_attributes(body: bytes) -> bytes:
    start = 0
    while start + _LONG_TAG < len(body):
        close = body.rfind(b">", start, start + _LONG_TAG)
        if close >= 0:
            start = close + 1
            continue
        end = body.find(b">", start + _LONG_TAG)
        run = body[start : end if end >= 0 else None]
        shorter = _shortened(run)
        if len(shorter) < len(run):
            body = body[:start] + shorter + body[start + len(run) :]
        start += len(shorter)
    return body


def _shortened(run: bytes) -> bytes:
    """A run of bytes without `>`, its first tag cut after so many attributes.

    From the last `<` on it is kept: if the run is a script that only looks like a tag, that is where the script ends.
    """
    tag = _TAG_START.search(run)
    if tag is None:
        return run
    position = tag.end()
    for _ in range(MAX_ATTRIBUTES):
        attribute = _ATTRIBUTE.match(run, position)
        if attribute is None:
            return run
        position = attribute.end()
    last = run.rfind(b"<", position)
    return run[:position] + (run[last:] if last >= 0 else b"")
