"""A page's bytes as UTF-8, its encoding found in the order of the HTML Standard.

https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding: byte order mark, Content-Type
header, declaration in the first bytes, then windows-1252. Labels and codecs are w3lib's.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, to_unicode

FALLBACK = "cp1252"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF_16 = frozenset({"utf-16", "utf-16-le", "utf-16-be"})
_MARKUP = rb'<a href="/?x=1&y=~{~~+ADw-">\x3c\u003c</a>'


def utf8_body(body: bytes, content_type: str) -> tuple[bytes, str]:
    """The body as UTF-8 without byte order mark, and the name of the Python codec that read it.

    A body declared as UTF-8 is returned as it is: the parser's reader replaces what is not UTF-8 by U+FFFD.
    """
    mark, name = next((known for known in _BYTE_ORDER_MARKS if body.startswith(known[0])), (b"", ""))
    body = body[len(mark) :]
    name = name or _header_encoding(content_type) or _declared_encoding(body) or FALLBACK
    if name == "utf-8" or (name not in _UTF_16 and body.isascii() and name != "iso2022_jp"):
        return body, name
    return to_unicode(body, name).encode("utf-8", "replace"), name


@lru_cache(maxsize=256)
def _header_encoding(content_type: str) -> str | None:
    name = http_content_type_encoding(content_type)
    if name in _UTF_16:
        return "utf-16-le" if name == "utf-16" else name  # the Encoding Standard reads the bare label as little-endian
    return name if name and _reads_markup(name) else None


def _declared_encoding(body: bytes) -> str | None:
    name = html_body_declared_encoding(body)
    if name in _UTF_16:
        return "utf-8"  # "prescan a byte stream", step 14: a declaration readable as ASCII cannot be in UTF-16
    return name if name and _reads_markup(name) else None


@lru_cache(maxsize=256)
def _reads_markup(name: str) -> bool:
    """Whether a codec reads ASCII markup as such, as every encoding of the Encoding Standard but UTF-16 does.

    Python knows labels the web does not (base64, unicode_escape, hz, utf-32, EBCDIC), and a page can name them.
    """
    try:
        return _MARKUP.decode(name, "replace") == _MARKUP.decode("ascii")
    except (LookupError, ValueError):
        return False
