"""What the `style` attribute of an element says of its visibility.

Only what leaves no doubt counts, since a wrong word makes an honest link look like spam. Written styles are often the
first frame of an animation, or the place of a text that is for screen readers; those hide nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_STYLE: Final = 1000  # characters read of one

_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": None, "cm": 37.8, "in": 96.0}
_LENGTH: Final = re.compile(r"([+-]?(?:[0-9]{1,9}+(?:\.[0-9]{0,9}+)?|\.[0-9]{1,9}+))(px|pt|em|rem|%|cm|in)?\Z")
_FAR: Final = -999.0  # pixels: the numbers people write are -999, -5000, -9999; a drawer or a slide is nearer
_TINY: Final = 1.0
_ANIMATED: Final = ("transition", "animation", "animation-name", "transform", "translate", "filter", "will-change")
_PADDINGS: Final = ("padding", "padding-top", "padding-bottom")
_OFFSETS: Final = ("left", "right", "top", "bottom", "margin-left", "margin-top")
_OVERFLOWS: Final = ("overflow", "overflow-x", "overflow-y")
_EDGES: Final = ("left", "right", "top", "bottom")
_NOTHING_VISIBLE: Final = frozenset({"hidden", "clip"})


class Style(NamedTuple):
    """`hides` is a reason why nothing inside is seen, "" for none; `shows` are the reasons from outside it undoes."""

    hides: str
    shows: tuple[str, ...] = ()
    displayed: bool = False  # it names a `display` that is not none, which goes before the attribute `hidden`


NOTHING: Final = Style("")


@lru_cache(maxsize=1024)
def style_of(text: str) -> Style:
    """What a style attribute says, cut to MAX_STYLE characters by the caller."""
    if not text:
        return NOTHING
    declared = _declarations(text.lower())
    hides = next((reason for reason, holds in _RULES.items() if holds(declared)), "")
    font_size = _pixels(declared.get("font-size", ""))
    shows = (
        *(("visibility",) if declared.get("visibility") == "visible" else ()),
        *(("font_size",) if "font-size" in declared and (font_size is None or font_size > _TINY) else ()),
    )
    found = Style(hides, shows, declared.get("display", "none") != "none")
    return NOTHING if found == NOTHING else found


def _declarations(text: str) -> dict[str, str]:
    """By property: of two the later holds, unless the earlier alone is important (CSS Cascading and Inheritance)."""
    first, *rest = text.split("/*")
    text = first + "".join(part.partition("*/")[2] for part in rest)
    declared: dict[str, str] = {}
    important: dict[str, str] = {}
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        value, bang, _ = value.partition("!")
        (important if bang else declared)[name.strip()] = value.strip()
    return declared | important


def _pixels(value: str) -> float | None:
    """A length in CSS pixels, about; None for a share of something, and for what is no length."""
    length = _LENGTH.match(value)
    if length is None:
        return None
    number, unit = float(length[1]), length[2] or ""
    factor = _PIXELS[unit] if number else 1.0
    return None if factor is None else number * factor


def _is_animated(style: Mapping[str, str]) -> bool:
    return any(style.get(name, "none") != "none" for name in _ANIMATED)


def _is_clipped(style: Mapping[str, str]) -> bool:
    """The usual way to write for screen readers alone."""
    return "clip" in style or "clip-path" in style


def _covers(style: Mapping[str, str]) -> bool:
    """Whether the element lies over what is around it: a link over the whole of a card is there to be clicked."""
    if style.get("position") not in {"absolute", "fixed"}:
        return False
    stretched = style.get("width") == "100%" and style.get("height") == "100%"
    return stretched or "inset" in style or all(_pixels(style.get(edge, "")) == 0 for edge in _EDGES)


def _is_transparent(style: Mapping[str, str]) -> bool:
    return _pixels(style.get("opacity", "")) == 0 and not _is_animated(style) and not _covers(style)


def _is_invisible(style: Mapping[str, str]) -> bool:
    return style.get("visibility") in {"hidden", "collapse"} and not _is_animated(style)


def _has_no_size(style: Mapping[str, str]) -> bool:
    """A box of no size with padding is a frame of a fixed ratio."""
    sizes = (_pixels(style.get(name, "")) for name in ("width", "height"))
    cuts = any(style.get(name) in _NOTHING_VISIBLE for name in _OVERFLOWS)
    is_tiny = cuts and any(size is not None and size <= _TINY for size in sizes)
    return is_tiny and not (_is_clipped(style) or _is_animated(style) or any(name in style for name in _PADDINGS))


def _is_off_screen(style: Mapping[str, str]) -> bool:
    if _is_clipped(style) or style.get("position") in {"static", "sticky"}:
        return False
    return any(_is_far(style.get(name, "")) for name in _OFFSETS) or _is_indented_away(style)


def _is_indented_away(style: Mapping[str, str]) -> bool:
    """A text moved out of the way of its own background is seen as a picture: many a logo."""
    has_picture = any(name.startswith("background") for name in style)
    return not has_picture and _is_far(style.get("text-indent", ""))


def _is_far(value: str) -> bool:
    pixels = _pixels(value)
    return pixels is not None and pixels <= _FAR


def _has_no_letters(style: Mapping[str, str]) -> bool:
    pixels = _pixels(style.get("font-size", ""))
    return pixels is not None and pixels <= _TINY


_RULES: Final = {
    "display": lambda style: style.get("display") == "none",
    "visibility": _is_invisible,
    "opacity": _is_transparent,
    "size": _has_no_size,
    "offscreen": _is_off_screen,
    "font_size": _has_no_letters,
}
