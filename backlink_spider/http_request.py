"""An HTTP/1.1 request as bytes, and the route its connection takes: functions of a URL, headers and a proxy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from scrapy.exceptions import UnsupportedURLSchemeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backlink_spider.bodies_under_way import BodyRoom
    from backlink_spider.http_reply import HttpReply

# Neither white space nor a control character: they would end the request line early.
_URL = re.compile(r"(https?)://([^/?#\x00-\x20\x7f]+)([^#\x00-\x20\x7f]*)(?:#.*)?", re.IGNORECASE | re.DOTALL)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})  # RFC 9110 section 8.6: their Content-Length says even 0
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})  # RFC 9110 section 9.2.2
# Framing is ours; a proxy's credentials are for the proxy alone.
_NOT_PASSED_ON = frozenset({b"Content-Length", b"Transfer-Encoding", b"Proxy-Authorization"})


class Route(NamedTuple):
    """Where a connection goes and what it says there first. Requests of equal routes may share a connection."""

    host: str
    port: int
    server_name: str = ""  # of TLS; without it the connection is plain
    tunnel: bytes = b""  # the CONNECT request that a proxy answers before TLS begins
    forwards: bool = False  # it leads to a proxy that is asked for pages of many hosts
    is_operators: bool = False  # a proxy of the operator's, wherever it is

    @property
    def origin(self) -> str:
        """The host at its far end, as the frontier names it; "" where that changes with each request."""
        host = self.server_name if self.tunnel else self.host.removesuffix(".")
        return "" if self.forwards else f"[{host}]" if ":" in host else host


class Listener(Protocol):
    """Sees a reply while it comes; True stops it there."""

    def head(self, reply: HttpReply) -> bool: ...

    def body(self, chunk: bytes) -> bool: ...


@dataclass(slots=True)
class HttpRequest:
    """`max_size` bounds the reply's body, as it comes and as it is decompressed; 0 does not. `partial` takes a body
    that ends too early as it is. `max_headers` bounds how many headers a reply has, `max_header_size` their bytes.
    Where `decodes` is true, the reply's body is decompressed and its Content-Encoding gone.

    Where `enough` is not 0, what lies behind so many bytes of body is not read, however long the body is.
    `gate` is asked before a connection is made for the request and before it is sent: where it is false, it is not.
    `room` is what its body takes of the memory for all.
    `beyond_proxy` are the host and port that a proxy is asked for.
    """

    route: Route
    method: str
    data: bytes
    max_size: int = 0
    enough: int = 0
    max_headers: int = 500
    max_header_size: int = 64 * 1024
    decodes: bool = True
    partial: bool = False
    listener: Listener | None = None
    gate: Callable[[], bool] | None = None
    room: BodyRoom | None = None
    beyond_proxy: tuple[str, int] | None = None

    @property
    def may_be_resent(self) -> bool:
        """By RFC 9112 section 9.3.1, when its connection was used before and ends without a byte of reply.

        Not to a proxy: in use for all hosts it is hardly ever idle, so that its hanging up is an answer, and what is
        asked again has to wait for the host's delay.
        """
        return self.method in _IDEMPOTENT and not self.route.forwards


class _Origin(NamedTuple):
    scheme: str
    host: str
    port: int
    authority: str  # as Host names it: without user, password and default port


def http_request(
    url: str,
    method: str = "GET",
    headers: Iterable[tuple[bytes, list[bytes]]] = (),
    body: bytes = b"",
    proxy: str = "",
    operators_proxies: frozenset[tuple[str, int]] = frozenset(),
) -> HttpRequest:
    """`headers` are named as Scrapy's Headers name them. Raises UnsupportedURLSchemeError, and ValueError for a header.

    The path and query are sent as they stand: who made the URL has normalised it.
    """
    parts = _URL.fullmatch(url)
    if parts is None:
        raise UnsupportedURLSchemeError(f"Not a URL of http or https: {url!r}")
    scheme, authority, target = parts.groups()
    origin = _origin(scheme.lower(), authority)
    if not target.startswith("/"):
        target = f"/{target}"
    fields = dict(headers)
    credentials = fields.get(b"Proxy-Authorization", []) if proxy else []
    if not proxy:
        route = _direct(origin)
    elif origin.scheme == "https":
        route = _tunnelled(origin, _proxy(proxy), b"".join(credentials[-1:]), operators_proxies)
        credentials = []
    else:
        host, port = _proxy(proxy)
        route = Route(host, port, forwards=True, is_operators=(host, port) in operators_proxies)
        target = f"http://{origin.authority}{target}"
    request = HttpRequest(route, method, _serialised(method, target, origin.authority, fields, credentials, body))
    if proxy:
        request.beyond_proxy = origin.host, origin.port
    return request


@lru_cache(maxsize=4096)
def _direct(origin: _Origin) -> Route:
    return Route(origin.host, origin.port, _server_name(origin))


def _tunnelled(
    origin: _Origin, proxy: tuple[str, int], credentials: bytes, operators_proxies: frozenset[tuple[str, int]]
) -> Route:
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    authority = f"{host}:{origin.port}"
    fields = {b"Proxy-Authorization": [credentials]} if credentials else {}
    connect = _lines(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n", fields.items())
    return Route(*proxy, _server_name(origin), connect, is_operators=proxy in operators_proxies)


def _server_name(origin: _Origin) -> str:
    """RFC 6066 section 3: a server name ends without the root's dot."""
    return (origin.host.rstrip(".") or origin.host) if origin.scheme == "https" else ""


