"""Text of the web as terminals, spreadsheets and parsers may be given it: nothing in it is obeyed, nothing is lost."""

from __future__ import annotations

import json
import re
from typing import Any

# What a terminal or a reader's eye would be led by: control characters, directional overrides, what has no width, and
# lone surrogates, which no terminal can be sent at all.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
# What has to be written out; of a text that looks as if something had been, its <.
_WRITTEN_OUT = re.compile(rf"{_UNSEEN.pattern}|<(?=U\+[0-9A-F]{{4}}>)")
# Where a spreadsheet separates cells by semicolons, as those of half of Europe do, a cell begins behind one.
_CELL_WITHIN = re.compile(r""";(?=["']*[=+\-@＝＋－＠])""")
_FORMULA = ("'", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def visible(text: str) -> str:
    """The text with each unseen character written out, as <U+202E>; its own `<U+202E>` is <U+003C>U+202E>."""
    return _WRITTEN_OUT.sub(_code, text)


def visible_lines(text: str) -> str:
    """The same for a text of several lines, which they stay."""
    return "\n".join(map(visible, text.split("\n")))


def _code(found: re.Match[str]) -> str:
    return f"<U+{ord(found[0]):04X}>"


def defused(cell: str) -> str:
    """The cell with a ' in front if a spreadsheet might run it as a formula, or if it begins with a ' itself.

    So the cell is what follows one leading ', where there is one.
    """
    return "'" + cell if cell.startswith(_FORMULA) else cell


def csv_cell(text: str) -> str:
    """A text as a cell that neither a spreadsheet runs nor a terminal obeys.

    Reversible: take one leading ' away, then put the character back for each <U+....>. What may run is OWASP's list
    (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    return defused(_CELL_WITHIN.sub(_code, visible(text)))


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON with readable letters; what a terminal would obey is escaped, inside strings the only place it can be."""
    lines = json.dumps(value, ensure_ascii=False, indent=indent).split("\n")
    return "\n".join(_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line) for line in lines)
