"""What is fuzzed: functions of any bytes that fail where a promise is broken, whoever makes the bytes."""

from __future__ import annotations

import html
import re
from codecs import BOM_UTF8
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import ada_url
import bson
import yarl
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from backlink_spider import page_reader, parse_bounds, robots_rules
from backlink_spider.address_rules import literal_address
from backlink_spider.charset import utf8_body
from backlink_spider.content_codings import BodyDecoder
from backlink_spider.directives import page_directives
from backlink_spider.errors import DecompressedTooLarge, Undecodable
from backlink_spider.http_reply import HttpReply, ReplyReader
from backlink_spider.http_request import http_request
from backlink_spider.inline_style import style_of
from backlink_spider.link_header import header_links
from backlink_spider.refresh import declared_refresh
from backlink_spider.script_redirect import script_destination
from backlink_spider.session_ids import without_session_id
from backlink_spider.trap_names import trap_name
from backlink_spider.trap_rules import TrapRules
from backlink_spider.url_shape import url_shape
from link_index.anchors.anchor_class import CLASSES, anchor_class
from link_index.anchors.target_words import target_words
from link_index.language.guess import guess
from link_index.language.language_tag import primary
from link_index.page_write import CODEC
from link_index.redirect_scripts.carried_target import carried_target
from link_index.redirect_scripts.redirect_script import redirect_script
from link_index.reports.html_report import text as html_text
from link_index.reports.markdown_report import escaped as markdown_text
from link_index.shown_text import csv_cell, visible
from link_index.theme.profile import Profiles
from link_index.urls import resolve, reversed_host, target
from tests.crawled import write
from tests.fuzz import whatwg_url
from tests.poisons import OBEYED, read_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from backlink_spider.page_reader import PageContent

PAGE = "http://www.example.com/dir/page?q=1"
AGENT = "OpenBacklinkBot/1.0 (+https://example.org)"
CONTENT_TYPES = (
    b"text/html; charset=utf-8", b"text/html", b"text/html; charset=shift_jis", b"text/html; charset=utf-16le",
    b"text/html; charset=gb18030", b"text/html; charset=iso-2022-jp", b"application/xhtml+xml; charset=windows-1251",
)  # fmt: skip
BEGINNINGS = ("", "http://", "https://www.example.com/", "//", "http://www.example.com:", "?")
LANGUAGES = (None, "en", "de", "ja", "tr", "zh", "xx")
CODINGS = ([b"gzip"], [b"deflate"], [b"br"], [b"zstd"], [b"gzip", b"br"], [b"zstd", b"deflate", b"gzip"])
MAX_BODY = 1_000_000  # bytes

_LINK_WALK, _TAGS_IN = page_reader.LinkWalk, parse_bounds.tags_in
_PROFILES = Profiles()
_WORDS = target_words(
    "https://www.brand.example/blue-widgets", {"title": "Blue widgets | Brand", "headings": ["Widgets in blue"]}
)


def links(data: bytes) -> None:
    """Both readers of pages say the same of any, and all they say can be stored."""
    first, body = data[:1], data[1:]
    content_type = CONTENT_TYPES[first[0] % len(CONTENT_TYPES)] if first else b""
    content = _read(body, content_type)
    if _LINK_WALK is not None:
        page_reader.LinkWalk, parse_bounds.tags_in = None, None  # type: ignore[misc, assignment]
        try:
            assert _read(body, content_type) == content
        finally:
            page_reader.LinkWalk, parse_bounds.tags_in = _LINK_WALK, _TAGS_IN  # type: ignore[misc]
    for link in content.links:
        _is_sound(link.target.url)
    stored = write(
        PAGE, *content.links, title=content.title, headings=content.headings, site_name=content.site_name,
        language=content.language, canonical=content.canonical, skipped=content.skipped,
    )  # fmt: skip
    documents = bson.decode_all(stored.links.joined, CODEC)
    assert {link["target_url"] for link in documents} == {link.target.url for link in content.links}
    bson.encode(stored.page, codec_options=CODEC)


def _read(body: bytes, content_type: bytes) -> PageContent:
    return page_reader.read_page(body, PAGE, [(b"content-type", content_type)])


def _is_sound(url: str) -> None:
    assert url.startswith(("http://", "https://"))
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url


