"""Extension that lets no string of the web forge a line of the log, or steer the terminal that shows it."""

from __future__ import annotations

import copy
import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.utils.log import get_scrapy_root_handler

from link_index.shown_text import visible

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_WITHIN = "    "  # before each line of a record but its first


class LogLines:
    """Makes Scrapy's log handler write records as VisibleRecords does; handlers of others are theirs."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        lines = cls()
        crawler.signals.connect(lines._guard, signal=signals.spider_opened)  # Scrapy makes its handler once more before
        return lines

    def _guard(self) -> None:
        handler = get_scrapy_root_handler()
        if handler is not None and not isinstance(handler.formatter, VisibleRecords):
            handler.setFormatter(VisibleRecords(handler.formatter or logging.Formatter()))


class VisibleRecords(logging.Formatter):
    """Formats as another formatter does, but that control characters are written out, as <U+001B>.

    Only a record's first line begins at the margin: a line break in a URL or an exception's message makes no record.
    """

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)  # the record itself is other handlers', too
        first, *others = record.getMessage().split("\n")
        shown.msg, shown.args = "\n".join([visible(first), *map(_within, others)]), None
        if record.exc_info:
            shown.exc_text = _indented(self._formatter.formatException(record.exc_info))
        if record.stack_info:
            shown.stack_info = _indented(record.stack_info)
        return self._formatter.format(shown)


def _indented(text: str) -> str:
    return "\n".join(map(_within, text.split("\n")))


def _within(line: str) -> str:
    return _WITHIN + visible(line)
