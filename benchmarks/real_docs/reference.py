"""What a page says, read a second time: html5lib's parser and these rules share no code with the product.

One pass over html5lib's token walk of the finished tree. The rules are written down from the HTML Standard (links,
`base`, `meta`, declarative refresh, `noscript` with scripting off) and from the project's definition of a link type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import html5lib

HTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

UNSEEN = {"script", "style", "template", "noembed", "noframes", "title", "head"}  # what no reader sees of a page
_PARAGRAPHS = """
    address article aside blockquote br center dd details dialog dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol option p plaintext pre search section
    summary table tbody td tfoot th thead tr ul xmp
"""
PARAGRAPHS = frozenset(_PARAGRAPHS.split())  # a reader sees their edges as the edge of a word
# HTML Accessibility API Mappings: what is a landmark by itself; WAI-ARIA: the roles that name one.
LANDMARKS = {"nav": "navigation", "header": "banner", "footer": "contentinfo", "aside": "complementary", "main": "main"}
PLACEMENTS = {
    "navigation": "nav",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
    "main": "content",
}
SECTIONING = {"article", "aside", "main", "nav", "section"}
SECTIONING_ROLES = {"article", "complementary", "main", "navigation", "region"}
_OTHER_ROLES = "article document form group heading img link list none note presentation region search"
OTHER_ROLES = frozenset(_OTHER_ROLES.split())
REFRESH = re.compile(
    r"[ \t\n\f\r]*(?:[0-9]+|(?=\.))[0-9.]*(?:$|[ \t\n\f\r]*[;,][ \t\n\f\r]*|[ \t\n\f\r]+)(?P<rest>.*)", re.DOTALL
)
REFRESH_URL = re.compile(r"url[ \t\n\f\r]*=[ \t\n\f\r]*", re.IGNORECASE)


class Found(NamedTuple):
    """One link as the page writes it; `href` is not resolved."""

    link_type: str
    href: str
    anchor: str
    rel: tuple[str, ...]
    placement: str = "content"


@dataclass
class Reading:
    """Everything the comparison asks of one page."""

    encoding: str
    base: str | None = None
    title: str | None = None
    found: list[Found] = field(default_factory=list)
    robots: list[tuple[str, str]] = field(default_factory=list)  # (name of the meta, its content), lower case


@dataclass
class _Open:
    """A hyperlink element whose end tag was not met yet."""

    depth: int
    href: str
    rel: tuple[str, ...]
    placement: str
    words: list[str] = field(default_factory=list)
    has_text: bool = False
    has_image: bool = False


def read(body: bytes, charset: str | None) -> Reading:
    """The page's links in document order; `charset` is the Content-Type header's, if it names one."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=True)
    tree = parser.parse(
        body, transport_encoding=charset, default_encoding="windows-1252", useChardet=False, scripting=False
    )
    reader = _Reader(Reading(parser.documentEncoding or "windows-1252"))
    for token in html5lib.getTreeWalker("etree")(tree):
        reader.take(token)
    return reader.reading


