"""A few words of text before and after a link, within its block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backlink_spider.anchor_text import is_hidden, visible_text
from backlink_spider.tags import BLOCKS, BR, IMG, TEXT

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_WORDS: Final = 10
MAX_LENGTH: Final = 80
_MAX_STEPS: Final = 20  # siblings and parents looked at on either side


def text_before(link: LexborNode) -> str:
    """The last words of the block before the link; "" if the link opens it."""
    text = ""
    node: LexborNode | None = link
    for _ in range(_MAX_STEPS):
        assert node is not None
        previous = node.prev
        if previous is None:
            node = node.parent
            if node is None or node.tag_id in BLOCKS:
                break
            continue
        node = previous
        piece = _inline_text(node)
        if piece is None:
            break
        text = piece + text
        if len(text) >= MAX_LENGTH and len(_last_words(text)) >= MAX_LENGTH:
            break
    words = _last_words(text)
    return words if len(words) <= MAX_LENGTH else _without_first_word(words[-MAX_LENGTH:])


def text_after(link: LexborNode) -> str:
    """The first words of the block after the link; "" if the link closes it."""
    text = ""
    node: LexborNode | None = link
    for _ in range(_MAX_STEPS):
        assert node is not None
        following = node.next
        if following is None:
            node = node.parent
            if node is None or node.tag_id in BLOCKS:
                break
            continue
        node = following
        piece = _inline_text(node)
        if piece is None:
            break
        text += piece
        if len(text) >= MAX_LENGTH and len(_first_words(text)) >= MAX_LENGTH:
            break
    words = _first_words(text)
    return words if len(words) <= MAX_LENGTH else _without_last_word(words[:MAX_LENGTH])


def _inline_text(node: LexborNode) -> str | None:
    """The visible text of a node among inline content; None for a block, where the context ends."""
    tag = node.tag_id
    if tag == TEXT:
        return node.text_content or ""
    if is_hidden(node, tag):
        return ""
    if tag in BLOCKS:
        return None
    if tag == BR:
        return " "
    if tag == IMG:
        return node.attributes.get("alt") or ""
    return visible_text(node).text


def _last_words(text: str) -> str:
    return " ".join(text.rsplit(None, MAX_WORDS)[-MAX_WORDS:])


def _first_words(text: str) -> str:
    return " ".join(text.split(None, MAX_WORDS)[:MAX_WORDS])


def _without_first_word(cut: str) -> str:
    return cut.partition(" ")[2] or cut


def _without_last_word(cut: str) -> str:
    return cut.rpartition(" ")[0] or cut
