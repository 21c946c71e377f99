"""Bodies in each coding, whole and broken, and bombs."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlink_spider.content_codings import MAX_CODINGS, MAX_MEMBERS, PIECE, BodyDecoder, codings_of
from backlink_spider.errors import DecompressedTooLarge, Undecodable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1024 * 1024


def bare_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


CODERS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "gzip": (b"gzip", gzip.compress),
    "x-gzip": (b"x-gzip", gzip.compress),
    "deflate": (b"deflate", zlib.compress),
    "bare deflate": (b"deflate", bare_deflate),
    "br": (b"br", lambda data: brotli.compress(data, quality=3)),
    "zstd": (b"zstd", zstd.compress),
    "two gzip members": (b"gzip", lambda data: gzip.compress(data[:10]) + gzip.compress(data[10:])),
    "two zstd frames": (b"zstd", lambda data: zstd.compress(data[:10]) + zstd.compress(data[10:])),
}
EACH = pytest.mark.parametrize(("coding", "coded"), CODERS.values(), ids=CODERS)


def decoded(body: bytes, *codings: bytes, limit: int = 0, step: int = 7) -> bytes:
    decoder = BodyDecoder(codings, limit)
    pieces = [piece for start in range(0, len(body), step) for piece in decoder.feed(body[start : start + step])]
    assert decoder.complete
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("fields", "codings"),
    [
        ([b"gzip"], [b"gzip"]),
        ([b" GZip , "], [b"gzip"]),
        ([b"identity"], []),
        ([b""], []),
        ([b"gzip, br"], [b"br", b"gzip"]),
        ([b"gzip", b"br"], [b"br", b"gzip"]),
        ([b"deflate, identity"], [b"deflate"]),
        ([b"utf-8"], []),
        ([b"text/html"], []),
        ([b"gzip, unknown"], []),
        ([b"unknown, gzip"], []),
    ],
)
def test_codings_are_undone_from_the_last_to_the_first_and_none_where_one_is_unknown(
    fields: list[bytes], codings: list[bytes]
) -> None:
    assert codings_of(fields) == codings


def test_codings_over_codings_have_a_limit() -> None:
    assert len(codings_of([b"gzip," * MAX_CODINGS])) == MAX_CODINGS
    with pytest.raises(Undecodable, match="6 content codings"):
        codings_of([b"gzip," * (MAX_CODINGS + 1)])


@EACH
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_a_body_is_what_was_coded_in_whatever_parts_it_comes(
    coding: bytes, coded: Callable[[bytes], bytes], step: int
) -> None:
    for body in (b"a page of some words", b"", b"word " * 1000):
        assert decoded(coded(body), coding, step=step) == body


@EACH
def test_what_follows_the_end_of_a_coding_is_left_alone(coding: bytes, coded: Callable[[bytes], bytes]) -> None:
    if coding == b"br":  # the one decoder that says an error, as in browsers
        with pytest.raises(Undecodable):
            decoded(coded(b"a page of words") + b"\0\0surplus", coding)
        return
    assert decoded(coded(b"a page of words") + b"\0\0surplus", coding) == b"a page of words"


@pytest.mark.parametrize("coding", [b"gzip", b"zstd"])
@pytest.mark.parametrize("step", [1, 3, 100_000])
def test_so_is_another_member_behind_what_is_none(coding: bytes, step: int) -> None:
    coded = CODERS[coding.decode()][1]
    sent = coded(b"first") + b"garbage" + coded(b"second")
    assert decoded(sent, coding, step=step) == b"first"


@pytest.mark.parametrize("body", [b"h", b"x" * 10, b""])
@pytest.mark.parametrize("wbits", [-15, 15])
def test_both_formats_of_deflate_are_told_apart_by_two_bytes(body: bytes, wbits: int) -> None:
    coder = zlib.compressobj(wbits=wbits)
    sent = coder.compress(body) + coder.flush()
    assert decoded(sent, b"deflate", step=1) == decoded(sent, b"deflate", step=100) == body


def test_codings_one_over_the_other_are_undone() -> None:
    body = b"word " * 10_000
    assert decoded(brotli.compress(gzip.compress(zstd.compress(body))), b"br", b"gzip", b"zstd") == body


@EACH
def test_a_body_that_ends_within_its_coding_is_not_complete(coding: bytes, coded: Callable[[bytes], bytes]) -> None:
    decoder = BodyDecoder([coding], 0)
    assert decoder.complete  # a body of no byte, as some servers send it
    list(decoder.feed(coded(b"a page of some words")[:-2]))
    assert not decoder.complete


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
@pytest.mark.parametrize("body", [b"<html>plain</html>", b"\xff" * 100, b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff\xff\xff"])
def test_what_is_not_in_the_coding_cannot_be_decompressed(coding: bytes, body: bytes) -> None:
    with pytest.raises((Undecodable, AssertionError)):
        decoded(body, coding)


def test_a_wrong_checksum_is_no_page() -> None:
    body = bytearray(gzip.compress(b"a page"))
    body[-6] ^= 1
    with pytest.raises(Undecodable, match="check"):
        decoded(bytes(body), b"gzip")


@EACH
def test_a_bomb_is_cut_where_it_grows_beyond_the_limit(coding: bytes, coded: Callable[[bytes], bytes]) -> None:
    bomb = coded(bytes(64 * MIB))
    decoder = BodyDecoder([coding], MIB)
    tracemalloc.start()
    came: list[bytes] = []
    with pytest.raises(DecompressedTooLarge, match="1048576"):
        came.extend(decoder.feed(bomb))
    assert tracemalloc.get_traced_memory()[1] < 2 * MIB + 2 * len(bomb)
    tracemalloc.stop()
    assert MIB - 2 * PIECE < sum(map(len, came)) <= MIB


def test_a_bomb_within_a_bomb_is_cut_at_the_first_that_grows() -> None:
    bomb = gzip.compress(gzip.compress(bytes(64 * MIB)) + bytes(64 * MIB))
    with pytest.raises(DecompressedTooLarge):
        list(BodyDecoder([b"gzip", b"gzip"], MIB).feed(bomb))


def test_a_body_of_just_the_limit_is_read() -> None:
    assert len(decoded(gzip.compress(bytes(1000)), b"gzip", limit=1000)) == 1000
    with pytest.raises(DecompressedTooLarge):
        decoded(gzip.compress(bytes(1001)), b"gzip", limit=1000)


def test_a_body_of_too_many_members_is_refused() -> None:
    member = gzip.compress(b"")
    assert decoded(member * MAX_MEMBERS, b"gzip", step=1000) == b""
    with pytest.raises(Undecodable, match="members"):
        decoded(member * (MAX_MEMBERS + 1), b"gzip", step=1000)


def test_a_window_of_more_than_rfc_9659_allows_is_refused() -> None:
    parameter = zstd.CompressionParameter
    for log, is_allowed in ((23, True), (24, False)):
        compressor = zstd.ZstdCompressor(options={parameter.window_log: log, parameter.content_size_flag: 0})
        body = compressor.compress(bytes(1000), zstd.ZstdCompressor.CONTINUE) + compressor.flush()
        if is_allowed:
            assert len(decoded(body, b"zstd")) == 1000
        else:
            with pytest.raises(Undecodable):
                decoded(body, b"zstd")


@given(st.binary(max_size=300), st.lists(st.sampled_from([b"gzip", b"deflate", b"br", b"zstd"]), max_size=3))
def test_any_bytes_are_a_body_or_an_error_of_ours(body: bytes, codings: list[bytes]) -> None:
    decoder = BodyDecoder(codings, 1000)
    with suppress(Undecodable, DecompressedTooLarge):
        assert len(b"".join(decoder.feed(body))) <= 1000
