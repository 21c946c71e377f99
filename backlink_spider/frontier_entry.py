"""How a queued URL is written in Redis: ASCII, without what the key says already.

    entry = [ %x01 losses deaths ] body [ TAB hops ]     losses, deaths: a byte each, 32 + number; of lost pages
    body  = "/" rest                                     https://HOST/rest
          | "-" rest                                     http://HOST/rest
          | URL                                          any other: a port, user info, the root's dot
    hops  = JSON array of the redirect hops that led to it

No part can hold a line feed: a URL is serialised by the URL Standard, and JSON escapes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from link_index.urls import Target

LOST = b"\x01"


class BadEntry(ValueError):
    """Bytes from Redis that are no entry."""


class Entry(NamedTuple):
    """A queued URL. `losses`: how often a worker that held it went away; `deaths`: how often it was being read then."""

    url: str
    hops: str | None
    losses: int
    deaths: int


def dumps(target: Target, hops: str | None = None) -> bytes:
    return _text(target, hops).encode("ascii")


def line(target: Target, hops: str | None = None) -> str:
    """The line by which the URL is pushed: its fingerprint, as Redis keeps integers smallest, and its entry."""
    return f"{int.from_bytes(target.hash8, 'big', signed=True)} {_text(target, hops)}\n"


def loads(entry: bytes, host: str) -> Entry:
    """Raises BadEntry, and does nothing else, whatever Redis holds."""
    losses = deaths = 0
    try:
        if entry[:1] == LOST:
            losses, deaths, entry = entry[1] - 32, entry[2] - 32, entry[3:]
        text, _, hops = entry.decode("ascii").partition("\t")
    except (IndexError, UnicodeDecodeError) as error:
        raise BadEntry(entry) from error
    if text[:1] == "/":
        text = f"https://{host}{text}"
    elif text[:1] == "-":
        text = f"http://{host}/{text[1:]}"
    elif not text.startswith(("http://", "https://")):
        raise BadEntry(entry)
    if losses < 0 or deaths < 0:
        raise BadEntry(entry)
    return Entry(text, hops or None, losses, deaths)


def _text(target: Target, hops: str | None) -> str:
    url, host = target.url, target.host
    if url.startswith(f"https://{host}/"):
        url = url[8 + len(host) :]
    elif url.startswith(f"http://{host}/"):
        url = "-" + url[8 + len(host) :]
    return url if hops is None else f"{url}\t{hops}"
