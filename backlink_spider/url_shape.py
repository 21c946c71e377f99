"""The shape of a URL: what is left of it where numbers, ids and words stand for all others of their kind.

    /calendar/2031/05?view=week     calendar/d?view
    /shop/shoes/red/?size=9&brand=x shop/w?&
    /viewtopic.php?t=17             viewtopic.php?t

The pages of one section, of a shop, forum or trap, share a shape; a host has few, however many pages it has.
"""

from __future__ import annotations

import re

# Names of one segment or parameter, collapsed; a script is a section by itself.
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|pl|do|cfm)$", re.IGNORECASE)
_ID = re.compile(r"(?=[^0-9]*[0-9])(?:[0-9a-f-]{16,}|(?=[^a-z]*[a-z])[0-9a-z]{20,})$", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
LONGEST_NAME = 40


def url_shape(url: str) -> str:
    """The shape of an http(s) URL, its host left out.

    The first of several segments, or a script, stays as it is; of the rest there is told which kinds it has (d numbers,
    x ids, w words), not how many: an ever-growing path has one shape. One parameter is named, several are `&`.
    """
    path, _, query = url.split("/", 3)[3].partition("?")
    segments = [segment for segment in path.split("/") if segment]
    section = ""
    if segments and (len(segments) > 1 or _SCRIPT.search(segments[0])) and _kind(segments[0]) == "w":
        section = segments.pop(0)[:LONGEST_NAME]
    kinds = "".join(sorted(set(map(_kind, segments))))
    shape = f"{section}/{kinds}"
    return f"{shape}?{_parameters(query)}" if query else shape


def path_of_shape(shape: str) -> str:
    return shape.partition("?")[0]


def _kind(segment: str) -> str:
    if not any(map(str.isalpha, segment)):
        return "d"
    return "x" if _ID.match(segment) else "w"


def _parameters(query: str) -> str:
    names = {pair.partition("=")[0] for pair in query.split("&") if pair}
    return "&" if len(names) != 1 else _NUMBERS.sub("0", names.pop())[:LONGEST_NAME]
