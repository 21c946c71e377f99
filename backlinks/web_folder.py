"""A web kept as files: one folder per host, and a web.toml for what a file cannot say.

`example.org/about.html` answers for http(s)://example.org/about, `example.org/index.html` for its front page. In
web.toml a table named by a URL (query included) or by a host says how that URL, or that whole host, answers:

    ["http://example.org/old"]
    location = "https://example.org/new"     # with status 301 unless `status` says otherwise

Keys: status; turns (statuses of successive requests, the last one repeats; 0 hangs up without an answer); location;
headers (pairs, so that one can be repeated); content_type; body or file; encoding (what the UTF-8 file is sent in);
bom; gzip; delay (seconds).
"""

from __future__ import annotations

import gzip
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HANG_UP = 0  # in place of a status: the connection is closed without an answer
BYTE_ORDER_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request is answered with."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay: float = 0.0


class WebFolder:
    """The answers of all hosts under some folders; a later folder shows a later state of an earlier one."""

    def __init__(self, *folders: Path) -> None:
        self._files: dict[str, Path] = {}  # "example.org/about" -> file
        self._rules: dict[str, dict[str, Any]] = {}
        self._requests: Counter[str] = Counter()
        for folder in folders:
            self._files |= {f"{path.parts[len(folder.parts)]}{url}": path for path, url in _pages(folder)}
            self._rules |= {key: {**rule, "folder": folder} for key, rule in _rules(folder / "web.toml").items()}
        self.hosts = {key.partition("/")[0] for key in self._files} | {_host(key) for key in self._rules}

    def answer(self, url: str) -> Answer | None:
        """The answer to a GET of the URL, None if its host is no part of this web."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host not in self.hosts:
            return None
        rule = {**self._rules.get(host, {}), **self._rules.get(url, {})}
        self._requests[url] += 1
        body, suffix = self._body(rule, f"{parts.netloc}{unquote(parts.path)}", f"{host}{unquote(parts.path)}")
        if body is None and not {"status", "turns", "location"} & rule.keys():
            return Answer(404, (("Content-Type", "text/html"),), b"<title>Not found</title>", rule.get("delay", 0.0))
        status = self._status(rule, self._requests[url])
        return Answer(status, tuple(_headers(rule, suffix)), _encoded(body or "", rule), rule.get("delay", 0.0))

    def _body(self, rule: dict[str, Any], *names: str) -> tuple[str | None, str]:
        if "body" in rule:
            return rule["body"], ".html"
        path = rule["folder"] / rule["file"] if "file" in rule else None
        path = path or next((self._files[name] for name in names if name in self._files), None)
        return (path.read_text("utf-8"), path.suffix) if path else (None, ".html")

    @staticmethod
    def _status(rule: dict[str, Any], nth: int) -> int:
        turns = rule.get("turns") or [rule.get("status", 301 if "location" in rule else 200)]
        status: int = turns[min(nth, len(turns)) - 1]
        return status


def _pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file of the host folders with the URL path it answers for; a host is a folder with a dot in its name."""
    for path in sorted(folder.glob("*.*/**/*")):
        if not path.is_file():
            continue
        url = "/" + path.relative_to(folder).as_posix().partition("/")[2]
        if path.suffix == ".html":
            url = url.removesuffix(".html")
            url = url.removesuffix("index") if url.endswith("/index") else url
        yield path, url


def _rules(path: Path) -> dict[str, dict[str, Any]]:
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _host(key: str) -> str:
    return urlsplit(key).hostname or "" if "://" in key else key


def _headers(rule: dict[str, Any], suffix: str) -> Iterator[tuple[str, str]]:
    content_type = rule.get("content_type", _CONTENT_TYPES.get(suffix, "application/octet-stream"))
    if content_type:
        yield "Content-Type", content_type
    if "location" in rule:
        yield "Location", rule["location"]
    if rule.get("gzip"):
        yield "Content-Encoding", "gzip"
    yield from rule.get("headers", ())


def _encoded(body: str, rule: dict[str, Any]) -> bytes:
    encoding = rule.get("encoding", "utf-8")
    data = (BYTE_ORDER_MARKS[encoding] if rule.get("bom") else b"") + body.encode(encoding)
    return gzip.compress(data, mtime=0) if rule.get("gzip") else data
