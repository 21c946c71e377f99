"""Pages that cost a parser, or what reads its tree, as much as they can: each is as large as a body may be."""

from __future__ import annotations

import os
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING

from tests.webs.hostile.peer import LINK, Peer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.webs.hostile.peer import Behaviour


def filled(unit: bytes, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """The same again and again, as far as there is room."""
    return lambda room: before + unit * ((room - len(before) - len(after)) // len(unit)) + after


def numbered(unit: bytes, before: bytes = b"", most: int = 10**9) -> Callable[[int], bytes]:
    """The same with another number each time."""

    def body(room: int) -> bytes:
        parts = [before]
        left = room - len(before)
        for number in count():
            part = unit % number
            left -= len(part)
            if left < 0 or number == most:
                return b"".join(parts)
            parts.append(part)
        raise AssertionError

    return body


@cache
def built(name: str, size: int) -> bytes:
    """A link, then what costs. Made before a crawl, which does not wait for it."""
    return LINK + PAGES[name](size - len(LINK))


async def page(name: str, peer: Peer, _: str) -> None:
    await peer.page(built(name, peer.size))


MANY = b" ".join(b"%x" % number for number in range(6_500))
PAGES: dict[str, Callable[[int], bytes]] = {
    "links_by_the_million": numbered(b"<a href=%d>"),
    "links_all_the_same": filled(b"<a href=/x>y</a>"),
    "links_of_long_urls": numbered(b"<a href=//other%d.example/" + b"x" * 3_000 + b">x</a>"),
    "links_of_a_long_base": numbered(b"<a href=%d>x</a>", b"<base href=http://b.example/" + b"y" * 2_000 + b"/>"),
    "links_to_nowhere": filled(b"<a href=//[>x</a>"),
    "links_in_each_others_text": numbered(b"<a href=%d><object>" + b"word " * 40),
    "links_beside_each_others_text": numbered(b"<a href=%d>x</a><i>" + b"word " * 200),
    "frames_by_the_million": numbered(b"<iframe src=/%d></iframe>"),
    "canonicals_by_the_million": numbered(b'<link rel="canonical alternate" href=/%d>'),
    "anchor_of_megabytes": filled(b"word ", b"<a href=/x>", b"</a>"),
    "anchor_of_nodes": filled(b"<b></b>", b"<a href=/x>", b"</a>"),
    "title_of_megabytes": filled(b"word ", b"<title>", b"</title>"),
    "titles_in_a_deep_drawing": filled(b"<title></title>", b"<svg>" + b"<g>" * 5_000),
    "attribute_of_megabytes": filled(b"w ", b'<a href=/x title="', b'">x</a>'),
    "href_of_megabytes": filled(b"w/", b'<a href="/', b'">x</a>'),
    "rel_of_megabytes": filled(b"w ", b'<a href=/x rel="', b'">x</a>'),
    "style_of_megabytes": filled(b"a:b;", b'<a href=/x style="', b'">x</a>'),
    "attributes_by_the_million": numbered(b"a%d ", b"<a href=/x "),
    "attributes_by_the_thousand": filled(b"<a " + MANY + b">"),
    "attribute_names_by_the_million": numbered(b"<br a%d>"),
    "element_names_by_the_million": numbered(b"<p%d><br>"),
    "entities_by_the_million": filled(b"&amp;"),
    "entities_that_are_none": filled(b"&CounterClockwiseContourIntegra"),
    "metas_by_the_million": filled(b"<meta name=robots content=none>"),
    "bases_by_the_million": numbered(b"<base href=/%d>"),
    "headings_by_the_million": filled(b"<h1>x</h1>"),
    "hidden_by_the_million": filled(b"<p hidden>x</p>"),
    "roles_by_the_million": numbered(b"<p role=r%d>x</p>"),
    "elements_by_the_million": filled(b"<br>"),
    "comments_by_the_million": filled(b"<!---->"),
    "depth": filled(b"<div>"),
    "depth_behind_comments": filled(b"<div><!--</div>-->"),
    "depth_behind_attributes": filled(b'<div a="</div>">'),
    "depth_of_tables": filled(b"<table><tr><td>"),
    "formatting_opened_again": filled(b"</p><p>x", b"<p>" + b"".join(b"<b a=%d>" % number for number in range(250))),
    "formatting_closed_wrongly": filled(b"<b><i><u></b><p></i>"),
    "foster_parents": numbered(b"<a href=%d><b>x", b"<table>"),
    "tag_without_end": filled(b"a b ", b"<a "),
    "comment_without_end": filled(b"-", b"<!--"),
    "script_without_end": filled(b"<script>", b"<script><!--"),
    "less_than_signs": filled(b"<"),
    "nul_bytes": filled(b"\0"),
    "no_utf_8": filled(b"\xff"),
    "noise": os.urandom,
}
BEHAVIOURS: dict[str, Behaviour] = {name: partial(page, name) for name in PAGES}
