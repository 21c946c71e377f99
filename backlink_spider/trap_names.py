"""What a trap is called that was found by what its pages say: by the look of its URLs."""

from __future__ import annotations

import re

from backlink_spider.trap_rules import calendar_years

_ID_VALUE = re.compile(r"=(?=[^&]*\d)(?=[^&]*[a-z])[0-9a-z_-]{16,}(?:&|$)", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(?:19|20|21)\d\d[/_-]?(?:0?[1-9]|1[0-2])(?!\d)")
_WORDS = re.compile(r"calend|month|week|\bday\b|date|year", re.IGNORECASE)


def trap_name(url: str) -> str:
    """One of session, calendar, facets, query and path; the pages of infinite sub-domains are not asked about."""
    rest = url.split("/", 3)[3]
    _, _, query = rest.partition("?")
    if _ID_VALUE.search(f"={query.partition('=')[2]}" if query else ""):
        return "session"
    if calendar_years(url) or _DATE.search(rest) or _WORDS.search(rest):
        return "calendar"
    if query:
        return "facets" if query.count("=") > 1 else "query"
    return "path"
