"""Outages are said once, counted and timed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from link_index.outages import AWAY, SPOOL_FULL, Outages

if TYPE_CHECKING:
    import pytest


def test_an_outage_is_said_and_told_once_and_its_seconds_add_up(caplog: pytest.LogCaptureFixture) -> None:
    now, changes = [0.0], []
    outages = Outages(lambda: changes.append(now[0]), clock=lambda: now[0])
    assert outages.counts() == {}

    with caplog.at_level(logging.WARNING):
        outages.over(AWAY, "There again.")
        for now[0] in (1.0, 2.0, 3.0):
            outages.began(AWAY, "It is gone.")
        assert outages.counts() == {"away": 1, "away_times": 1, "away_seconds": 2}
        now[0] = 5.0
        outages.over(AWAY, "There again.")
        now[0] = 10.0
        outages.began(AWAY, "It is gone.")
        outages.began(SPOOL_FULL, "No room.")
        now[0] = 11.5
        outages.over(AWAY, "There again.")

    assert changes == [1.0, 5.0, 10.0, 10.0, 11.5]
    assert [record.getMessage() for record in caplog.records] == [
        "It is gone.",
        "There again. It took 4 s.",
        "It is gone.",
        "No room.",
        "There again. It took 2 s.",
    ]
    assert outages.counts() == {
        "away": 0,
        "away_times": 2,
        "away_seconds": 6,
        "spool_full": 1,
        "spool_full_times": 1,
        "spool_full_seconds": 2,
    }