def url_keys(data: bytes) -> None:
    """A normalised URL stays as it is, and all who read it see the same host in it."""
    href, _, base = data[1:].decode("utf-8", "surrogateescape").partition("\n")
    href = BEGINNINGS[data[0] % len(BEGINNINGS)] + href if data else ""
    base = resolve(base, PAGE) or PAGE
    url = resolve(href, base)
    if url is None or not url.startswith(("http://", "https://")):
        return
    _is_sound(url)
    found = target(url)
    assert resolve(url, "about:blank") == resolve(url, base) == url
    assert resolve(f"//{found.host}/", url) == f"{url.partition('//')[0]}//{found.host}/"  # a host stays one
    reference = ada_url.URL(url)
    assert found.host == _rootless(reference.hostname)
    assert found.key.partition("/")[0] == reversed_host(found.host)
    assert found.domain == found.host or found.host.endswith(f".{found.domain}")
    bare = found.host.strip("[]")
    other = yarl.URL(url, encoded=True)
    assert _rootless(other.raw_host or "") == bare
    literal = literal_address(found.host)
    assert literal is None or str(literal) == bare, literal  # spelt otherwise it would be no normalised URL
    with suppress(UnsupportedURLSchemeError):
        route = http_request(url).route
        assert (_rootless(route.host), route.port) == (bare, other.port)
    if whatwg_url.is_there() and not any("\ud800" <= char <= "\udfff" for char in href):
        second = whatwg_url.parsed(href, base)
        assert second is None or second == (url, reference.hostname), second


def _rootless(host: str) -> str:
    """A fully qualified name is the same name without the root's dot."""
    return host if host.endswith("..") or host == "." else host.removesuffix(".")


def robots(data: bytes) -> None:
    """Any robots.txt is read, and of its rules the longest that fits holds, as a plain reading of RFC 9309 has it."""
    text, _, paths = data.partition(b"\0")
    rules = robots_rules.read_robots(text, AGENT)
    assert 0 <= rules.crawl_delay < float("inf")
    urls = [f"http://a.example/{path}" for path in paths.decode("utf-8", "surrogateescape").split("\n")[:8]]
    answers = [rules.allows(url) for url in urls]
    if not text.startswith(BOM_UTF8):
        assert answers == [robots_rules.read_robots(BOM_UTF8 + text, AGENT).allows(url) for url in urls]
    pairs = [(line.strip(), bool(number % 2)) for number, line in enumerate(text.split(b"\n")[:6])]
    if all(pair[0].count(b"*") <= 3 for pair in pairs):  # the plain reading has no bound
        chosen = robots_rules.RobotsRules(pairs)
        for url in urls:
            assert chosen.allows(url) is _plainly_allowed(pairs, url)


def _plainly_allowed(pairs: list[tuple[bytes, bool]], url: str) -> bool:
    fitting = [(-1, True)]
    path = robots_rules._path(url)
    for value, allows in pairs:
        pattern = robots_rules._normalised(value.removesuffix(b"$"))
        for form in robots_rules._forms(pattern):
            plain = b".*".join(map(re.escape, form.split(b"*"))) + (b"\\Z" if value.endswith(b"$") else b"")
            if any(re.match(plain, told, re.DOTALL) for told in robots_rules._forms(path)):
                fitting.append((len(pattern) + value.endswith(b"$"), allows))
    return path == b"/robots.txt" or max(fitting)[1]


def traps(data: bytes) -> None:
    """Any URL is judged, has a shape and a name of a trap, and is as long-lived without its session's id as with it."""
    url = resolve(BEGINNINGS[data[0] % len(BEGINNINGS)] + data[1:].decode("utf-8", "replace") if data else "", PAGE)
    if url is None or not url.startswith(("http://", "https://")):
        return
    for labels in (0, 3, 9):
        TrapRules(latest_year=2030).refusal(url, labels)
    url_shape(url)
    trap_name(url)
    stripped = without_session_id(url)
    _is_normalised(stripped)
    assert target(stripped).host == target(url).host
    assert len(stripped) <= len(url)


