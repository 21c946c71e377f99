"""The links of one page, collected element by element in document order.

`link_walk`, where it was compiled, takes the `a` elements and leaves all others to the collector.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from backlink_spider.anchor_text import collapsed, is_longer, visible_text
from backlink_spider.hidden_links import hidden_inside, hiding_reason
from backlink_spider.inherited import Inherited
from backlink_spider.items import Link
from backlink_spider.link_context import LinkContexts
from backlink_spider.placement import OUTERMOST, State, state_inside
from backlink_spider.tags import AREA, FORM, FRAME, IFRAME, LINK, A

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from selectolax.lexbor import LexborNode

    from backlink_spider.link_targets import LinkTargets
    from backlink_spider.page_limits import PageLimits
    from link_index.urls import Target

Around = tuple[State, str]  # what an element hands on to what is inside: its placement, and why readers cannot see it
_EMBEDDED: Final = {IFRAME: ("iframe", "src"), FRAME: ("frame", "src"), FORM: ("form", "action")}
_URLS: Final = frozenset({"href", "src", "action"})
_STANDING: Final = frozenset(_EMBEDDED) | {LINK, AREA}
MAX_REL: Final = 1000  # characters; a page of megabytes in one attribute is to fill neither memory nor the index
_MEANT: Final = frozenset({"nofollow", "ugc", "sponsored", "canonical", "alternate", "stylesheet"})


class LinkCollector:
    """Call `add` for what is no element, `add_element` for what is; then read what it found and skipped."""

    __slots__ = (
        "_around",
        "_contexts",
        "canonical",
        "cut_anchors",
        "limits",
        "links",
        "self_links",
        "skipped",
        "targets",
        "text_left",
        "url",
    )

    def __init__(self, url: str, root: LexborNode, targets: LinkTargets, limits: PageLimits) -> None:
        self.url = url
        self.targets: Callable[[str], Target | str] = targets
        self.limits = limits
        self._around = Inherited(root, (OUTERMOST, ""), _around_inside)
        self._contexts = LinkContexts()
        self.links: list[Link] = []
        self.self_links = 0
        self.skipped: Counter[str] = Counter()
        self.canonical = ""
        self.text_left = limits.text
        self.cut_anchors = 0

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
        if tag != A and tag not in _STANDING:
            return
        parent = element.parent
        assert parent is not None  # the html element, the one without, is none of these
        if tag == A:
            self._add_anchor(element, parent)
        else:
            (placement, _), _ = self._around.inside(parent)
            self.add_standing(tag, element.attributes, placement)

    def add_standing(self, tag: int, attributes: dict[str, str | None], placement: str) -> None:
        """Take the link or links of an element that is no `a`, and so has no text of its own."""
        if len(self.links) >= self.limits.links:
            if not _URLS.isdisjoint(attributes):
                self.skipped["over_limit"] += 1
        elif tag in _EMBEDDED:
            self._add_embedded(attributes, placement, *_EMBEDDED[tag])
        elif tag == LINK:
            self._add_link_element(attributes, placement)
        elif tag == AREA and "href" in attributes:
            anchor = self._anchor(attributes.get("alt") or "")
            self.add(attributes["href"] or "", "area", rel_tokens(attributes.get("rel")), anchor, placement)

    def _add_anchor(self, element: LexborNode, parent: LexborNode) -> None:
        attributes = element.attributes
        name = "href"
        if name not in attributes and _is_first(element.css_first("[href]"), element):
            name = "xlink:href"  # SVG 2, section 16.1.5: href goes before it; on an element of HTML it is any name
        found = self._target(attributes[name] or "") if name in attributes else None
        if found is None:
            return
        text, has_image, has_words = visible_text(element)
        anchor = self._anchor(text)
        before, after = self._contexts.around(element, parent)
        self.text_left -= len(anchor) + len(before) + len(after)
        (placement, _), hidden = self._around.inside(parent)
        if hidden or "style" in attributes or "hidden" in attributes:
            hidden = hidden_inside(A, attributes, hidden)
        self.links.append(
            Link(
                found,
                "image" if has_image and not has_words else "text",
                anchor,
                rel_tokens(attributes["rel"]) if "rel" in attributes else (),
                placement,
                before,
                after,
                hidden=hiding_reason(hidden, has_image) if hidden else "",
            )
        )

    def _add_embedded(self, attributes: dict[str, str | None], placement: str, link_type: str, attribute: str) -> None:
        if attribute not in attributes:
            return
        href = attributes[attribute]
        if href:
            self.add(href, link_type, rel_tokens(attributes.get("rel")), "", placement)
        elif link_type == "form":
            self.self_links += 1  # HTML Standard, form submission: an empty action is the document's URL

    def _add_link_element(self, attributes: dict[str, str | None], placement: str) -> None:
        href = attributes.get("href")
        rel = rel_tokens(attributes.get("rel"))
        for link_type in types_of_rel(rel):
            if href:  # HTML Standard, the link element: an empty href is no link
                if link_type == "canonical":
                    self.note_canonical(href)
                self.add(href, link_type, rel, "", placement)

    def note_canonical(self, href: str) -> None:
        """Remember the first canonical URL the page names, even if it is its own."""
        found = self.targets(href)
        if not self.canonical and not isinstance(found, str):
            self.canonical = found.url

    def _anchor(self, text: str) -> str:
        self.cut_anchors += is_longer(text, self.limits.anchor)
        return collapsed(text, self.limits.anchor)

    def _target(self, href: str) -> Target | None:
        """The target, unless the link is to the page itself, none the index keeps, or one too many."""
        if len(self.links) >= self.limits.links:
            self.skipped["over_limit"] += 1
            return None
        if self.text_left <= 0:
            self.skipped["over_text"] += 1
            return None
        found = self.targets(href)
        if isinstance(found, str):
            self.skipped[found] += 1
            return None
        if found.url == self.url:
            self.self_links += 1
            return None
        self.text_left -= len(found.url)
        return found


def _around_inside(tag: int, attributes: Mapping[str, str | None], outside: Around) -> Around:
    placement, hidden = outside
    return state_inside(tag, attributes.get("role") or "", placement), hidden_inside(tag, attributes, hidden)


def _is_first(found: LexborNode | None, element: LexborNode) -> bool:
    return found is not None and found.mem_id == element.mem_id


def rel_tokens(value: str | None) -> tuple[str, ...]:
    """The tokens of a rel attribute, lower case, in order; commas separate as white space does.

    Of more than MAX_REL characters every token that means something counts, and others as long as there is room.
    """
    return _all_tokens(value) if value is None or len(value) <= MAX_REL else _most_tokens(value)


@lru_cache(maxsize=4096)
def _all_tokens(value: str | None) -> tuple[str, ...]:
    return tuple(value.lower().replace(",", " ").split()) if value else ()


def _most_tokens(value: str) -> tuple[str, ...]:
    kept: list[str] = []
    room = MAX_REL
    for token in dict.fromkeys(value.lower().replace(",", " ").split()):
        room -= len(token)
        if room >= 0 or token in _MEANT:
            kept.append(token)
    return tuple(kept)


def types_of_rel(rel: tuple[str, ...]) -> list[str]:
    """The links a `link` element or a Link header makes: each keyword makes one (HTML Standard, section 4.6.7).

    An alternate style sheet is no alternate of the page.
    """
    types = ["canonical"] if "canonical" in rel else []
    if "alternate" in rel and "stylesheet" not in rel:
        types.append("alternate")
    return types
