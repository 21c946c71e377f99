"""Where on the page a link stands: content, nav, header, footer, aside, or head.

The nearest landmark outward decides, by element or by ARIA role. HTML Accessibility API Mappings give the elements
their roles (https://www.w3.org/TR/html-aam-1.0/): a header or footer inside sectioning content is not the page's, and
the search goes on outward. In a role attribute the first token that names a role counts and replaces the element's
own role (WAI-ARIA 1.2, section 8.1).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from backlink_spider.tags import HEAD, tag_id, tag_ids

_ELEMENTS: Final = {
    tag_id(element): role
    for element, role in {
        "nav": "navigation",
        "header": "banner",
        "footer": "contentinfo",
        "aside": "complementary",
        "main": "main",
    }.items()
}
_WORDS: Final = {
    "navigation": "nav",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
    "main": "content",
}
_PAGE_LEVEL: Final = frozenset({"banner", "contentinfo"})
_SECTIONING: Final = tag_ids("article aside main nav section")
_SECTIONING_ROLES: Final = frozenset({"article", "complementary", "main", "navigation", "region"})
# WAI-ARIA 1.2, section 5.4, without the abstract roles.
_ROLE_NAMES: Final = """
    alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox
    complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid
    gridcell group heading img insertion link list listbox listitem log main marquee math menu menubar menuitem
    menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar radio
    radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong
    subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid
    treeitem
"""
_ROLES: Final = frozenset(_ROLE_NAMES.split())

LANDMARKS: Final = frozenset(_ELEMENTS) | _SECTIONING | {HEAD}  # what has a state of its own without a role attribute

State = tuple[str, bool]  # the placement inside an element, and whether it is inside sectioning content
OUTERMOST: Final[State] = ("content", False)
_IN_HEAD: Final[State] = ("head", False)


def state_inside(tag: int, written_role: str, outside: State) -> State:
    """The state inside an element with this tag number and role attribute."""
    explicit = _first_role(written_role) if written_role else None
    return _state_with(tag, explicit, outside)


@lru_cache(maxsize=4096)
def _state_with(tag: int, explicit: str | None, outside: State) -> State:
    role = explicit or _ELEMENTS.get(tag)
    if role is None and tag not in _SECTIONING:
        return _IN_HEAD if tag == HEAD else outside
    placement, sectioned = outside
    word = _WORDS.get(role or "")
    if word and not (sectioned and role in _PAGE_LEVEL and not explicit):
        placement = word
    return placement, sectioned or tag in _SECTIONING or role in _SECTIONING_ROLES


def _first_role(written: str) -> str | None:
    return next((token for token in written.lower().split() if token in _ROLES), None)
