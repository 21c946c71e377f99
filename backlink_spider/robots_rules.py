"""What a robots.txt says to one agent: which URLs it may fetch and how long to wait between two, by RFC 9309.

Where the RFC is silent, what Google publishes of its own parser decides: product tokens end at the first character that
is none of theirs, misspelt names of rules are read as they are meant, `$` is an anchor at the end alone.
https://www.rfc-editor.org/rfc/rfc9309, https://developers.google.com/search/docs/crawling-indexing/robots/robots_txt
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READ_LIMIT = 500 * 1024  # bytes; RFC 9309 section 2.5: a crawler reads as many at least

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n?|\n")
_PAIR = re.compile(rb"([^:\s]+|user[ \t]+agent)[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_PAIR_WITHOUT_COLON = re.compile(rb"([a-z-]+)[ \t]+(\S+)", re.IGNORECASE)
_PRODUCT_TOKEN = re.compile(rb"[a-z_-]*", re.IGNORECASE)
_EVERYBODY = b"*"
_AGENT_FIELDS = frozenset({b"user-agent", b"useragent", b"user agent"})
_DISALLOW_FIELDS = frozenset({b"disallow", b"dissallow", b"dissalow", b"disalow", b"diasllow", b"disallaw"})

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986 section 2.3
_TO_ESCAPE = re.compile(rb"%[0-9a-fA-F]{2}|[^!-~]|[\"<>\\^`{|}]")
_NORMAL = re.compile(r"[\w\-.~/?=&:;,+@!()*$]+", re.ASCII).fullmatch  # most paths: nothing to normalise
_OPEN_IN_QUERY = re.compile(b"%3A|%2F|%3F|%40")  # : / ? @, which a query may hold as they are (RFC 3986 section 3.4)


class _Match(NamedTuple):
    """A rule that holds for a URL. The longest wins, among equals the one that allows (RFC 9309 section 2.2.2)."""

    length: int
    allows: bool


class _Wildcard(NamedTuple):
    """A path pattern with `*` between its parts; `anchored` if it ends in `$`."""

    match: _Match
    parts: list[bytes]
    anchored: bool


_NO_RULE = _Match(-1, allows=True)


class RobotsRules:
    """The rules of all groups that hold for one agent. `size` is about how many bytes they take."""

    __slots__ = ("_lengths", "_prefixes", "_wildcards", "crawl_delay", "size")

    def __init__(self, rules: Iterable[tuple[bytes, bool]], crawl_delay: float = 0.0) -> None:
        self.crawl_delay = crawl_delay  # seconds; 0: none is asked for
        self.size = 400
        self._prefixes: dict[bytes, _Match] = {}
        self._wildcards: list[_Wildcard] = []
        for value, allows in rules:
            self._add(value, allows)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._wildcards.sort(key=lambda wildcard: wildcard.match, reverse=True)

    def allows(self, url: str) -> bool:
        """Whether an absolute http(s) URL may be fetched."""
        path = _path(url)
        if path == b"/robots.txt":
            return True
        found = self._longest(path)
        if b"%" in path:
            found = max(found, *(self._longest(form) for form in _forms(path)))
        return found.allows

    def _add(self, value: bytes, allows: bool) -> None:
        anchored = value.endswith(b"$")
        pattern = _normalised(value.removesuffix(b"$"))
        match = _Match(len(pattern) + anchored, allows)
        for form in _forms(pattern):
            self.size += 150 + len(form)
            if anchored or b"*" in form:
                self._wildcards.append(_Wildcard(match, form.split(b"*"), anchored))
            else:
                self._prefixes[form] = max(match, self._prefixes.get(form, match))

    def _longest(self, path: bytes) -> _Match:
        found = _NO_RULE
        for length in self._lengths:
            match = self._prefixes.get(path[:length])
            if match is not None and match > found:
                found = match
        for wildcard in self._wildcards:
            if wildcard.match <= found:
                break
            if _fits(wildcard, path):
                return wildcard.match
        return found


def read_robots(text: bytes, agent: str) -> RobotsRules:
    """The rules for an agent, named by its product token or the whole User-Agent; what is none of them is skipped.

    Groups of the same agent are one; those for `*` hold where none names it. Of several delays the longest holds.
    """
    token = product_token(agent)
    rules: dict[bytes, list[tuple[bytes, bool]]] = {}
    delays: dict[bytes, float] = {}
    named: list[bytes] = []  # of the group at hand
    in_rules = False
    for field, value in _pairs(text):
        if field in _AGENT_FIELDS:
            if in_rules:
                named, in_rules = [], False
            named.append(_named(value))
            if named[-1] and named[-1] in (token, _EVERYBODY):
                rules.setdefault(named[-1], [])
        elif field == b"allow" or field in _DISALLOW_FIELDS:
            in_rules = True
            for name in rules.keys() & set(named) if value else ():
                rules[name].append((value, field == b"allow"))
        elif field == b"crawl-delay":  # as any other line that is no rule it does not end the agents of a group
            for name in rules.keys() & set(named):
                delays[name] = max(_seconds(value), delays.get(name, 0.0))
    holds = token if token in rules else _EVERYBODY
    return RobotsRules(rules.get(holds, ()), delays.get(holds, 0.0))


def product_token(agent: str) -> bytes:
    """`FooBot/1.0 (+https://...)` -> `foobot`."""
    return _token(agent.encode("utf-8", "replace"))


def _token(agent: bytes) -> bytes:
    found = _PRODUCT_TOKEN.match(agent)
    return found[0].lower() if found else b""


def _named(value: bytes) -> bytes:
    """Whom a user-agent line names; Google reads `*` with something behind a space as `*`."""
    return _EVERYBODY if value.split(None, 1)[:1] == [_EVERYBODY] else _token(value)


def _pairs(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Field names, in lower case, and values of the lines that have both."""
    for line in _LINE_END.split(text[:READ_LIMIT].removeprefix(_BOM)):
        told = line.partition(b"#")[0].strip()
        pair = _PAIR.fullmatch(told) or _PAIR_WITHOUT_COLON.fullmatch(told)
        if pair:
            yield b" ".join(pair[1].lower().split()), pair[2]


