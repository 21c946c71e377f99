"""Why readers cannot see a link: what its element, or one around it, says in its attributes `hidden` and `style`.

Style sheets and scripts are not read, and precision goes before completeness: what a reader may open (a menu, a tab, a
dialog, an answer) and what is there for screen readers is not hidden. Class names and ids only ever excuse an element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backlink_spider.inline_style import MAX_STYLE, style_of
from backlink_spider.tags import tag_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

# States inside an element. Two reasons can be undone further in; inside what opens on demand nothing is hidden.
OPENS: Final = "opens"
UNDONE_INSIDE: Final = ("visibility", "font_size")
STATES: Final = ("", "visibility", "font_size", "hidden", "display", "opacity", "size", "offscreen", OPENS)

# Elements of a page that are looked at: a page of half a million with a style each would take seconds.
MAX_LOOKS: Final = 50_000

OPENING: Final = tag_ids("nav menu dialog details")
_WHOLE_PAGE: Final = tag_ids("body main")  # hidden until a script has run, against flicker; nobody hides a link so
_OPENING_ROLES: Final = frozenset(
    {"alert", "alertdialog", "dialog", "listbox", "menu", "menubar", "navigation", "status", "tablist", "tabpanel",
     "tooltip", "tree"}
)  # fmt: skip
# Attributes by which libraries show and animate elements: Alpine, Vue, Angular, Webflow, AOS, Bootstrap and the like.
_SCRIPTED: Final = (
    *("x-", "v-", "ng-", ":", "@", "wire:", "aria-labelledby", "aria-modal", "aria-live", "popover"),
    *(
        "data-w-id",
        "data-aos",
        "data-bs-",
        "data-toggle",
        "data-tab",
        "data-accordion",
        "data-collaps",
        "data-dropdown",
    ),
    *("data-modal", "data-anim", "data-reveal", "data-scroll"),
)
# Parts of class names and ids, which stand between spaces.
_OPENED: Final = (
    *("menu", "nav", "dropdown", "drop-down", "modal", "popup", "pop-up", "popover", "dialog", "lightbox", "overlay"),
    *("drawer", "canvas", "accordion", "collaps", "toggle", "expand", "spoiler", "faq", "answer", "tooltip", "flyout"),
    *(
        "tabs",
        "tab-",
        "-tab",
        "tab_",
        "_tab",
        " tab ",
        "tabpan",
        "tabcontent",
        "more-",
        "-more",
        "readmore",
        "showmore",
    ),
    *("search", "login", "cart", "cookie", "consent", "panel", "filter", "hover"),
)
_SHOWN_BY_SCRIPT: Final = (
    *(
        "carousel",
        "slide",
        "swiper",
        "slick",
        "owl-",
        "gallery",
        "load",
        "lazy",
        "fade",
        "reveal",
        "anim",
        "aos",
        " wow ",
    ),
    *("notice", "message", "error", "success", "mobile", "desktop", "print", "sticky"),
    *(" app ", " root ", "__next", "__nuxt", " page ", "wrapper ", " site ", " main ", " container ", " content "),
)
_FOR_SCREEN_READERS: Final = ("sr-only", "screen-reader", "screenreader", "visually", "a11y", "assistive", "skip")
_PICTURES: Final = ("logo", "brand", "icon")  # in the place of their text
_EXCUSES: Final = (*_OPENED, *_SHOWN_BY_SCRIPT, *_FOR_SCREEN_READERS, *_PICTURES)
_MAX_NAMES: Final = 200  # characters read of class and id


def hiding_reason(state: str, has_image: bool) -> str:
    """Why readers cannot see an `a` with this state inside, "" if they can, as far as is known.

    Letters of no size hide no picture.
    """
    return "" if state == OPENS or (state == "font_size" and has_image) else state


def hidden_inside(tag: int, attributes: Mapping[str, str | None], outside: str) -> str:
    """The state inside an element, one of STATES, from the one around it."""
    if outside and outside not in UNDONE_INSIDE:
        return outside
    if tag in OPENING:
        return OPENS
    if not outside and "style" not in attributes and "hidden" not in attributes:
        return outside  # most of all elements
    style = style_of((attributes.get("style") or "")[:MAX_STYLE])
    reason = "hidden" if _has_hidden(attributes) and not style.displayed else style.hides
    if reason and tag not in _WHOLE_PAGE:
        return OPENS if _is_excused(attributes) else reason
    if outside in style.shows or (outside == "font_size" and "class" in attributes):
        return ""  # a class is what most letters have their size from
    return outside


def _has_hidden(attributes: Mapping[str, str | None]) -> bool:
    """HTML Standard, the hidden attribute: what is hidden until found opens by itself."""
    return "hidden" in attributes and (attributes["hidden"] or "").strip().lower() != "until-found"


def _is_excused(attributes: Mapping[str, str | None]) -> bool:
    role = (attributes.get("role") or "").strip().lower()
    if role in _OPENING_ROLES or any(name.startswith(_SCRIPTED) for name in attributes):
        return True
    names = f" {(attributes.get('class') or '')[:_MAX_NAMES]} {(attributes.get('id') or '')[:_MAX_NAMES]} ".lower()
    return any(part in names for part in _EXCUSES)