class _Reader:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.path: list[str] = []
        self.links: list[tuple[int, _Open]] = []  # with the place kept for it in `found`
        self.unseen = 0  # depth of the outermost element whose content no reader sees
        self.inert = 0  # the same for templates, whose content is no part of the document
        self.title = 0  # depth of the page's title while it is open
        self.places = [("content", False)]  # for each open element: placement, and whether in sectioning content

    def take(self, token: dict[str, Any]) -> None:
        match token["type"]:
            case "StartTag":
                self.start(token, empty=False)
            case "EmptyTag":
                self.start(token, empty=True)
            case "EndTag":
                self.end(token["name"])
            case "Characters" | "SpaceCharacters":
                self.text(token["data"])

    def start(self, token: dict[str, Any], *, empty: bool) -> None:
        name, namespace, attributes = token["name"], token["namespace"], token["data"]
        self.path.append(name)
        depth = len(self.path)
        self.places.append(place(name, attributes.get((None, "role"), ""), *self.places[-1]))
        if name == "template" and not self.inert:
            self.inert = depth
        if not self.inert:
            (self.html if namespace == HTML else self.svg)(name, attributes, depth)
        if (name in UNSEEN) and not self.unseen:
            self.unseen = depth
        if empty:
            self.end(name)

    def end(self, name: str) -> None:
        depth = len(self.path)
        assert self.path.pop() == name
        self.places.pop()
        self.separate(name)
        if self.unseen == depth:
            self.unseen = 0
        if self.inert == depth:
            self.inert = 0
        if self.title == depth:
            self.title = 0
        while self.links and self.links[-1][1].depth == depth:
            place, link = self.links.pop()
            link_type = "image" if link.has_image and not link.has_text else "text"
            self.reading.found[place] = Found(
                link_type, link.href, collapse("".join(link.words)), link.rel, link.placement
            )

    def text(self, data: str) -> None:
        if self.title:
            self.reading.title = f"{self.reading.title}{data}"
        if self.unseen:
            return
        for _, link in self.links:
            link.words.append(data)
            link.has_text = link.has_text or bool(data.strip())

    def separate(self, name: str) -> None:
        if name in PARAGRAPHS:
            for _, link in self.links:
                link.words.append(" ")

    def html(self, name: str, attributes: dict[tuple[str | None, str], str], depth: int) -> None:
        values = {key: value for (namespace, key), value in attributes.items() if namespace is None}
        rel = tokens(values.get("rel", ""))
        self.separate(name)
        match name:
            case "a" if "href" in values:
                self.open(values["href"], rel, depth)
            case "area" if "href" in values:
                self.add("area", values["href"], values.get("alt", ""), rel)
            case "img":
                self.image(values.get("alt", ""))
            case "iframe" | "frame" if "src" in values:
                self.add(name, values["src"], "", ())
            case "form" if "action" in values:
                self.add("form", values["action"], "", rel)
            case "link" if "href" in values:
                self.link(values["href"], rel)
            case "title" if self.reading.title is None:
                self.title, self.reading.title = depth, ""
            case "base" if "href" in values and self.reading.base is None:
                self.reading.base = values["href"]
            case "meta":
                self.meta(values)

    def svg(self, name: str, attributes: dict[tuple[str | None, str], str], depth: int) -> None:
        href = attributes.get((None, "href"), attributes.get((XLINK, "href")))
        if name == "a" and href is not None:
            self.open(href, tokens(attributes.get((None, "rel"), "")), depth)

    def link(self, href: str, rel: tuple[str, ...]) -> None:
        if "canonical" in rel:
            self.add("canonical", href, "", rel)
        if "alternate" in rel and "stylesheet" not in rel:  # of a stylesheet `alternate` says something else
            self.add("alternate", href, "", rel)

    def meta(self, values: dict[str, str]) -> None:
        content = values.get("content")
        if content is None:
            return
        if values.get("http-equiv", "").lower() == "refresh" and (refreshed := refresh_target(content)) is not None:
            self.add("meta_refresh", refreshed, "", ())
        if values.get("name", "").lower().strip() in {"robots", "googlebot"}:
            self.reading.robots.append((values["name"].lower().strip(), content.lower()))

    def open(self, href: str, rel: tuple[str, ...], depth: int) -> None:
        self.links.append((len(self.reading.found), _Open(depth, href, rel, self.places[-2][0])))
        self.reading.found.append(Found("text", href, "", rel))

    def add(self, link_type: str, href: str, anchor: str, rel: tuple[str, ...]) -> None:
        self.reading.found.append(Found(link_type, href, collapse(anchor), rel, self.places[-2][0]))

    def image(self, alt: str) -> None:
        for _, link in self.links:
            link.has_image = True
            link.words.append(alt)


def tokens(rel: str) -> tuple[str, ...]:
    """The tokens of a rel attribute: white space or commas between them, any case."""
    return tuple(token for token in re.split(r"[ \t\n\f\r,]+", rel.lower()) if token)


def place(name: str, roles: str, placement: str, sectioned: bool) -> tuple[str, bool]:
    """Placement and sectioning inside an element, from those around it; the first role known replaces its own."""
    written = next((role for role in roles.lower().split() if role in PLACEMENTS or role in OTHER_ROLES), None)
    role = written or LANDMARKS.get(name, "")
    if name == "head":
        return "head", sectioned
    if role in PLACEMENTS and (written or not sectioned or role not in {"banner", "contentinfo"}):
        placement = PLACEMENTS[role]
    return placement, sectioned or name in SECTIONING or role in SECTIONING_ROLES


def collapse(text: str) -> str:
    """Text with every run of white space as one space."""
    return " ".join(text.split())


def refresh_target(content: str) -> str | None:
    """The URL of the HTML Standard's shared declarative refresh steps; None if the page only reloads itself."""
    match = REFRESH.match(content)
    if not match or not match["rest"]:
        return None
    url = match["rest"]
    if prefix := REFRESH_URL.match(url):
        url = url[prefix.end() :]
    if url[:1] in {"'", '"'}:
        url = url[1:].partition(url[0])[0]
    return url
