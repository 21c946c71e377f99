"""Reads the URLs that Proofpoint's mail filter rewrote (URL Defense), by the way its versions 2 and 3 write them."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error

_RUNS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # **A stands for two characters, **B for three
)
_STARS = re.compile(r"\*(?:\*([A-Za-z0-9_-]))?")


def version_2(value: str) -> str:
    """The percent-encoded URL of `u`, in which % is written - and / is written _."""
    return value.replace("-", "%").replace("_", "/")


def version_3(rest: str) -> str:
    """The URL of `__URL__;REPLACED!!...`, in which * stands for the next of the replaced characters, in base64."""
    url, _, after = rest.partition("__;")
    replaced = _replaced(after.partition("!")[0]) if "*" in url else ""
    if not replaced:
        return url
    place = 0

    def characters(star: re.Match[str]) -> str:
        nonlocal place
        start, place = place, place + (_RUNS.index(star[1]) + 2 if star[1] else 1)
        return replaced[start:place]

    return _STARS.sub(characters, url)


def _replaced(text: str) -> str:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")
    except (Error, ValueError):
        return ""
