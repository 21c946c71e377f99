"""Replies that take for ever, and redirects without an end."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from tests.webs.hostile.peer import HTML, LINK, Peer

if TYPE_CHECKING:
    from tests.webs.hostile.peer import Behaviour

TIMES = 10_000


async def silent(peer: Peer, _: str) -> None:
    await peer.hold()


async def silent_after_the_head(peer: Peer, _: str) -> None:
    await peer.say(HTML + b"Content-Length: 100\r\n\r\n")
    await peer.hold()


async def head_drips(peer: Peer, _: str) -> None:
    await peer.drip(chain([HTML], repeat(b"X: y\r\n", TIMES)), pause=0.4)


async def status_line_drips(peer: Peer, _: str) -> None:
    await peer.drip(chain([b"HTTP/1.1 200 "], repeat(b"O", TIMES)))


async def body_drips(peer: Peer, _: str) -> None:
    await peer.drip(chain([HTML + b"Content-Length: 10000\r\n\r\n" + LINK], repeat(b"x", TIMES)))


async def chunks_drip(peer: Peer, _: str) -> None:
    await peer.drip(chain([HTML + b"Transfer-Encoding: chunked\r\n\r\n"], repeat(b"1\r\nx\r\n", TIMES)))


async def interim_drips(peer: Peer, _: str) -> None:
    await peer.drip(repeat(b"HTTP/1.1 103 Early Hints\r\nX: ", TIMES), pause=0.4)


async def redirects_on_and_on(peer: Peer, rest: str) -> None:
    onward = b"/redirects_on_and_on/%d" % (int(rest or 0) + 1)
    await peer.say(b"HTTP/1.1 302 Found\r\nLocation: " + onward + b"\r\nContent-Length: 0\r\n\r\n")


async def redirects_to_itself(peer: Peer, _: str) -> None:
    await peer.say(b"HTTP/1.1 302 Found\r\nLocation: /redirects_to_itself\r\nContent-Length: 0\r\n\r\n")


async def refreshes_to_too_long_a_url(peer: Peer, _: str) -> None:
    await peer.page(b"<meta http-equiv=refresh content='0;url=/%b'>" % (b"x" * 5_000) + LINK)


BEHAVIOURS: dict[str, Behaviour] = {
    "silent": silent,
    "silent_after_the_head": silent_after_the_head,
    "head_drips": head_drips,
    "status_line_drips": status_line_drips,
    "body_drips": body_drips,
    "chunks_drip": chunks_drip,
    "interim_drips": interim_drips,
    "redirects_on_and_on": redirects_on_and_on,
    "redirects_to_itself": redirects_to_itself,
    "refreshes_to_too_long_a_url": refreshes_to_too_long_a_url,
}
