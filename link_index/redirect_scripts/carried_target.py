"""Reads the URL that another URL carries: as it is, percent-encoded once or twice, in base64 or in hexadecimal."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from urllib.parse import unquote

from link_index.urls import resolve

MOST = 4096  # characters that are looked at
_ABSOLUTE = re.compile(r"(?:https?:)?//[^/?#\s]", re.IGNORECASE)
_SCHEMELESS = re.compile(r"www\.[a-z0-9-]{1,63}\.[a-z0-9.-]{2,200}(?:[/?#]|$)", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BASE64_STARTS = ("aHR0c", "a1aHR0c", "Ly93", "d3d3L")  # http, http after a letter and a digit of Bing's, //w, www.
_HEX = re.compile(r"68747470(?:[0-9a-f]{2}){6,}", re.IGNORECASE)


def carried_target(value: str) -> str | None:
    """The http(s) URL a parameter's value means, normalised; None for what is none, or a path of the same site."""
    text = value.strip()[:MOST]
    for _ in range(3):  # as it is, and what one and two decodings give
        if found := _read(text):
            return found
        decoded = unquote(text)
        if decoded == text:
            break
        text = decoded
    return None


def _read(text: str) -> str | None:
    if _ABSOLUTE.match(text) or _SCHEMELESS.match(text):
        return _resolved(text)
    if text.startswith(_BASE64_STARTS) and _BASE64.fullmatch(text):
        return _of_bytes(_from_base64(text.removeprefix("a1")))
    if _HEX.fullmatch(text):
        return _of_bytes(bytes.fromhex(text))
    return None


def _from_base64(text: str) -> bytes:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return b64decode(standard + "=" * (-len(standard) % 4))
    except binascii.Error:  # one character too many
        return b64decode(standard[: len(standard) // 4 * 4])


def _of_bytes(data: bytes) -> str | None:
    text = data.decode("utf-8", "replace")
    if "\ufffd" in text or not (_ABSOLUTE.match(text) or _SCHEMELESS.match(text)):
        return None
    return _resolved(text)


def _resolved(text: str) -> str | None:
    url = resolve(f"http://{text}" if _SCHEMELESS.match(text) else text, "http://base.invalid/")
    return url if url and url.startswith(("http://", "https://")) and "." in url.split("/")[2] else None
