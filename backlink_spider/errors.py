"""What can go wrong in a crawl by a user's mistake or the machine's state; each message is one plain sentence."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, IgnoreRequest


class CrawlError(Exception):
    """Base of all errors the command line shows as a sentence."""


class UsageMistake(CrawlError):
    """The crawl cannot be done as it was asked for: the command ends with status 2, not 1."""


class BadOption(UsageMistake):
    """An option or spider argument has no usable value; raised while reading options."""


class BadSeed(UsageMistake):
    """A seed is neither a domain, nor an http(s) URL, nor a readable file of them; raised while reading seeds."""


class RedisUnavailable(CrawlError):
    """Redis does not answer or is full, at a time when there is nothing to do but wait for it."""


class RedisUnfit(UsageMistake):
    """Redis is too old for the frontier, or would throw parts of it away."""


class CrawlOver(CrawlError):
    """The crawl is over for this worker; `reason` says how it ended."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Crawl {name} is over: {reason}.")
        self.reason = reason


class CrawlFull(CrawlError):
    """The crawl has as many workers as it may have."""

    def __init__(self, name: str, workers: int) -> None:
        super().__init__(f"Crawl {name} has {workers} worker{'' if workers == 1 else 's'}, and needs no more.")
        self.workers = workers


class CrawlDraining(CrawlError):
    """The crawl takes no workers until it is resumed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Crawl {name} is being drained: `backlinks resume {name}` lets workers in again.")


class OtherOptions(UsageMistake):
    """The crawl runs already, with other options; `theirs` are those."""

    def __init__(self, name: str, theirs: dict[str, Any], differing: list[str]) -> None:
        super().__init__(
            f"Crawl {name} is running with other options ({', '.join(differing)}): give the same, or none."
        )
        self.theirs = theirs


class UnknownCrawl(UsageMistake):
    """There is no crawl of this name whose options could be taken."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no crawl {name} yet: give seeds to begin it.")


class LeaseLost(IgnoreRequest):
    """The page is not this worker's to fetch, or no longer: no outcome of a fetch."""


class HostNotLent(LeaseLost):
    """Another host that has to be asked first was other workers' all the time.

    To ask again means to ask the page's own host again, too: the whole of it waits, so that it is not asked in vain
    every time its delay is over.
    """

    wait = 30.0  # seconds


class PageRefused(IgnoreRequest):
    """A page is not asked for; `reason` is the page's."""

    reason = ""


class RobotsForbidden(PageRefused):
    """robots.txt forbids a page."""

    reason = "robots"


class RobotsUnreachable(PageRefused):
    """A robots.txt cannot be had, which forbids every page it would speak of (RFC 9309 section 2.3.1.4)."""

    reason = "robots_unreachable"

    def __init__(self, origin: str, *, answered: bool) -> None:
        super().__init__(origin)
        self.answered = answered  # with a status, if not with its rules


class ContactRefused(PageRefused):
    """A request would lead where the crawl may not go; nothing was sent."""


class AddressNotPublic(ContactRefused):
    """The host is on an address, or has a name, that is not of the public internet."""

    reason = "address"


class PortNotAllowed(ContactRefused):
    """The URL names a port that is not among BACKLINKS_ALLOWED_PORTS."""

    reason = "port"


class KnownTrap(ContactRefused):
    """The URL is in a trap: one of the first of it that are refused, which are told as pages. `reason` has the rule."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.reason = f"trap:{rule}"


class HeadersTooLarge(DownloadCancelledError):
    """A reply's headers are longer, or more, than is read of one; raised by the client. Asking again is no use."""


class DecompressedTooLarge(DownloadCancelledError):
    """A body grew beyond the limit while it was decompressed; raised by the client. Asking again is no use."""


class Undecodable(DownloadFailedError):
    """A body is not in the content coding that its headers name, or ends within it; raised by the client."""
