"""The links of one page, collected element by element in document order."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from backlink_spider.anchor_text import collapsed, visible_text
from backlink_spider.items import Link
from backlink_spider.link_context import LinkContexts
from backlink_spider.placement import Placements
from backlink_spider.tags import AREA, FORM, FRAME, IFRAME, LINK, A
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
    links: int = 65_000  # the `k` in a link id has 16 bits


class LinkCollector:
    """Call `add` for what is no element, `add_element` for what is; then read links, self_links and skipped."""

    __slots__ = (
        "_contexts",
        "_max_anchor",
        "_max_links",
        "_placements",
        "_targets",
        "_url",
        "canonical",
        "links",
        "self_links",
        "skipped",
    )

    def __init__(self, url: str, root: LexborNode, targets: LinkTargets, limits: Limits) -> None:
        self._url = url
        self._targets = targets
        self._max_anchor = limits.anchor
        self._max_links = limits.links
        self._placements = Placements(root)
        self._contexts = LinkContexts()
        self.links: list[Link] = []
        self.self_links = 0
        self.skipped: Counter[str] = Counter()
        self.canonical = ""

    def add(
        self, href: str, link_type: str, rel: tuple[str, ...] = (), anchor: str = "", placement: str = "head"
    ) -> None:
        """Take a link that stands in no running text."""
        found = self._target(href)
        if found is not None:
            self.links.append(Link(found, link_type, anchor, rel, placement, "", ""))

    def add_element(self, element: LexborNode) -> None:
        """Take the link or links of an element, if it has any."""
        tag = element.tag_id
        if tag == A:
            self._add_anchor(element)
        elif tag in _EMBEDDED:
            self._add_embedded(element, *_EMBEDDED[tag])
        elif tag == LINK:
            self._add_link_element(element)
        elif tag == AREA:
            attributes = element.attributes
            if "href" in attributes:
                anchor = collapsed(attributes.get("alt") or "", self._max_anchor)
                self._add_standing(element, attributes["href"] or "", "area", anchor)

    def _add_anchor(self, element: LexborNode) -> None:
        attributes = element.attributes
        name = "href" if "href" in attributes else "xlink:href"  # SVG 2, section 16.1.5: href goes before xlink:href
        found = self._target(attributes[name] or "") if name in attributes else None
        if found is None:
            return
        text, has_image, has_words = visible_text(element)
        parent = element.parent
        assert parent is not None  # no element is the document
        before, after = self._contexts.around(element, parent)
        self.links.append(
            Link(
                found,
                "image" if has_image and not has_words else "text",
                collapsed(text, self._max_anchor),
                rel_tokens(attributes["rel"]) if "rel" in attributes else (),
                self._placements.inside(parent),
                before,
                after,
            )
        )

    def _add_embedded(self, element: LexborNode, link_type: str, attribute: str) -> None:
        attributes = element.attributes
        if attribute not in attributes:
            return
        href = attributes[attribute]
        if href:
            self._add_standing(element, href, link_type)
        elif link_type == "form":
            self.self_links += 1  # HTML Standard, form submission: an empty action is the document's URL

    def _add_link_element(self, element: LexborNode) -> None:
        attributes = element.attributes
        href = attributes.get("href")
        for link_type in types_of_rel(rel_tokens(attributes.get("rel"))):
            if href:  # HTML Standard, the link element: an empty href is no link
                if link_type == "canonical":
                    self.note_canonical(href)
                self._add_standing(element, href, link_type)

    def note_canonical(self, href: str) -> None:
        """Remember the first canonical URL the page names, even if it is its own."""
        found = self._targets(href)
        if not self.canonical and not isinstance(found, str):
            self.canonical = found.url

    def _add_standing(self, element: LexborNode, href: str, link_type: str, anchor: str = "") -> None:
        parent = element.parent
        assert parent is not None
        self.add(href, link_type, rel_tokens(element.attributes.get("rel")), anchor, self._placements.inside(parent))

    def _target(self, href: str) -> Target | None:
        """The target, unless the link is to the page itself, none the index keeps, or one too many."""
        if len(self.links) >= self._max_links:
            self.skipped["over_limit"] += 1
            return None
        found = self._targets(href)
        if isinstance(found, str):
            self.skipped[found] += 1
            return None
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
