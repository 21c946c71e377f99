"""Text as a reader sees it: of an anchor, and of the words around it.

White space is collapsed as CSS does for `white-space: normal`, with the no-break space and its relatives counted in,
since a reader cannot tell them apart. Inline elements join without a space; a `br` and the edges of blocks are one.
An image stands for its alt text, an inline SVG for its title. Nothing comes from what is not rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from backlink_spider.tags import BLOCKS, BR, IMG, SVG, TEXT, UNSEEN, tag_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

# A bound on what one anchor may cost: anchors can enclose each other (through `object`, say) thousands deep.
MAX_NODES: Final = 1000

_TITLE: Final = tag_id("title")  # of an SVG; in a body there is no other that a parser puts there by itself


class VisibleText(NamedTuple):
    """Text before collapsing; whether an image is part of it, and whether anything but images is."""

    text: str
    has_image: bool
    has_words: bool


def collapsed(text: str, limit: int) -> str:
    """Runs of white space as one space, none at the ends, cut to `limit` characters."""
    return " ".join(text.split(None, limit))[:limit].rstrip()


def visible_text(element: LexborNode) -> VisibleText:
    """What a reader sees of an element's content."""
    texts: list[str] = []
    words: list[str] = []
    has_image = False
    for number, (tag, node) in enumerate(_rendered(element)):
        if tag == TEXT:
            content = node.text_content or ""
            texts.append(content)
            words.append(content)
        elif tag == IMG:
            has_image = True
            texts.append(node.attributes.get("alt") or "")
        elif tag == SVG:
            has_image = True
        elif tag == _TITLE:
            texts.append(node.text())
        elif tag in BLOCKS or tag == BR:
            texts.append(" ")
        if number > MAX_NODES:
            break
    return VisibleText("".join(texts), has_image, any(map(str.strip, words)))


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
        elif is_hidden(node, tag):
            open_nodes[-1] = node.next
        else:
            yield tag, node
            open_nodes.append(node.first_child if tag != _TITLE else None)


def is_hidden(node: LexborNode, tag: int) -> bool:
    """Whether a node that is no text is not rendered: by its element, by `hidden`, or for being a comment."""
    return tag in UNSEEN or not node.is_element_node or "hidden" in node.attrs
