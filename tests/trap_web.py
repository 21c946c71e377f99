"""A web of sites with traps in them: ordinary pages kept as files in tests/webs/traps, and URLs without an end.

A site is named for its trap; below /trap every URL is one, and every sub-domain of wildcard.example is.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from backlinks.web_folder import Answer, WebFolder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from urllib.parse import SplitResult

FOLDER = Path(__file__).parent / "webs" / "traps"
NAV = "<nav><a href='/'>The front page</a> <a href='/about'>About this site</a></nav>"
VALUES = {
    "colour": ("red", "green", "blue", "black", "white"),
    "size": ("s", "m", "l", "xl"),
    "brand": ("acme", "globex", "initech", "umbrella"),
    "sort": ("price", "name", "newest"),
    "material": ("cotton", "wool", "linen"),
    "sale": ("yes", "no"),
}


SITES = tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


class TrapWeb:
    """`answer` is what a WebServer asks; `served` numbers the visits."""

    def __init__(self) -> None:
        self.ordinary = WebFolder(FOLDER)
        self.served = 0

    def answer(self, url: str) -> Answer | None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.path == "/robots.txt":
            return Answer(404)
        if host.endswith(".wildcard.example") and host != "www.wildcard.example":
            return _page("A site of your own", self._wildcard(parts))
        self.served += 1
        if host == "forum.example":
            return self._with_session_ids(url.partition("?")[0])
        if host in _TRAPS and parts.path.startswith("/trap"):
            return _TRAPS[host](parts, self.served)
        return self.ordinary.answer(url)

    def _with_session_ids(self, url: str) -> Answer | None:
        """All links of a page have the id of this visit."""
        page = self.ordinary.answer(url)
        visit = blake2b(str(self.served).encode(), digest_size=16).hexdigest()
        return page and replace(page, body=page.body.replace(b"SESSION", visit.encode()))

    @staticmethod
    def _wildcard(parts: SplitResult) -> list[str]:
        if parts.path == "/contact":
            return ["/"]
        return ["/contact", *(f"http://{_word(parts.netloc, n)}.wildcard.example/" for n in range(5))]


def site_of(url: str) -> str:
    """The site of SITES that a URL belongs to."""
    host = urlsplit(url).hostname or ""
    return "www.wildcard.example" if host.endswith("wildcard.example") else host


def is_trap(url: str) -> bool:
    parts = urlsplit(url)
    wildcard = parts.netloc.endswith(".wildcard.example") and parts.netloc != "www.wildcard.example"
    return wildcard or parts.path.startswith("/trap")


def _calendar(parts: SplitResult, served: int) -> Answer:
    """Months and days, forward and back, below a path."""
    numbers = [int(word) for word in parts.path.split("/") if word.isdigit()]
    year, month, *day = numbers or (2026, 11)
    ahead, behind = divmod(year * 12 + month, 12), divmod(year * 12 + month - 2, 12)
    months = [f"/trap/calendar/{y}/{m + 1}" for y, m in (ahead, behind)]
    days = [f"/trap/calendar/{year}/{month}/{number}" for number in range(1, 29)]
    return _page(f"Events of {year}-{month:02}", months if day else [*months, *days])


def _relative_calendar(parts: SplitResult, served: int) -> Answer:
    """Weeks by their distance from today, in a parameter, each with other views of it."""
    values = dict(parse_qsl(parts.query))
    week = int(values.get("offset", 0))
    links = [f"/trap.php?offset={week + step}" for step in (-1, 1)]
    return _page("The week's events", [*links, *(f"/trap.php?offset={week}&view={view}" for view in ("list", "grid"))])


def _session(parts: SplitResult, served: int) -> Answer:
    """Ordinary pages again, all links with an id made anew for each visit, in a parameter nobody knows."""
    name = parts.path.rpartition("/")[2]
    links = [f"/trap/{page}?visit={_word('visit', served)}{served:09}abc" for page in range(12)]
    return _page(f"Our offer {'abcdefghijkl'[int(name or 0) % 12] * 9}", links)


def _growing(parts: SplitResult, served: int) -> Answer:
    """Each page links to five deeper ones, whose names are words of its own."""
    return _page("Deeper and deeper", [f"{parts.path.rstrip('/')}/{_word(parts.path, n)}" for n in range(5)])


def _repeating(parts: SplitResult, served: int) -> Answer:
    """A relative link on a page that answers to any path below it."""
    base = parts.path.rstrip("/")
    return _page("Our products", [f"{base}/products/list", f"{base}/products", f"{base}/shop/cart/shop"])


def _facets(parts: SplitResult, served: int) -> Answer:
    """A list of products under every combination of filters, which the title tells."""
    chosen = dict(parse_qsl(parts.query))
    links = []
    for name, values in VALUES.items():
        links += [f"/trap?{urlencode(chosen | {name: value})}" for value in values]
    links += [f"/products/{number}" for number in range(1, 9)]
    return _page(" ".join(["Shirts", *chosen.values()]), links)


def _path_facets(parts: SplitResult, served: int) -> Answer:
    chosen = parts.path.split("/")[2:]
    links = [f"/trap/{'/'.join([*chosen, value])}" for values in VALUES.values() for value in values]
    return _page(" ".join(["Shirts", *chosen]), links)


_TRAPS = {
    "calendar.example": _calendar,
    "weeks.example": _relative_calendar,
    "visits.example": _session,
    "growing.example": _growing,
    "repeating.example": _repeating,
    "facets.example": _facets,
    "filters.example": _path_facets,
}


def _page(title: str, links: Iterable[str]) -> Answer:
    """A template's page; a button to share it, and one to log in, are other URLs on each."""
    listed = "".join(f"<li><a href='{link}'>{link.rstrip('/').rpartition('/')[2]}</a>" for link in links)
    share = urlencode({"u": title + listed[:99]})
    extra = f"<a href='http://share.example/sharer?{share}'>Share</a> <a href='/login?return=/{share}'>Log in</a>"
    return _html(f"<title>{title}</title>{NAV}<h1>{title}</h1><p>There is nothing here.</p><ul>{listed}</ul>{extra}")


def _html(body: str) -> Answer:
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), body.encode())


def _word(*seed: object) -> str:
    digest = blake2b(repr(seed).encode(), digest_size=5).digest()
    return "".join(chr(ord("a") + byte % 26) for byte in digest)
