"""The shape of a URL: what is left of it where numbers, ids and words stand for all others of their kind.

    /calendar/2031/05?view=week     calendar/d?view
    /shop/shoes/red/?size=9&brand=x shop/w?&
    /viewtopic.php?t=17             viewtopic.php?t

The pages of one section, of a shop, forum or trap, share a shape; a host has few, however many pages it has.
"""

from __future__ import annotations

import re

from backlink_spider.trap_rules import CALENDAR

# Names of one segment or parameter, collapsed; a script is a section by itself.
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|pl|do|cfm)$", re.IGNORECASE)
_ID = re.compile(r"(?=[^0-9]*[0-9])(?:[0-9a-f-]{16,}|(?=[^a-z]*[a-z])[0-9a-z]{20,})$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_NUMBERS = re.compile(r"\d+")
LONGEST_NAME = 40
SHORTEST_ID = 16
MOST_NUMBERS = 5


def url_shape(url: str) -> str:
    """The shape of an http(s) URL, its host left out.

    The first of several segments, or a script, stays as it is; of the rest there is told which kinds it has (d numbers,
    x ids, w words), not how many: an ever-growing path has one shape. Numbers alone are counted unless they are a
    calendar's, for /2026/11 lists what /2026/11/29/17 says. One parameter is named, several are `&`.
    """
    path, _, query = url.split("/", 3)[3].partition("?")
    segments = [segment for segment in path.split("/") if segment]
    section = ""
    if segments and (len(segments) > 1 or _SCRIPT.search(segments[0])) and _kind(segments[0]) == "w":
        section = segments.pop(0)[:LONGEST_NAME]
    found = [_kind(segment) for segment in segments]
    kinds = "".join(sorted(set(found)))
    if kinds == "d" and not CALENDAR.search(path):
        kinds = "d" * min(len(found), MOST_NUMBERS)
    shape = f"{section}/{kinds}"
    return f"{shape}?{_parameters(query)}" if query else shape


def path_of_shape(shape: str) -> str:
    return shape.partition("?")[0]


def _kind(segment: str) -> str:
    if not _LETTER.search(segment):
        return "d"
    return "x" if len(segment) >= SHORTEST_ID and _ID.match(segment) else "w"


def _parameters(query: str) -> str:
    names = {pair.partition("=")[0] for pair in query.split("&") if pair}
    return "&" if len(names) != 1 else _NUMBERS.sub("0", names.pop())[:LONGEST_NAME]
