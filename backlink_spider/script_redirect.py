"""The URL that a page's own script leads on to at once, on a page that has next to nothing else to show.

No script is run. One counts whose top level, read token by token, says `location.replace("...")` or the like with the
whole URL written down and no condition before it. Whatever the reading is not sure of is no redirect.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backlink_spider.anchor_text import visible_text
from backlink_spider.refresh import Refresh
from link_index.urls import resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_PAGE: Final = 20_000  # bytes
MAX_SCRIPT: Final = 2_000  # characters; what is longer does more than to lead on
_MAX_SCRIPTS: Final = 10
_MAX_TEXT: Final = 300  # "You are being redirected. If nothing happens, click here."
_MAX_THINGS: Final = 3
_THINGS: Final = ":is(a[href], img, form, video, audio, canvas, object, embed, frame, h2, table)"
_LEADS: Final = re.compile(rb"""location(?:\.href)?\s*+(?:=|\.\s*+(?:replace|assign)\s*+\()\s*+["']""")

# HTML Standard, "prepare the script element": no type, or a JavaScript MIME type essence, or module.
_SCRIPT_TYPES: Final = frozenset(
    {"", "module", "text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript",
     "application/x-javascript", "text/jscript", "text/x-javascript"}
)  # fmt: skip
_TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\\n\r\u2028\u2029]|\\.)*+"|'(?:[^'\\\n\r\u2028\u2029]|\\.)*+')
    |(?P<line_comment>(?://|<!--|-->)[^\n\r\u2028\u2029]*+)
    |/\*(?P<comment>(?:[^*]|\*(?!/))*+)\*/
    |(?P<space>\s++)
    |(?P<word>[\w$]++)
    |(?P<mark>[^\s\w"'`/])
    """,
    re.VERBOSE | re.DOTALL,
)
# (function () { ... })(); and its like: called where it stands.
_CALLED: Final = re.compile(
    r"""\s*+;?\s*+[!(]\s*+(?:function\s*+\(\s*+\)|\(\s*+\)\s*+=>)\s*+
    \{(.*)\}\s*+\)?\s*+\(\s*+\)[\s;)]*+\Z""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)

# After these the rest of a script may not be reached, or not always.
_UNSURE: Final = frozenset(
    {"if", "else", "for", "while", "do", "switch", "case", "default", "try", "catch", "finally", "throw", "return",
     "with", "break", "continue", "async", "await", "yield", "import", "export", "debugger"}
)  # fmt: skip
_GOES_ON: Final = frozenset({"in", "of", "instanceof"})
_UNFINISHED: Final = _GOES_ON | {
    "var",
    "let",
    "const",
    "new",
    "typeof",
    "void",
    "delete",
    "function",
    "class",
    "extends",
}
_WINDOWS: Final = (
    "", "window.", "self.", "top.", "parent.", "document.", "globalThis.", "window.top.", "window.parent.",
    "window.self.", "window.document.",
)  # fmt: skip
_LEADING_ON: Final = frozenset(
    f"{window}location{way}" for window in _WINDOWS for way in ('="', '.href="', '.replace(")', '.assign(")')
)
_LINE_ENDS: Final = frozenset("\n\r\u2028\u2029")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", **dict.fromkeys("bfv0\n\r\u2028\u2029", "")}
_OTHER_ESCAPES: Final = frozenset("ux123456789")  # of an octal number, or of one in braces


def script_redirect(body: bytes, parser: LexborHTMLParser, base_url: str, document_url: str) -> Refresh | None:
    """The redirect of kind `script` that a page is; `body` is the page in UTF-8, as it was parsed."""
    if len(body) > MAX_PAGE or b"location" not in body or not _LEADS.search(body) or not _shows_nothing(parser):
        return None
    for script in parser.css("script:not([src])")[:_MAX_SCRIPTS]:
        destination = script_destination(script.text()) if _is_run(script) else None
        if destination is not None:
            url = resolve(destination, base_url)
            elsewhere = url is not None and url != document_url and url.startswith(("http://", "https://"))
            return Refresh("script", url, 0) if url and elsewhere else None
    return None


def script_destination(source: str) -> str | None:
    """The address a script leads to as soon as it is run, as written in it; None if it does not, or not for sure."""
    if len(source) > MAX_SCRIPT:
        return None
    called = _CALLED.match(source)
    destinations: set[str] = set()
    for statement in _statements(called[1] if called else source) or ():
        if statement[0] in _UNSURE:
            return None
        strings = [piece for piece in statement if piece[0] in "\"'"]
        if len(strings) == 1 and "".join('"' if piece is strings[0] else piece for piece in statement) in _LEADING_ON:
            destinations.add(strings[0])
    return _string_value(destinations.pop()) if len(destinations) == 1 else None


def _statements(source: str) -> list[list[str]] | None:
    """The statements at the top level, each as its pieces; None for a script that is not understood."""
    pieces = _pieces(source)
    statements: list[list[str]] = [[]]
    open_brackets: list[str] = []
    for piece, may_end in pieces or ():
        outside = not open_brackets
        if outside and (piece == ";" or (_may_follow(statements[-1], may_end) and _may_begin(piece))):
            statements.append([])
        if piece in _PAIRS and (outside or open_brackets.pop() != _PAIRS[piece]):
            return None
        if piece in _PAIRS.values():
            open_brackets.append(piece)
        if not outside or piece != ";":
            statements[-1].append(piece)
    return None if open_brackets or pieces is None else [statement for statement in statements if statement]


def _pieces(source: str) -> list[tuple[str, bool]] | None:
    """Words, strings and marks, each with whether a line ended before it.

    A regular expression cannot be told from a division, and a template may hold expressions: neither is understood.
    """
    pieces: list[tuple[str, bool]] = []
    position, line_ended = 0, False
    while position < len(source):
        found = _TOKEN.match(source, position)
        if found is None:
            return None
        position = found.end()
        if found.lastgroup in {"space", "comment", "line_comment"}:
            line_ended = line_ended or not _LINE_ENDS.isdisjoint(found[0])
        else:
            pieces.append((found[0], line_ended))
            line_ended = False
    return pieces


def _may_follow(statement: list[str], line_ended: bool) -> bool:
    """Whether a statement may be over: after the end of a line or a block, unless it lacks something."""
    if not statement or not (line_ended or statement[-1] == "}"):
        return False
    last = statement[-1]
    return last[0] in "\"')]}" or (_is_word(last) and last not in _UNFINISHED)


def _may_begin(piece: str) -> bool:
    """Whether this piece cannot go on with what was before; a mark always may."""
    return piece[0] in "\"'" or (_is_word(piece) and piece not in _GOES_ON)


def _is_word(piece: str) -> bool:
    return piece[0].isalnum() or piece[0] in "_$"


def _string_value(literal: str) -> str | None:
    """What a string literal stands for (ECMAScript, "String Literals"); None if it is written in a rare way."""
    if any(escape[3] in _OTHER_ESCAPES for escape in _ESCAPE.finditer(literal) if escape[3]):
        return None
    value = _ESCAPE.sub(_unescaped, literal[1:-1])
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2]
    return chr(int(digits, 16)) if digits else _CONTROLS.get(escape[3], escape[3])


def _is_run(script: LexborNode) -> bool:
    """Whether a browser runs it: what is in `noscript` it does not."""
    attributes = script.attributes
    if (attributes.get("type") or "").strip().lower() not in _SCRIPT_TYPES or "nomodule" in attributes:
        return False
    parent = script.parent
    while parent is not None and parent.tag not in {"noscript", "svg", "math"}:
        parent = parent.parent
    return parent is None


def _shows_nothing(parser: LexborHTMLParser) -> bool:
    body = parser.body
    if body is None:
        return True
    return len(visible_text(body)[0].strip()) <= _MAX_TEXT and len(parser.css(_THINGS)) <= _MAX_THINGS
