"""What inputs are made of beside bytes: words that the readers of pages, URLs, robots.txt and replies look for."""

from __future__ import annotations

import re

from tests.poisons import POISONS

WORDS = (
    *("<a href=", "<area href=", "<base href=", "<link rel=canonical href=", "<img alt=", "<svg>", "<iframe src="),
    *("<meta http-equiv=refresh content=", "<script>", "</script>", "<style>", "<title>", "</title>", "<h1>", "</a>"),
    *(" rel='nofollow, ugc' ", " style='display:none' ", " hidden ", " role=navigation ", "<!--", "<![CDATA["),
    *("&#xD800;", "charset=utf-16le", "charset=utf-7", "lang=", "location.href='", 'window.location="', "\\u0041"),
    *("location.replace('", "http://", "https://", "//", "\\\\", "..", "%2e", "@", "[::1]", "0x7f.1", "127.1", "xn--"),
    *(":80", ":443", ":99999", "\u3002", "\uff0e", "\u2100", "ß", "\u200d", "%00", "%0d%0a", "?url=http%3A%2F%2F"),
    *("url=aHR0cDovL2EuYi8", "#", "?", "User-agent: *\n", "User-agent: OpenBacklinkBot\n", "Disallow: /", "Allow: /"),
    *("Crawl-delay: 1e999\n", "*", "$", "HTTP/1.1 200 OK\r\n", "Content-Length: 3\r\n", "3\r\nabc\r\n", "\r\n"),
    *("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "display:none", "/*", "*/", "!important", "noindex", "0;url="),
    *("googlebot: none", "<http://a/>; rel=canonical"),
)
INSERTED = tuple(word.encode("utf-8", "surrogatepass") for word in (*WORDS, *POISONS.values()))


def dictionary() -> str:
    """The same as libFuzzer reads it, a quoted word a line."""
    return "".join(f'"{_quoted(word)}"\n' for word in INSERTED)


def _quoted(word: bytes) -> str:
    return re.sub(rb'[^ -~]|["\\]', lambda found: b"\\x%02X" % found[0][0], word).decode("ascii")
