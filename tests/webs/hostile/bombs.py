"""Bodies that are larger than they say, or grow when they are decompressed. The limit is a tenth of their size."""

from __future__ import annotations

import gzip
import sys
import zlib
from functools import cache, partial
from itertools import repeat
from typing import TYPE_CHECKING

import brotli

from tests.webs.hostile.peer import HTML, Peer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.webs.hostile.peer import Behaviour

ROW = b"<p>word " * 8192  # 64 KiB


async def body_declared_too_large(peer: Peer, _: str) -> None:
    await peer.say(HTML + b"Content-Length: %d\r\n\r\n" % (10 * peer.size), *repeat(ROW, 10 * peer.size // len(ROW)))


async def body_without_end(peer: Peer, _: str) -> None:
    await peer.say(HTML + b"\r\n", *repeat(ROW, 10 * peer.size // len(ROW)))


async def chunks_without_end(peer: Peer, _: str) -> None:
    chunk = b"10000\r\n" + ROW + b"\r\n"
    await peer.say(HTML + b"Transfer-Encoding: chunked\r\n\r\n", *repeat(chunk, 10 * peer.size // len(ROW)))


@cache
def built(name: str, size: int) -> bytes:
    """Made before a crawl, which does not wait for it."""
    return BOMBS[name][1](ROW * (10 * size // len(ROW)))


async def bomb(name: str, peer: Peer, _: str) -> None:
    await peer.page(built(name, peer.size), b"Content-Encoding: " + BOMBS[name][0])


async def bomb_without_end(peer: Peer, _: str) -> None:
    """Goes on as long as it is read: at the limit of the compressed size it would be the whole of that size."""
    compressor = zlib.compressobj(9, wbits=31)
    await peer.say(HTML + b"Content-Encoding: gzip\r\n\r\n")
    for _row in range(10 * peer.size // 64):
        await peer.say(compressor.compress(ROW) + compressor.flush(zlib.Z_SYNC_FLUSH))


def zstd_of_a_wide_window(data: bytes) -> bytes:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    compressor = zstd.ZstdCompressor(options=options)
    return compressor.compress(data, zstd.ZstdCompressor.CONTINUE) + compressor.flush()


def twice(data: bytes) -> bytes:
    return gzip.compress(gzip.compress(data))


def by_members(data: bytes) -> bytes:
    return gzip.compress(data[:10]) * 5_000


BOMBS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "bomb_gzip": (b"gzip", gzip.compress),
    "bomb_deflate": (b"deflate", zlib.compress),
    "bomb_br": (b"br", partial(brotli.compress, quality=1)),
    "bomb_zstd": (b"zstd", zstd.compress),
    "bomb_in_a_bomb": (b"gzip, gzip", twice),
    "bomb_of_members": (b"gzip", by_members),
    "bomb_of_a_wide_window": (b"zstd", zstd_of_a_wide_window),
}
BEHAVIOURS: dict[str, Behaviour] = {
    "body_declared_too_large": body_declared_too_large,
    "body_without_end": body_without_end,
    "chunks_without_end": chunks_without_end,
    "bomb_without_end": bomb_without_end,
    **{name: partial(bomb, name) for name in BOMBS},
}
