"""The headings of a page: what it says it is about, in its own words."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from backlink_spider.anchor_text import collapsed, visible_text
from backlink_spider.tags import tag_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

HEADINGS: Final = tag_ids("h1 h2 h3")
MAX_HEADINGS: Final = 20
MAX_LENGTH: Final = 200  # characters of one
# Headings looked at, with text or without: they can enclose each other, and each would read what is in it.
MAX_LOOKED_AT: Final = 100


def page_headings(elements: Iterable[LexborNode]) -> list[str]:
    """Texts of the first of a page's h1, h2 and h3 that have any, in document order, as a reader sees them.

    `link_walk`, where it was compiled, takes them on its way.
    """
    looked_at = islice(elements, MAX_LOOKED_AT)
    texts = (collapsed(visible_text(element)[0], MAX_LENGTH) for element in looked_at)
    return list(islice(filter(None, texts), MAX_HEADINGS))
