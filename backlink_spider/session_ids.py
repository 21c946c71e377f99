"""Session ids in URLs: the same page under a URL of its own for each visit.

Cut out is what cannot be anything else: names that servers and programs are known to use, with values that look like
such an id. `sid=12` is an article.
"""

from __future__ import annotations

import re

# Java servlets; ASP.NET without cookies; PHP, ASP, osCommerce and Zen Cart; ColdFusion; phpBB, vBulletin and others.
_IN_PATH = re.compile(r";jsessionid=[^/?;]*|(?<=/)\(S\([0-9a-z]{20,}\)\)/", re.IGNORECASE)
_BY_NAME = re.compile(r"(?:phpsessid|jsessionid|aspsessionid[a-z]*|oscsid|zenid|cfid|cftoken)=", re.IGNORECASE)
_BY_VALUE = re.compile(
    r"(?:sess(?:ion)?_?(?:id)?|sid)=(?=[^&]*[0-9])(?=[^&]*[a-z])(?![0-9a-f]{24}$)[0-9a-z_-]{16,}$|s=[0-9a-f]{32}$",
    re.IGNORECASE,
)
# One of them, in lower case, is in every URL that has a session id.
_SIGNS = ("sess", "?sid=", "&sid=", "?s=", "&s=", "zenid", "oscsid", "cfid", "cftoken", "/(s(")


def without_session_id(url: str) -> str:
    """The URL without its session id; the URL itself if it has none."""
    if "=" not in url and ";" not in url and "(" not in url:
        return url
    lower = url.lower()
    if not any(sign in lower for sign in _SIGNS):  # a fifth of a regular expression's cost
        return url
    path, question_mark, query = url.partition("?")
    path = _IN_PATH.sub("", path)
    kept = [pair for pair in query.split("&") if not (_BY_NAME.match(pair) or _BY_VALUE.match(pair))]
    return f"{path}?{'&'.join(kept)}" if kept != [""] and kept else path + question_mark * (query == "")
