"""The links of one page, collected element by element in document order."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from backlink_spider.anchor_text import collapsed, visible_text
from backlink_spider.items import Link
from backlink_spider.link_context import text_after, text_before
from backlink_spider.placement import Placements
from backlink_spider.tags import AREA, FORM, FRAME, IFRAME, LINK, SVG, TEXT, A
from link_index.urls import MAX_URL_LENGTH

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from backlink_spider.link_targets import LinkTargets
    from link_index.urls import Target

_EMBEDDED: Final = {IFRAME: ("iframe", "src"), FRAME: ("frame", "src"), FORM: ("form", "action")}


class Limits(NamedTuple):
    """What one page may cost: characters of an anchor, characters of a URL, links of a page."""

    anchor: int = 1000
    url: int = MAX_URL_LENGTH
    links: int = 10_000


class LinkCollector:
    """Call `add` for what has no element, `add_element` for the rest; then read links, self_links and skipped."""

    __slots__ = ("_limits", "_placements", "_targets", "_url", "canonical", "links", "self_links", "skipped")

    def __init__(self, url: str, targets: LinkTargets, limits: Limits) -> None:
        self._url = url
        self._targets = targets
        self._limits = limits
        self._placements = Placements()
        self.links: list[Link] = []
        self.self_links = 0
        self.skipped: Counter[str] = Counter()
        self.canonical = ""

    def add_element(self, element: LexborNode) -> None:
        """Take the link or links of an element, if it has any."""
        tag = element.tag_id
        attributes = element.attributes
        if tag == A:
            self._add_anchor(element, attributes)
        elif tag == AREA:
            if "href" in attributes:
                alt = collapsed(attributes.get("alt") or "", self._limits.anchor)
                self._add_elsewhere(element, "area", attributes["href"] or "", alt, attributes)
        elif tag == LINK:
            self._add_link_element(element, attributes)
        elif tag in _EMBEDDED:
            link_type, attribute = _EMBEDDED[tag]
            href = attributes.get(attribute)
            if href:
                self._add_elsewhere(element, link_type, href, "", attributes)
            elif tag == FORM and attribute in attributes:
                self.self_links += 1  # HTML Standard, form submission: an empty action is the document's URL

    def add(
        self, href: str, link_type: str, rel: tuple[str, ...] = (), anchor: str = "", placement: str = "head"
    ) -> None:
        """Take a link that stands in no running text."""
        found = self._target(href, link_type)
        if found is not None:
            self.links.append(Link(found, link_type, anchor, rel, placement, "", ""))

    def _add_elsewhere(
        self, element: LexborNode, link_type: str, href: str, anchor: str, attributes: dict[str, str | None]
    ) -> None:
        self.add(href, link_type, rel_tokens(attributes.get("rel")), anchor, self._placements.inside(element.parent))

    def _add_link_element(self, element: LexborNode, attributes: dict[str, str | None]) -> None:
        rel = rel_tokens(attributes.get("rel"))
        href = attributes.get("href")
        if href:  # HTML Standard, the link element: an empty href is no link
            for link_type in types_of_rel(rel):
                self.add(href, link_type, rel, "", self._placements.inside(element.parent))

    def _add_anchor(self, element: LexborNode, attributes: dict[str, str | None]) -> None:
        href = attributes.get("href")
        if href is None:
            if "href" in attributes:
                href = ""
            elif "xlink:href" in attributes and _is_in_svg(element):
                href = attributes["xlink:href"] or ""
            else:
                return
        found = self._target(href, "text")
        if found is None:
            return
        anchor, link_type = self._text(element)
        self.links.append(
            Link(
                found,
                link_type,
                anchor,
                rel_tokens(attributes["rel"]) if "rel" in attributes else (),
                self._placements.inside(element.parent),
                text_before(element),
                text_after(element),
            )
        )

    def _text(self, element: LexborNode) -> tuple[str, str]:
        """Anchor and link type of an `a`."""
        child = element.first_child
        if child is None:
            return "", "text"
        if child.tag_id == TEXT and child.next is None:
            return collapsed(child.text_content or "", self._limits.anchor), "text"
        text, has_image, has_words = visible_text(element)
        return collapsed(text, self._limits.anchor), "image" if has_image and not has_words else "text"

    def _target(self, href: str, link_type: str) -> Target | None:
        """The target, unless the link is to the page itself, none the index keeps, or one too many."""
        if len(self.links) >= self._limits.links:
            self.skipped["over_limit"] += 1
            return None
        found = self._targets(href)
        if isinstance(found, str):
            self.skipped[found] += 1
            return None
        if link_type == "canonical" and not self.canonical:
            self.canonical = found.url
        if found.url == self._url:
            self.self_links += 1
            return None
        return found


@lru_cache(maxsize=4096)
def rel_tokens(value: str | None) -> tuple[str, ...]:
    """The tokens of a rel attribute, lower case, in order; commas separate as white space does."""
    return tuple(value.lower().replace(",", " ").split()) if value else ()


def types_of_rel(rel: tuple[str, ...]) -> list[str]:
    """The links a `link` element or a Link header makes: each keyword makes one (HTML Standard, section 4.6.7).

    An alternate style sheet is no alternate of the page.
    """
    types = ["canonical"] if "canonical" in rel else []
    if "alternate" in rel and "stylesheet" not in rel:
        types.append("alternate")
    return types


def _is_in_svg(element: LexborNode) -> bool:
    """Whether the nearest foreign or HTML ancestor is SVG; outside, xlink:href is an attribute without meaning."""
    parent = element.parent
    while parent is not None and parent.tag != "foreignObject":
        if parent.tag_id == SVG:
            return True
        parent = parent.parent
    return False