def _seconds(value: bytes) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _path(url: str) -> bytes:
    """Path and query, normalised."""
    start = url.find("/", 8)  # behind https://
    if start > 0 and _NORMAL(url, start) and "?" not in url[8:start]:
        return url[start:].encode()
    rest = url.partition("#")[0].partition("://")[2]
    begins = re.search("[/?]", rest)
    path = rest[begins.start() :] if begins else ""
    return _normalised((path if path.startswith("/") else f"/{path}").encode("utf-8", "surrogatepass"))


def _normalised(path: bytes) -> bytes:
    """RFC 9309 section 2.2.2: unreserved characters as they are, whatever may not stand in a URL escaped."""
    return _TO_ESCAPE.sub(_escaped, path)


def _escaped(found: re.Match[bytes]) -> bytes:
    text = found[0]
    if len(text) == 1:
        return b"%%%02X" % text[0]
    code = int(text[1:], 16)
    return bytes((code,)) if code in _UNRESERVED else text.upper()


def _forms(path: bytes) -> list[bytes]:
    """The ways in which a query may say the same: to the RFC `?to=https%3A%2F%2Fe.test` is `?to=https://e.test`."""
    before, mark, query = path.partition(b"?")
    if b"%" not in query:
        return [path]
    opened = _OPEN_IN_QUERY.sub(lambda found: bytes((int(found[0][1:], 16),)), query)
    return [path] if opened == query else [path, before + mark + opened]


def _fits(wildcard: _Wildcard, path: bytes) -> bool:
    """In one pass: the first place where a part fits is as good as any later one."""
    first, *others = wildcard.parts
    if not path.startswith(first):
        return False
    if not others:
        return path == first
    at = len(first)
    for part in others[:-1]:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if wildcard.anchored:
        return path.endswith(others[-1]) and len(path) - len(others[-1]) >= at
    return path.find(others[-1], at) >= 0