def inline(data: bytes) -> None:
    """Styles, scripts, refreshes, directives and Link headers: anything is read, and what leads on is a URL."""
    text = data.decode("utf-8", "replace")
    style = style_of(text[:1000])
    assert style.hides == "" or style.hides.isidentifier()
    destination = script_destination(text)
    assert destination is None or isinstance(destination, str)
    refresh = declared_refresh("meta_refresh", text, PAGE, PAGE)
    assert refresh is None or refresh.delay >= 0
    page_directives([("robots", text), (text, "noindex")], [text], frozenset({"googlebot"}))
    for link in header_links(data.decode("latin-1")):
        assert link.href == link.href.strip()
    body, encoding = utf8_body(data, text)
    assert encoding == "utf-8" or body.decode("utf-8") is not None


def scripts(data: bytes) -> None:
    """Whatever a URL or a parameter carries, what is read out of it is a normalised URL of http or https."""
    text = data.decode("utf-8", "replace")
    url = resolve(text, "http://go.example/out.php?url=")
    if url and url.startswith(("http://", "https://")):
        verdict = redirect_script(url)
        if verdict is not None and verdict.target is not None:
            _is_normalised(verdict.target)
    for bare_host in (False, True):
        carried = carried_target(text, bare_host=bare_host)
        if carried is not None:
            _is_normalised(carried)


def _is_normalised(url: str) -> None:
    _is_sound(url)
    assert resolve(url, "about:blank") == url


def texts(data: bytes) -> None:
    """Any text has a class as an anchor and a theme, and is shown so that it steers nothing and can be read back."""
    text = data[1:].decode("utf-8", "surrogateescape")
    language = LANGUAGES[data[0] % len(LANGUAGES)] if data else None
    for link_type in ("text", "image"):
        assert anchor_class(text, link_type, _WORDS, language).name in CLASSES
    assert primary(text) is None or len(primary(text) or "") < 9
    guess(text, language)
    _PROFILES.with_near(_PROFILES.page(text, [text], language), text)
    cell = csv_cell(text)
    assert read_back(cell) == text
    assert not cell.startswith(("=", "+", "-", "@"))
    for shown in (cell, visible(text), html_text(text), markdown_text(text)):
        assert not OBEYED.search(shown)
        assert "\n" not in shown
    assert html.unescape(html_text(text)) == visible(text)
    assert not re.search("[<>\"']", html_text(text))


def http_reply(data: bytes) -> None:
    """Any bytes are a reply or an outcome, and in which parts they come makes no difference."""
    cut, wire = (data[0] % 16 + 1 if data else 1), data[1:]
    assert _reply([wire]) == _reply([wire[at : at + cut] for at in range(0, len(wire), cut)])


def _reply(pieces: list[bytes]) -> Any:
    request = http_request("http://site.example/")
    request.max_size = 1000
    reader = ReplyReader(request)
    try:
        for piece in pieces:
            if reader.complete:
                break
            reader.feed(piece)
        if not reader.complete:
            reader.end(None)
    except (DownloadFailedError, DownloadCancelledError, ResponseDataLossError) as error:
        return type(error)
    reply: HttpReply = reader.reply()
    assert len(reply.body) <= request.max_size
    return reply.status, reply.headers, reply.body


def bodies(data: bytes) -> None:
    """Any bytes under any content codings are a body within its limit or an outcome, in whatever parts they come."""
    first, cut, coded = data[:1], (data[1] % 16 + 1 if len(data) > 1 else 1), data[2:]
    codings = CODINGS[first[0] % len(CODINGS)] if first else []
    whole = _body(codings, [coded] if coded else [])
    in_parts = _body(codings, [coded[at : at + cut] for at in range(0, len(coded), cut)])
    if b"zstd" not in codings or None not in (whole, in_parts):  # zstd checks the size of a whole frame alone
        assert in_parts == whole


def _body(codings: list[bytes], parts: list[bytes]) -> Any:
    decoder, body = BodyDecoder(codings, MAX_BODY), b""
    try:
        for part in parts:
            for piece in decoder.feed(part):
                body += piece
    except (Undecodable, DecompressedTooLarge):  # what is both is first found to be the one or the other
        return None
    assert len(body) <= MAX_BODY
    return body, decoder.complete


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (links, url_keys, robots, traps, inline, scripts, texts, http_reply, bodies)
}
