"""Extension that spares a page the signals nobody is connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydispatch.dispatcher import Any as Anyone  # type: ignore[import-untyped]
from pydispatch.dispatcher import connections
from scrapy.signalmanager import SignalManager

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class QuietSignals:
    """Six signals a page, and Scrapy gathers the receivers of each by four generators, of `item_scraped` by tasks."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        crawler.signals.__class__ = _Signals  # every component has this very object already
        return cls()


class _Signals(SignalManager):
    def send_catch_log(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        return super().send_catch_log(signal, **kwargs) if self._is_heard(signal) else []

    async def send_catch_log_async(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        return await super().send_catch_log_async(signal, **kwargs) if self._is_heard(signal) else []

    def _is_heard(self, signal: Any) -> bool:
        """Whether anyone is connected to the signal or to all of them, of this sender or of any."""
        for sender in (self.sender, Anyone):
            receivers = connections.get(id(sender))
            if receivers and (receivers.get(signal) or receivers.get(Anyone)):
                return True
        return False
