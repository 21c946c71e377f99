"""A signal reaches whoever is connected to it, however; without anybody it costs nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from pydispatch import dispatcher
from scrapy.utils.test import get_crawler

from backlink_spider.quiet_signals import QuietSignals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler

TOLD, ANOTHER = object(), object()
heard: list[str] = []


def listen(**arguments: Any) -> str:
    heard.append(arguments["item"])
    return "heard"


@pytest.fixture
def crawler() -> Iterator[Crawler]:
    heard.clear()
    crawler = get_crawler()
    QuietSignals.from_crawler(crawler)
    yield crawler
    for sender in (crawler, dispatcher.Any):
        for signal in (TOLD, dispatcher.Any):
            if dispatcher.getReceivers(sender, signal):
                dispatcher.disconnect(listen, signal, sender)


@pytest.mark.parametrize("of_all_senders", [False, True])
@pytest.mark.parametrize("to_all_signals", [False, True])
def test_a_receiver_hears_what_it_is_connected_to(crawler: Crawler, of_all_senders: bool, to_all_signals: bool) -> None:
    signal = dispatcher.Any if to_all_signals else TOLD
    dispatcher.connect(listen, signal, dispatcher.Any if of_all_senders else crawler)

    assert [answer for _, answer in crawler.signals.send_catch_log(TOLD, item="now")] == ["heard"]
    assert len(asyncio.run(crawler.signals.send_catch_log_async(TOLD, item="later"))) == 1
    assert heard == ["now", "later"]


def test_a_receiver_hears_no_other_signal_and_nothing_once_it_is_disconnected(crawler: Crawler) -> None:
    crawler.signals.connect(listen, TOLD)
    assert crawler.signals.send_catch_log(ANOTHER, item="other") == []

    crawler.signals.disconnect(listen, TOLD)
    assert crawler.signals.send_catch_log(TOLD, item="late") == []
    assert asyncio.run(crawler.signals.send_catch_log_async(TOLD, item="late")) == []
    assert heard == []
