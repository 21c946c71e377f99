"""A web whose pages and headers hold every poison of the table, wherever a string of the web is stored."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from backlinks.web_folder import Answer
from tests.poisons import POISONS

HOST, TARGET = "http://poisoned.example", "http://target.example"
NUMBERS = range(len(POISONS))
LONG = 1_000_000  # characters of an attribute
_HTML = ("Content-Type", "text/html; charset=utf-8")


def wire(text: str) -> bytes:
    """As a page of UTF-8 holds it; a lone surrogate is no UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def as_read(text: str) -> str:
    """The text of an element as a reader sees it, by the HTML Standard, white space collapsed."""
    return " ".join(wire(text.replace("\0", "")).decode("utf-8", "replace").split())


def as_read_whole(text: str) -> str:
    """Of an attribute or a title, where a NUL is U+FFFD."""
    return as_read(text.replace("\0", "\ufffd"))


def source(number: int) -> str:
    return f"{HOST}/page/{number}"


def target(number: int) -> str:
    return f"{TARGET}/{number}"


class PoisonedWeb:
    """Answers as a WebFolder does."""

    hosts = frozenset({"poisoned.example", "target.example"})

    def answer(self, url: str) -> Answer | None:
        parts = urlsplit(url)
        if parts.hostname not in self.hosts:
            return None
        folder, _, number = parts.path.lstrip("/").partition("/")
        texts = list(POISONS.values())
        if parts.path == "/robots.txt":
            lines = "".join(f"User-agent: {text}\nDisallow: /{text}\nCrawl-delay: {text}\n" for text in texts)
            return Answer(200, (("Content-Type", "text/plain"),), wire(lines + "User-agent: *\nDisallow: /barred\n"))
        if parts.hostname == "target.example":
            return Answer(200, (_HTML,), b"<title>Target</title><h1>Target</h1>")
        poison = texts[int(number)] if number.isdecimal() and int(number) < len(texts) else None
        if poison is not None:
            return _poisoned(folder, poison, int(number))
        match parts.path:
            case "/":
                links = "".join(f"<a href=/{name}/{n}>x</a>" for n in NUMBERS for name in ("page", "moved", "header"))
                return Answer(200, (_HTML,), f"{links}<a href=/long>x</a>".encode())
            case "/long":
                return Answer(200, (_HTML,), _long_page().encode())
            case "/long-link":
                return Answer(200, (_HTML,), _long_link().encode())
        return Answer(404, (_HTML,))


def _poisoned(folder: str, poison: str, number: int) -> Answer:
    if folder == "moved":
        return Answer(302, (("Location", f"{TARGET}/moved/{_sendable(poison)}"),))
    if folder == "header":
        return Answer(200, _headers(_sendable(poison)), b"<title>x</title><a href=/>home</a>")
    return Answer(200, (_HTML,), wire(_page(poison, number)))


def _page(poison: str, number: int) -> str:
    text = escape(poison)
    return (
        f'<html lang="{text}"><head><title>{text}</title><meta property="og:site_name" content="{text}">'
        f'<meta name="robots" content="{text}"><meta name="{text}" content="{text}">'
        f'<link rel=canonical href="{source(number)}?{text}"></head><body><h1>{text}</h1>'
        f'<p>{text} <a href="{target(number)}" rel="{text} nofollow" title="{text}">{text}</a> {text}</p>'
        f'<a href="{TARGET}/{text}">x</a><a href="{text}">y</a><a href="{text}:x">z</a><a href="http://{text}/">h</a>'
        f'<a href="{TARGET}/image/{number}"><img alt="{text}"></a><a href="/moved/{number}">{text}</a>'
        f'<a href="{TARGET}/out.php?url=http://other.example/{text}">{text}</a>'
        f'<div role="{text}" style="{text}" class="{text}"><a href="/barred/{text}">b</a></div>'
    )


def _headers(text: str) -> tuple[tuple[str, str], ...]:
    links = f'<{TARGET}/by-header/{text}>; rel="alternate {text}"'
    names = ("ETag", "Last-Modified", "X-Robots-Tag", "Content-Language", "X-Unknown", "Set-Cookie")
    return (_HTML, ("Link", links), *((name, text) for name in names))


def _sendable(text: str) -> str:
    """What the server encodes as UTF-8; CR, LF and NUL are sent as they are, and split or spoil the header."""
    return text.encode("utf-8", "replace").decode()


def _long_page() -> str:
    x = "x" * LONG
    return (
        f'<html lang="{x}"><head><title>{x}</title><meta property="og:site_name" content="{x}">'
        f'<link rel=canonical href="/{x}"></head><body><h1>{x}</h1>{x}<a href="/long-link">{x}</a>{x}'
    )


def _long_link() -> str:
    x = "x" * LONG
    return (
        f'<a href="{TARGET}/long" rel="ugc {"y " * (LONG // 2)}{x} nofollow" style="{x}" title="{x}">x</a>'
        f'<a href="{TARGET}/{x}">too long</a><a href="{TARGET}/image"><img alt="{x}"></a>'
    )
