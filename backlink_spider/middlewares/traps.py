"""Downloader middleware that refuses what the scheduler found to be in a trap: that becomes the page's outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backlink_spider.errors import KnownTrap

if TYPE_CHECKING:
    from scrapy import Request


class TrapMiddleware:
    def process_request(self, request: Request) -> None:
        if rule := request.meta.get("trap"):
            raise KnownTrap(rule)
