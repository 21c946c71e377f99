"""Lexbor's numbers for the elements the extraction rules name: comparing numbers is cheaper than names."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborHTMLParser

_DOCUMENT = LexborHTMLParser("<!doctype html><body>text<!--comment-->")


def tag_id(name: str) -> int:
    """The number of an element name, the same in every document and namespace."""
    return _DOCUMENT.create_node(name).tag_id


def tag_ids(names: str) -> frozenset[int]:
    """The numbers of names separated by white space."""
    return frozenset(map(tag_id, names.split()))


_NUMBERS: Final = {node.tag: node.tag_id for node in _DOCUMENT.css("body")[0].traverse(include_text=True)}
TEXT: Final = _NUMBERS["-text"]
COMMENT: Final = _NUMBERS["-comment"]
A: Final = tag_id("a")
AREA: Final = tag_id("area")
BASE: Final = tag_id("base")
BR: Final = tag_id("br")
FORM: Final = tag_id("form")
FRAME: Final = tag_id("frame")
HEAD: Final = tag_id("head")
HTML: Final = tag_id("html")
IFRAME: Final = tag_id("iframe")
IMG: Final = tag_id("img")
LINK: Final = tag_id("link")
META: Final = tag_id("meta")
SVG: Final = tag_id("svg")

# HTML Standard, section 15.3: what the user agent style sheet lays out as blocks, list items and table parts. A reader
# sees a break on either side. https://html.spec.whatwg.org/multipage/rendering.html#flow-content-3
BLOCKS: Final = tag_ids(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu "
    "nav ol optgroup option p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp"
)

# The same section's elements that are not rendered, comments, and elements whose content is a fallback or a control's.
UNSEEN: Final = {COMMENT} | tag_ids(
    "audio base basefont canvas datalist desc iframe link meta noembed noframes param rp script select style "
    "template textarea video"
)
