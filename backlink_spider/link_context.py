"""A few words of text before and after a link, within its block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backlink_spider.anchor_text import inline_text
from backlink_spider.tags import BLOCKS, TEXT

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_WORDS: Final = 10
MAX_LENGTH: Final = 80
A_FEW: Final = 5  # with so many words the search outward ends
MAX_STEPS: Final = 12  # siblings and parents looked at on either side


class LinkContexts:
    """The contexts of one page's links; links that stand together read each other's text once."""

    __slots__ = ("_inline",)

    def __init__(self) -> None:
        self._inline: dict[int, str | None] = {}

    def around(self, link: LexborNode, parent: LexborNode) -> tuple[str, str]:
        """The last words of the block before the link and the first after it; "" at the block's ends."""
        if link.prev is None and link.next is None and parent.tag_id in BLOCKS:
            return "", ""  # half of the links of a usual page: items of menus and lists
        return self._before(link), self._after(link)

    def _before(self, link: LexborNode) -> str:
        text = ""
        words: list[str] = []
        place = link
        for _ in range(MAX_STEPS):
            node = place.prev
            if node is None:
                parent = place.parent
                if parent is None or parent.tag_id in BLOCKS:
                    break
                place = parent
                continue
            piece = node.text_content if node.tag_id == TEXT else self._inline_text(node)
            if piece is None:
                break
            text = piece + text
            words = text.rsplit(None, MAX_WORDS)
            if len(words) >= A_FEW:
                break
            place = node
        context = " ".join(words[-MAX_WORDS:])
        if len(context) <= MAX_LENGTH:
            return context
        cut = context[-MAX_LENGTH:]
        return cut.partition(" ")[2] or cut

    def _after(self, link: LexborNode) -> str:
        text = ""
        words: list[str] = []
        place = link
        for _ in range(MAX_STEPS):
            node = place.next
            if node is None:
                parent = place.parent
                if parent is None or parent.tag_id in BLOCKS:
                    break
                place = parent
                continue
            piece = node.text_content if node.tag_id == TEXT else self._inline_text(node)
            if piece is None:
                break
            text += piece
            words = text.split(None, MAX_WORDS)
            if len(words) >= A_FEW:
                break
            place = node
        context = " ".join(words[:MAX_WORDS])
        if len(context) <= MAX_LENGTH:
            return context
        cut = context[:MAX_LENGTH]
        return cut.rpartition(" ")[0] or cut

    def _inline_text(self, node: LexborNode) -> str | None:
        key = node.mem_id
        known = self._inline
        if key not in known:
            known[key] = inline_text(node)
        return known[key]