def _serialised(
    method: str, target: str, host: str, fields: dict[bytes, list[bytes]], credentials: list[bytes], body: bytes
) -> bytes:
    start = f"{method} {target} HTTP/1.1\r\n"
    if b"Host" not in fields:
        start += f"Host: {host}\r\n"
    passed_on = [(name, values) for name, values in fields.items() if name not in _NOT_PASSED_ON]
    if credentials:
        passed_on.append((b"Proxy-Authorization", credentials))
    if body or method in _WITH_BODY:
        passed_on.append((b"Content-Length", [b"%d" % len(body)]))
    return _lines(start, passed_on) + body


def _lines(start: str, fields: Iterable[tuple[bytes, list[bytes]]]) -> bytes:
    lines = [start.encode()]
    for name, values in fields:
        for value in values:
            lines.append(b"%b: %b\r\n" % (name, value))  # noqa: PERF401 (a generator takes twice as long)
    lines.append(b"\r\n")
    head = b"".join(lines)
    ends = start.count("\n") + len(lines) - 1
    if head.count(b"\n") != ends or head.count(b"\r") != ends:
        raise ValueError(f"A line of the request holds an end of line: {head!r}")
    return head


@lru_cache(maxsize=4096)
def _origin(scheme: str, authority: str) -> _Origin:
    try:
        parts = urlsplit(f"//{authority}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UnsupportedURLSchemeError(f"Not a host and a port: {authority!r}") from error
    if not host:
        raise UnsupportedURLSchemeError(f"Not a host and a port: {authority!r}")
    name = f"[{host}]" if ":" in host else host
    default = _DEFAULT_PORTS[scheme]
    if port is None or port == default:
        return _Origin(scheme, host, default, name)
    return _Origin(scheme, host, port, f"{name}:{port}")


@lru_cache(maxsize=64)
def _proxy(url: str) -> tuple[str, int]:
    parts = _URL.fullmatch(url if "://" in url else f"http://{url}")
    if parts is None or parts[1].lower() != "http":
        raise UnsupportedURLSchemeError(
            f"Proxies are spoken to in plain http, for https pages too: name one as http://host:port, not {url}"
        )
    origin = _origin("http", parts[2])
    return origin.host, origin.port
