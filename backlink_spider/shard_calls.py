"""What can be asked of a shard of the frontier: one function for each of its scripts, and how the replies read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from backlink_spider.frontier_keys import tag
from backlink_spider.redis_scripts import Call

if TYPE_CHECKING:
    from collections.abc import Iterable

    Argument = str | bytes | int

DEEPEST = 65534  # what lies deeper is queued as if it were this deep: two bytes hold a depth


class Place(NamedTuple):
    """Whose call it is, and where it goes. Session 0 is nobody's."""

    shard: int
    run: int
    session: int


class Group(NamedTuple):
    """URLs of one host and depth to push: at most 500 lines of `frontier_entry.line`."""

    host: str
    domain_length: int
    depth: int
    lines: str


class Ask(NamedTuple):
    """What a worker wants of a shard. `busy_ms`: how long a host's pages should last; a budget of 0 is none."""

    lease_ms: int
    is_new: bool
    hosts: int
    pages: int
    pages_a_host: int
    busy_ms: int
    delay_ms: int
    per_domain: int
    per_host: int = 0


class Grant(NamedTuple):
    """A leased host and its first pages, whose serials count up from `token`.

    `traps`: what is known of the host and its domain, by name.
    """

    host: str
    depth: int
    delay_ms: int
    token: int
    traps: dict[str, str]
    entries: list[bytes]


class Leased(NamedTuple):
    """What was granted and what the shard counts. `due_ms` is -1 if no host waits; `seeds` is their version.

    Of what is set `aside` for a budget, `aside_host` is for a host's own.
    """

    pages: int
    due_ms: int
    queued: int
    fetched: int
    aside: int
    pushed: int
    seeds: int
    serial: int
    aside_host: int
    grants: list[Grant]


class Pushed(NamedTuple):
    """How many URLs were new, how many the shard has queued now, and its next serial."""

    new: int
    queued: int
    serial: int


class Release(NamedTuple):
    """A host given back. `rest_ms` -1: it stays leased; `delay_ms` -1: as it is; token 0: it is only put off."""

    host: str
    token: int
    rest_ms: int
    delay_ms: int


def found(place: Place) -> Call:
    return _call("found", place)


def push(place: Place, groups: Iterable[Group], mode: str = "new", expiry_ms: int = 0) -> Call:
    """`mode`: new; again, to queue what was seen, too; seen, to note and queue nothing."""
    args: list[Argument] = [mode, expiry_ms]
    for group in groups:
        args += (group.host, group.domain_length, min(group.depth, DEEPEST), group.lines)
    return _call("push", place, *args)


def lease(place: Place, ask: Ask) -> Call:
    return _call("lease", place, *map(int, ask))


def settle(
    place: Place, serials: Iterable[int], survived: bool, releases: Iterable[Release], skipped: Iterable[int] = ()
) -> Call:
    """Acks and releases; what is skipped was never asked for. May be sent again: what is settled is left alone."""
    lines = "".join([f"{host} {token:d} {rest_ms:d} {delay_ms:d}\n" for host, token, rest_ms, delay_ms in releases])
    return _call("settle", place, _joined(serials), int(survived), lines, _joined(skipped))


def traps(place: Place, news: Iterable[tuple[str, str]]) -> Call:
    """Pairs of a name and the news of it; replies what is known of each."""
    return _call("traps", place, *(word for pair in news for word in pair))


def put_back_dead(place: Place, delay_ms: int) -> Call:
    """End the sessions whose lease is over, of any crawl."""
    return _call("put_back", place, delay_ms, "dead")


def put_back_own(place: Place, delay_ms: int, keep_serials: Iterable[int], keep_tokens: Iterable[int]) -> Call:
    return _call("put_back", place, delay_ms, "own", _joined(keep_serials), _joined(keep_tokens))


def suspect(place: Place, serial: int) -> Call:
    return _call("suspect", place, serial)


def bury(place: Place, serial: int, reason: str) -> Call:
    return _call("bury", place, serial, reason)


def borrow(place: Place, host: str) -> Call:
    """Replies [0, token, delay ms of its own], or [ms to wait]."""
    return _call("borrow", place, host, 0)


def give_back(place: Place, host: str, token: int, rest_ms: int) -> Call:
    return _call("borrow", place, host, token, rest_ms)


def unspend(place: Place) -> Call:
    """Replies how many hosts are back in line; to be repeated until that is 0."""
    return _call("unspend", place)


def sweep(place: Place, keys: int) -> Call:
    """Replies 1 while something is left."""
    return _call("sweep", place, keys)


def leased(reply: list[Any]) -> Leased:
    grants = [
        Grant(host.decode(), depth, delay, token, _pairs(traps), entries)
        for host, depth, delay, token, traps, *entries in reply[9:]
    ]
    return Leased._make([*reply[:9], grants])


def pushed(reply: list[int]) -> Pushed:
    return Pushed(*reply)


def put_back(reply: list[int]) -> dict[int, int]:
    """Run -> pages that were put back."""
    return dict(zip(reply[::2], reply[1::2], strict=True))


def _call(script: str, place: Place, *args: Argument) -> Call:
    return Call(script, tag(place.shard), (place.run, place.session, *args))


def _pairs(words: list[bytes]) -> dict[str, str]:
    return {name.decode(): text.decode() for name, text in zip(words[::2], words[1::2], strict=True)}


def _joined(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))
