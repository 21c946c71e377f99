"""What one page may cost, and how much of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from backlink_spider.errors import BadOption
from link_index.urls import MAX_URL_LENGTH

if TYPE_CHECKING:
    from typing import Self

    from scrapy.settings import BaseSettings

MAX_LINKS: Final = 65_535  # the `k` in a link id has 16 bits
MAX_ANCHOR: Final = 2_000  # of 8,000 bytes that are read for one
MIN_MEMORY: Final = 1024 * 1024  # the parser's own buffers take a fifth of it
# Beyond any page that people wrote; what goes beyond is none that a search engine would read.
MAX_DECLARATIONS: Final = 2_000  # metas and bases of a page


class PageLimits(NamedTuple):
    """Bounds of one page. What is beyond is counted where that is possible, and cut off where it is not."""

    anchor: int = 1_000  # characters
    url: int = MAX_URL_LENGTH  # characters
    links: int = 65_000
    text: int = 8_000_000  # characters of URLs, anchors and contexts kept
    nesting: int = 10_000  # elements inside each other
    memory: int = 128 * 1024 * 1024  # bytes of the parsed page
    seconds: float = 0.75  # of processor time to parse it

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Raises BadOption where a limit is none that the index can hold."""
        usual = cls()
        limits = cls(
            anchor=settings.getint("BACKLINKS_MAX_ANCHOR_LENGTH", usual.anchor),
            url=settings.getint("BACKLINKS_MAX_URL_LENGTH", usual.url),
            links=settings.getint("BACKLINKS_MAX_LINKS_PER_PAGE", usual.links),
            text=settings.getint("BACKLINKS_MAX_TEXT_PER_PAGE", usual.text),
            nesting=settings.getint("BACKLINKS_MAX_NESTING", usual.nesting),
            memory=settings.getint("BACKLINKS_MAX_PARSE_MEMORY", usual.memory),
            seconds=settings.getfloat("BACKLINKS_MAX_PARSE_TIME", usual.seconds),
        )
        if limits.memory < MIN_MEMORY:
            raise BadOption(f"BACKLINKS_MAX_PARSE_MEMORY is at least {MIN_MEMORY:,}: less holds no page.")
        for name, value, most in (
            ("BACKLINKS_MAX_URL_LENGTH", limits.url, MAX_URL_LENGTH),
            ("BACKLINKS_MAX_LINKS_PER_PAGE", limits.links, MAX_LINKS),
            ("BACKLINKS_MAX_ANCHOR_LENGTH", limits.anchor, MAX_ANCHOR),
        ):
            if not 0 < value <= most:
                raise BadOption(f"{name} is from 1 to {most:,}, not {value:,}.")
        return limits
