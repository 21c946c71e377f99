"""What can go wrong in a crawl by a user's mistake or the machine's state; each message is one plain sentence."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class CrawlError(Exception):
    """Base of all errors the command line shows as a sentence."""


class UsageMistake(CrawlError):
    """The crawl cannot be done as it was asked for: the command ends with status 2, not 1."""


class BadOption(UsageMistake):
    """An option or spider argument has no usable value; raised while reading options."""


class BadSeed(UsageMistake):
    """A seed is neither a domain, nor an http(s) URL, nor a readable file of them; raised while reading seeds."""


class AddressNotPublic(IgnoreRequest):
    """A page's host is on an address the crawl may not contact; raised by the download handler."""
