"""The Link response header (RFC 8288): targets and the parameters that say what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_BETWEEN = re.compile(r"[\s,]*+(?:[^<,][^,]*+[\s,]*+)*+")  # separators, and whatever does not start as a link-value
_PARAMETER = re.compile(r"""\s*;\s*([^\s=;,<"]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s;,"]*)))?""", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class HeaderLink(NamedTuple):
    """One link-value: the target as written, and its parameters by lower-case name, the first of each name."""

    href: str
    parameters: dict[str, str]


def header_links(value: str) -> Iterator[HeaderLink]:
    """The link-values of one Link header, by RFC 8288 appendix B.2; what cannot be read is passed over."""
    position = _end(_BETWEEN.match(value))
    while position < len(value):
        close = value.find(">", position)
        if close < 0:
            return
        href = value[position + 1 : close].strip()
        position = close + 1
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(value, position):
            position = parameter.end()
            name, quoted, token = parameter.groups()
            parameters.setdefault(name.lower(), _ESCAPE.sub(r"\1", quoted) if quoted is not None else token or "")
        yield HeaderLink(href, parameters)
        position = _end(_BETWEEN.match(value, position))


def _end(match: re.Match[str] | None) -> int:
    assert match is not None  # every part of the pattern is optional
    return match.end()
