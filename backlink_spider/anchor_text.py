"""Text as a reader sees it: of an anchor, and of the inline content around it.

White space is collapsed as CSS does for `white-space: normal`, with the no-break space and its relatives counted in,
since a reader cannot tell them apart. Inline elements join without a space; a `br` and the edges of blocks are one.
An image stands for its alt text, an inline SVG for its title. Nothing comes from what is not rendered.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from backlink_spider.tags import BLOCKS, BR, IMG, SVG, TEXT, UNSEEN, tag_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

# A bound on what one anchor may cost: anchors can enclose each other (through `object`, say) thousands deep.
MAX_NODES: Final = 500
# And on what a chain of links inside each other's neighbours may cost: each reads the text of all that follow.
MAX_CHARS: Final = 8_000
TITLE: Final = tag_id("title")  # of an SVG; in a body there is no other that a parser puts there by itself
STRUCTURED: Final = BLOCKS | UNSEEN | {BR, IMG, SVG, TITLE}  # all but text and plain inline elements


# Text before collapsing; whether an image is part of it; whether anything but images is. A plain tuple: one is made
# for every link, and a named one takes three times as long.
VisibleText = tuple[str, bool, bool]


def collapsed(text: str, limit: int) -> str:
    """Runs of white space as one space, none at the ends, cut to `limit` characters."""
    text = " ".join(text.split(None, limit))
    return text if len(text) <= limit else text[:limit].rstrip()


def is_longer(text: str, limit: int) -> bool:
    """Whether `collapsed` cuts a text."""
    return len(text) > limit and len(" ".join(text.split(None, limit)).rstrip()) > limit


def visible_text(element: LexborNode) -> VisibleText:
    """What a reader sees of an element's content."""
    child = element.first_child
    if child is not None and child.tag_id == TEXT and child.next is None:
        return child.text_content or "", False, True
    texts: list[str] = []
    size = 0
    for node in islice(element.traverse(include_text=True), MAX_NODES):
        tag = node.tag_id
        if tag == TEXT:
            texts.append(node.text_content or "")
            size += len(texts[-1])
            if size >= MAX_CHARS:
                break
        elif tag in STRUCTURED or "hidden" in node.attributes:
            return _structured_text(element)
    return "".join(texts), False, True


def inline_text(node: LexborNode) -> str | None:
    """The visible text of an element or comment amid inline content; None for a block, which ends that content."""
    tag = node.tag_id
    if tag in UNSEEN or tag == TITLE or "hidden" in node.attributes:
        return ""
    if tag in BLOCKS:
        return None
    if tag == BR:
        return " "
    if tag == IMG:
        return node.attributes.get("alt") or ""
    return visible_text(node)[0]


def _structured_text(element: LexborNode) -> VisibleText:
    texts: list[str] = []
    words: list[str] = []
    has_image = False
    size = 0
    for tag, node in islice(_rendered(element), MAX_NODES):
        if tag == TEXT:
            content = node.text_content or ""
            texts.append(content)
            words.append(content)
            size += len(content)
            if size >= MAX_CHARS:
                break
        elif tag == IMG:
            has_image = True
            texts.append(node.attributes.get("alt") or "")
        elif tag == SVG:
            has_image = True
        elif tag == TITLE:
            texts.append(node.text())
        elif tag in BLOCKS or tag == BR:
            texts.append(" ")
    return "".join(texts), has_image, any(map(str.strip, words))


def _rendered(element: LexborNode) -> Iterator[tuple[int, LexborNode]]:
    """The rendered descendants with their tag numbers, in document order; a block comes again at its end."""
    open_nodes = [element.first_child]
    while open_nodes:
        node = open_nodes[-1]
        if node is None:
            open_nodes.pop()
            if open_nodes:
                closed = open_nodes[-1]
                assert closed is not None
                if closed.tag_id in BLOCKS:
                    yield closed.tag_id, closed
                open_nodes[-1] = closed.next
            continue
        tag = node.tag_id
        if tag == TEXT:
            yield tag, node
            open_nodes[-1] = node.next
        elif tag in UNSEEN or "hidden" in node.attributes:
            open_nodes[-1] = node.next
        else:
            yield tag, node
            open_nodes.append(node.first_child if tag != TITLE else None)
