"""Any bytes at all, in any parts, read as a reply."""

from contextlib import suppress
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, ResponseDataLossError

from backlink_spider.http_reply import ReplyReader
from backlink_spider.http_request import http_request

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PIECES = [
    *(HEAD, CHUNKED, HEAD + b"Content-Length: 2\r\n\r\nok", b"HTTP/1.1 103 Hints\r\n", b"HTTP/1.1 101 Up\r\n", b"\r\n"),
    *(b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"Upgrade: x\r\n"),
    *(b"3\r\nabc\r\n", b"0\r\n", b";x=y", b"abc"),
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=12), st.booleans(), st.booleans())
def test_whatever_comes_is_a_reply_or_an_exception_of_scrapys(pieces: list[bytes], head: bool, partial: bool) -> None:
    request = http_request("http://site.example/", "HEAD" if head else "GET")
    request.partial, request.max_size = partial, 30
    reader = ReplyReader(request)
    with suppress(DownloadFailedError, DownloadCancelledError, ResponseDataLossError):
        for piece in pieces:
            reader.feed(piece)
        if not reader.complete:
            reader.end(None)
        assert len(reader.reply().body) <= 30


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=5), st.booleans(), st.sets(st.integers(1, 200)))
def test_the_parts_it_comes_in_make_no_difference(chunks: list[bytes], chunked: bool, cuts: set[int]) -> None:
    if chunked:
        sent = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nT: x\r\n\r\n"
    else:
        sent = HEAD + b"A: b\r\nContent-Length: %d\r\n\r\n" % len(b"".join(chunks)) + b"".join(chunks)
    reader = ReplyReader(http_request("http://site.example/"))
    edges = [0, *sorted(cut for cut in cuts if cut < len(sent)), len(sent)]
    for start, end in pairwise(edges):
        assert not reader.complete
        reader.feed(sent[start:end])
    assert reader.complete
    assert reader.reusable
    assert reader.reply().body == b"".join(chunks)
