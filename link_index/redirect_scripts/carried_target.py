"""Reads the URL that another URL carries: as it is, percent-encoded, in base64 or hexadecimal, or so twice."""

from __future__ import annotations

import re
from base64 import b64decode
from urllib.parse import unquote

from link_index.urls import resolve

ENCODINGS = 4  # that are taken off, one after the other
_ABSOLUTE = re.compile(r"(?:(https?):[/\\]{1,4}|[/\\]{2})(?=[^/\\?#\s])", re.IGNORECASE)
_WWW = re.compile(r"www\.[a-z0-9-]{1,63}\.[a-z0-9]", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24}(?=[/?#:]|$)", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{10,}={0,2}")
# http in base64, and once more; //w; www. Bing writes a1 before.
_BASE64_STARTS = ("aHR0c", "a1aHR0c", "YUhSMGN", "Ly93", "d3d3L", "SFRUUD")
_HEX = re.compile(r"(?:68747470|7777772e)(?:[0-9a-f]{2}){4,}", re.IGNORECASE)
_ENCODED = re.compile(r"https?(?:%|:%)|[A-Za-z0-9+_-]*=*(?:/|$)", re.IGNORECASE)


def carried_target(value: str, *, bare_host: bool = False) -> str | None:
    """The http(s) URL that a parameter's value means, normalised; None for anything else, a path of the site included.

    `bare_host` also takes `example.org/page` for one, where the rules know that the parameter holds nothing else.
    """
    text = value.strip(" \t\n\r[]")
    for _ in range(ENCODINGS):
        if found := _absolute(text):
            return _resolved(found)
        decoded = _decoded(text)
        if decoded == text:
            break
        text = decoded.strip(" \t\n\r[]")
    if bare_host and _BARE_HOST.match(text):
        return _resolved(f"http://{text}")
    return None


def carried_in_path(rest: str, query: str) -> str | None:
    """The URL that the rest of a path begins with: to the next slash if encoded, else to the end, query included."""
    if _ENCODED.match(rest):
        return carried_target(rest.partition("/")[0])
    return carried_target(f"{rest}?{query}" if query else rest)


def _absolute(text: str) -> str | None:
    if found := _ABSOLUTE.match(text):
        return f"{(found[1] or 'https').lower()}://{text[found.end() :]}"
    return f"http://{text}" if _WWW.match(text) else None


def _decoded(text: str) -> str:
    """The text without its outermost encoding; the same text if it has none."""
    if text.startswith(_BASE64_STARTS) and _BASE64.fullmatch(text):
        return _from_base64(text.removeprefix("a1")) or text
    if _HEX.fullmatch(text):
        return _readable(bytes.fromhex(text)) or text
    return unquote(text)


def _from_base64(text: str) -> str | None:
    """The text of base64 in either alphabet; padding may be missing, and one character too many is left out."""
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(standard) % 4 == 1:
        standard = standard[:-1]
    return _readable(b64decode(standard + "=" * (-len(standard) % 4)))


def _readable(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _resolved(text: str) -> str | None:
    url = resolve(text, "http://base.invalid/")
    return url if url and url.startswith(("http://", "https://")) and "." in url.split("/", 3)[2] else None
