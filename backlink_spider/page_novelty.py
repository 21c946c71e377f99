"""Whether a page says anything that pages like it have not said: the sign by which a trap is told from a large site.

What was said is kept as bits of a sketch, a fixed number of bytes: words in groups, URLs and hosts linked to. Digits
count for nothing in words, so the months of a calendar all say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backlink_spider.items import Page
    from link_index.urls import Target

BITS = 1 << 16  # 8 KiB
FULL = BITS // 10  # things said, beyond which one new thing in ten would seem old: the sketch begins anew
BODY_READ = 65_536  # bytes
GROUP = 4  # words
BEGINNING = 16  # words of a text between two tags that are read
WARMING_UP = 4  # pages
WARM_SOON = 2  # pages, where others were found dull already
NEWS = 80  # letters: what a page must say that is new. A title in other words is less, a post or a product more
# Beginnings of tags whose text nobody reads, and of those whose text is a link's: what it leads to is looked at.
UNSAID = (b"script", b"style", b"noscrip", b"templat", b"svg", b"a ", b"a\n", b"a\t")
_DIGITS = b"0123456789"


class Sketch:
    """What pages have said. Since it began, `looks` were taken, and the words of `pages` read.

    After `warming_up` pages it knows what is on all of them.
    """

    __slots__ = ("_bits", "_said", "_warming_up", "looks", "pages")

    def __init__(self, warming_up: int = WARMING_UP) -> None:
        self._warming_up = warming_up
        self._begin()

    def _begin(self) -> None:
        self._bits = bytearray(BITS // 8)
        self._said = self.looks = self.pages = 0

    def is_new(self, thing: bytes) -> bool:
        """Whether this was never said before; from now on it was."""
        at = xxh3_64_intdigest(thing) & (BITS - 1)
        byte, bit = at >> 3, 1 << (at & 7)
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        self._said += 1
        return True

    @property
    def is_young(self) -> bool:
        """Whether the words of so few pages were read that what is on all of them may still be new."""
        return self.pages <= self._warming_up

    def turn(self) -> None:
        """To be called before a page is looked at."""
        if self._said > FULL:
            self._begin()
        self.looks += 1


class Looked(NamedTuple):
    """`led`: new URLs of its like that a page leads on to. `is_dull`: it says nothing new. `leads_off`: it links to
    something new that is not of its like."""

    led: int
    is_dull: bool
    leads_off: bool


def look(page: Page, body: bytes, sketch: Sketch, leads_on: Callable[[Target], bool | None]) -> Looked:
    """What a page has beside what the sketch knows already, which knows it from now on.

    `leads_on` is asked of each new target of the page's own domain: True for more of the page's like, False for
    something else worth fetching, None for neither. Words are read only where it links to no new host of another
    domain: a page that does says something anyway.
    """
    sketch.turn()
    led, is_dull, leads_off = int(page.hop is not None and bool(page.hop.to)), True, False
    for link in page.links:
        target = link.target
        if target.domain != page.target.domain:
            if sketch.is_new(target.host.encode()):  # not the URL: a button to share a page is new on each
                is_dull = False
        elif sketch.is_new(target.hash8):
            kind = leads_on(target)
            led += kind is True
            leads_off |= kind is False
    if is_dull:
        sketch.pages += 1
        is_dull = not _has_news(body[:BODY_READ], sketch)
    return Looked(led, is_dull, leads_off)


def _has_news(body: bytes, sketch: Sketch) -> bool:
    letters = 0
    for words in _words(body):
        if sketch.is_new(words):
            letters += len(words)
            if letters >= NEWS and not sketch.is_young:
                return True  # the rest need not be known: it would be news
    return letters >= NEWS


def _words(body: bytes) -> Iterator[bytes]:
    """The text between tags, a few words at a time, without digits."""
    for chunk in body.split(b"<"):
        tag, _, text = chunk.partition(b">")
        if len(text) < 2 or text.isspace() or tag[:7].lower().startswith(UNSAID):
            continue
        words = text.translate(None, _DIGITS).split(None, BEGINNING)[:BEGINNING]
        for at in range(0, len(words), GROUP):
            yield b" ".join(words[at : at + GROUP])
