"""From the bytes of one page to its links, with everything their labels depend on. One pure function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backlink_spider.anchor_text import collapsed, is_longer
from backlink_spider.charset import utf8_body
from backlink_spider.directives import page_directives
from backlink_spider.headings import HEADINGS, page_headings
from backlink_spider.link_collector import LinkCollector, rel_tokens, types_of_rel
from backlink_spider.link_header import header_links
from backlink_spider.link_targets import LinkTargets
from backlink_spider.page_limits import MAX_DECLARATIONS, PageLimits
from backlink_spider.parse_bounds import parsed
from backlink_spider.refresh import Refresh, declared_refresh
from backlink_spider.script_redirect import script_redirect
from backlink_spider.tags import BASE, META
from link_index.urls import resolve

try:
    from backlink_spider.link_walk import LinkWalk, is_normal
except ImportError:  # not compiled: the collector walks by itself, to the same links at more than twice the cost
    LinkWalk = is_normal = None  # type: ignore[assignment, misc]

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from backlink_spider.items import Link

GOOGLEBOT: Final = frozenset({"googlebot"})
_LIMITS: Final = PageLimits()
_HEADERS: Final = frozenset({b"content-type", b"content-language", b"link", b"refresh", b"x-robots-tag"})
# Whatever may be a link, base, directive, refresh or heading, in one walk; [href] finds SVG's xlink:href, too.
_CARRIERS: Final = (
    ":is([href], [src], [action], meta, base, h1, h2, h3)"  # in a plain list an element with two of them comes twice
)
# The Open Graph protocol's name of the site, else the HTML Standard's of the application that the page is.
_SITE_NAMES: Final = ("og:site_name", "application-name")
MAX_SITE_NAME: Final = 200
MAX_LANGUAGE: Final = 100  # characters; RFC 5646 has use for 35
_NO_BASE: Final = ("data:", "javascript:")  # HTML Standard, "set the frozen base URL"


@dataclass(slots=True)
class PageContent:
    """What a page says: its links (of its headers, of its refresh, then in document order), and of itself."""

    base_url: str
    encoding: str  # the Python codec that read it
    links: list[Link]
    self_links: int  # links to the page itself: counted, not listed
    skipped: dict[str, int]  # reason -> links not listed: mailto, invalid, too_long, over_limit, over_text, ...
    cut: dict[str, int]  # what was cut off, and how often: anchors, title, attributes, nesting, cost
    title: str
    headings: list[str]  # texts of the first h1, h2 and h3
    site_name: str
    language: str
    canonical: str  # the first one named, header before document; "" if none
    noindex: bool
    noarchive: bool
    nofollow_by: tuple[str, ...]  # any of meta_robots, x_robots_tag
    refresh: Refresh | None  # where it redirects to by itself; its own URL for a reload


def read_page(
    body: bytes,
    url: str,
    headers: Sequence[tuple[bytes, bytes]],
    agents: frozenset[str] = GOOGLEBOT,
    limits: PageLimits = _LIMITS,
) -> PageContent:
    """Read a page; `url` is absolute http(s), `agents` (lower case) are those robots directives are read for."""
    document_url = url if is_normal is not None and is_normal(url) else resolve(url, url) or url
    fields = _fields(headers)
    body, encoding = utf8_body(body, next(reversed(fields.get(b"content-type", ())), ""))
    parser, cut = parsed(body, limits)
    root = parser.root
    assert root is not None  # the HTML Standard gives every document its html element
    survey = _Survey(document_url, _first(fields, b"refresh"))
    walk = LinkWalk(root, limits.nesting) if LinkWalk is not None else None
    if walk:
        for tag, attributes in walk.declarations:
            survey.read_declaration(tag, attributes)
    else:
        survey.read(parser.css(_CARRIERS))

    if survey.refresh is None:
        survey.refresh = script_redirect(body, parser, survey.base_url, document_url)
    collector = LinkCollector(document_url, root, LinkTargets(survey.base_url, encoding, limits.url), limits)
    _collect(collector, survey, walk, fields.get(b"link", ()))
    refresh = survey.refresh
    title = walk.title if walk else _title(parser)
    directives = page_directives(survey.metas, fields.get(b"x-robots-tag", ()), agents)
    return PageContent(
        base_url=survey.base_url,
        encoding=encoding,
        links=collector.links,
        self_links=collector.self_links,
        skipped=dict(collector.skipped),
        cut=_cut({*cut, *(["nesting"] if walk and walk.is_cut else ())}, collector.cut_anchors, title, limits),
        title=collapsed(title, limits.anchor),
        headings=walk.headings if walk else page_headings(survey.headings),
        site_name=collapsed(survey.site_name, MAX_SITE_NAME),
        language=_language(root, survey.language, fields),
        canonical=collector.canonical,
        noindex=directives.noindex,
        noarchive=directives.noarchive,
        nofollow_by=directives.nofollow_by,
        refresh=refresh if refresh is not None and refresh.url.startswith(("http://", "https://")) else None,
    )


def _cut(reasons: set[str], anchors: int, title: str, limits: PageLimits) -> dict[str, int]:
    cut = dict.fromkeys(sorted(reasons), 1)
    if anchors:
        cut["anchors"] = anchors
    if is_longer(title, limits.anchor):
        cut["title"] = 1
    return cut


def _collect(collector: LinkCollector, survey: _Survey, walk: LinkWalk | None, link_headers: Iterable[str]) -> None:
    """The links of the headers, of the refresh, then of the elements in document order."""
    for value in link_headers:
        _add_header_links(collector, value, collector.url)
    if survey.refresh is not None:
        collector.add(survey.refresh.url, survey.refresh.kind)
    if walk:
        walk.collect(collector)
    for element in survey.elements:
        collector.add_element(element)


class _Survey:
    """What must be known before the first link can be read: base URL, metas, refresh; and what may be a link."""

    def __init__(self, document_url: str, refresh_header: str) -> None:
        self.base_url = self._document_url = document_url
        self.refresh = declared_refresh("header_refresh", refresh_header, document_url, document_url)
        self.metas: list[tuple[str, str]] = []
        self.language = ""
        self._site_names: dict[str, str] = {}
        self.elements: list[LexborNode] = []
        self.headings: list[LexborNode] = []
        self._has_base = False

    def read(self, carriers: list[LexborNode]) -> None:
        declarations = 0
        for element in carriers:
            if element.tag_id in {META, BASE}:
                declarations += 1
                if declarations <= MAX_DECLARATIONS:
                    self.read_declaration(element.tag_id, element.attributes)
            elif element.tag_id in HEADINGS:
                self.headings.append(element)
            else:
                self.elements.append(element)

    def read_declaration(self, tag: int, attributes: dict[str, str | None]) -> None:
        if tag == META:
            self._read_meta(attributes)
        else:
            self._read_base(attributes)

    def _read_meta(self, attributes: dict[str, str | None]) -> None:
        content = attributes.get("content") or ""
        name = attributes.get("name")
        if name:
            self.metas.append((name, content))
        title = (attributes.get("property") or name or "").lower()
        if title in _SITE_NAMES and content.strip():
            self._site_names.setdefault(title, content)
        pragma = (attributes.get("http-equiv") or "").lower()
        if pragma == "refresh" and self.refresh is None:
            # Read when the parser meets it: a base that comes later does not count.
            self.refresh = declared_refresh("meta_refresh", content, self.base_url, self._document_url)
        elif pragma == "content-language" and "," not in content and content.strip():
            self.language = content.split()[0]  # the last such pragma decides

    @property
    def site_name(self) -> str:
        return next((self._site_names[name] for name in _SITE_NAMES if name in self._site_names), "")

    def _read_base(self, attributes: dict[str, str | None]) -> None:
        if "href" not in attributes or self._has_base:
            return
        self._has_base = True  # the first base with an href decides, even if it cannot be used
        url = resolve(attributes["href"] or "", self._document_url)
        if url and not url.startswith(_NO_BASE):
            self.base_url = url


def _title(parser: LexborHTMLParser) -> str:
    title = parser.css_first("title:not(svg *)")
    return title.text() if title is not None else ""


def _fields(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, list[str]]:
    fields: dict[bytes, list[str]] = {}
    for name, value in headers:
        key = name.lower()
        if key in _HEADERS:
            fields.setdefault(key, []).append(value.decode("latin-1"))
    return fields


def _first(fields: dict[bytes, list[str]], name: bytes) -> str:
    return fields[name][0] if name in fields else ""


def _add_header_links(collector: LinkCollector, value: str, document_url: str) -> None:
    """RFC 8288: targets are relative to the document, not its base; an anchor elsewhere makes it another's link."""
    for href, parameters in header_links(value):
        context = resolve(parameters.get("anchor", ""), document_url)
        if context != document_url:
            continue
        rel = rel_tokens(parameters.get("rel"))
        for link_type in types_of_rel(rel):
            absolute = resolve(href, document_url) or href
            if link_type == "canonical":
                collector.note_canonical(absolute)
            collector.add(absolute, link_type, rel)


def _language(root: LexborNode, pragma: str, fields: dict[bytes, list[str]]) -> str:
    """HTML Standard, "the lang and xml:lang attributes": attribute, then pragma, then a header naming one language."""
    attributes = root.attributes
    written = attributes.get("lang") or attributes.get("xml:lang") or pragma
    if written:
        return written.strip()[:MAX_LANGUAGE]
    languages = fields.get(b"content-language", [])
    return languages[0].strip()[:MAX_LANGUAGE] if len(languages) == 1 and "," not in languages[0] else ""
