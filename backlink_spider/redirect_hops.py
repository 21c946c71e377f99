"""What a redirect says: the hop it is, and whether the crawl goes on along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlink_spider.items import Hop
from link_index.urls import MAX_URL_LENGTH, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

# https://httpwg.org/specs/rfc9110.html#status.3xx: the codes that send a GET elsewhere by Location.
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})


def http_hop(url: str, status: int, location: bytes | None) -> Hop:
    """The hop of a 3xx response; `to` is "" if Location is missing, refused by the URL Standard or not http(s).

    Bytes of a Location beyond ASCII are UTF-8 in practice; what is not is read as Latin-1.
    """
    if location is None:
        return Hop(url, status, "http", "")
    try:
        text = location.decode()
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    to = resolve(text, url)
    if to is None or not to.startswith(("http://", "https://")) or len(to) > MAX_URL_LENGTH:
        to = ""
    return Hop(url, status, "http", to)


def refusal(hop: Hop, before: Iterable[Hop], limit: int) -> str | None:
    """Why the crawl stops at this hop: redirect_dead, redirect_loop or redirect_too_long; None to go on.

    `before` are the hops that led to it, `limit` the most hops a chain may have.
    """
    urls = [earlier.url for earlier in before]
    if not hop.to:
        return "redirect_dead"
    if hop.to == hop.url or hop.to in urls:
        return "redirect_loop"
    return "redirect_too_long" if len(urls) + 1 > limit else None
