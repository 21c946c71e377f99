from __future__ import annotations

import pytest

from backlink_spider.retry_backoff import Backoff

NOON = 1_700_049_600.0  # Wed, 15 Nov 2023 12:00:00 GMT


@pytest.mark.parametrize(
    ("meta", "seconds"),
    [
        pytest.param({}, 0, id="not a retry"),
        pytest.param({"retry_times": 1}, 3, id="twice the base"),
        pytest.param({"retry_times": 3}, 12, id="doubling"),
        pytest.param({"retry_times": 9}, 60, id="a minute at most"),
        pytest.param({"retry_times": 99_999}, 60, id="however often"),
        pytest.param({"retry_times": 1, "retry_after": "30"}, 30, id="as the server says"),
        pytest.param({"retry_times": 3, "retry_after": "1"}, 12, id="but no less"),
        pytest.param({"retry_times": 1, "retry_after": "86400"}, 300, id="within reason"),
        pytest.param({"retry_times": 1, "retry_after": " Wed, 15 Nov 2023 12:00:40 GMT "}, 40, id="a date"),
        pytest.param({"retry_times": 1, "retry_after": "Wed, 15 Nov 2023 11:00:00 GMT"}, 3, id="a date gone by"),
        pytest.param({"retry_times": 1, "retry_after": "soon"}, 3, id="nonsense"),
        pytest.param({"retry_times": 1, "retry_after": "-5"}, 3, id="less than nothing"),
        pytest.param({"retry_times": 1, "retry_after": "\u00b2"}, 3, id="a digit that is no number"),
        pytest.param({"retry_times": 1, "retry_after": "\u0663\u0660"}, 3, id="digits of another script"),
        pytest.param({"retry_times": 1, "retry_after": " 30\t"}, 30, id="with white space around"),
        pytest.param({"retry_after": "30"}, 30, id="without a retry before"),
        pytest.param({"retry_times": 1, "retry_after": f"Wed, 15 Nov {'9' * 30} 12:00:00 GMT"}, 3, id="a huge year"),
        pytest.param({"retry_times": 1, "retry_after": ""}, 3, id="nothing"),
        pytest.param({"retry_times": 1, "retry_after": "Wed, 15 Nov 99999 12:00:00 GMT"}, 3, id="no such year"),
    ],
)
def test_a_retry_waits(meta: dict[str, object], seconds: float) -> None:
    assert Backoff(1.5).of_retry(meta, NOON) == seconds


def test_no_base_means_no_wait() -> None:
    assert Backoff(0.0).of_retry({"retry_times": 5}, NOON) == 0
    assert Backoff(0.0).grown(1.0) == 1.0


def test_the_bounds_are_the_operators() -> None:
    short = Backoff(1.0, longest=5.0, longest_retry_after=7.0)
    assert short.of_retry({"retry_times": 9}, NOON) == 5
    assert short.of_retry({"retry_times": 9, "retry_after": "3600"}, NOON) == 7
    assert short.retry_after("Wed, 15 Nov 2023 13:00:00 GMT", NOON) == 7


def test_a_hosts_delay_doubles_with_each_trouble_up_to_a_minute() -> None:
    delay, delays = 1.0, []
    for _ in range(8):
        delay = Backoff(1.0).grown(delay)
        delays.append(delay)
    assert delays == [2, 4, 8, 16, 32, 60, 60, 60]


def test_a_crawl_delay_that_is_longer_than_the_longest_back_off_stays() -> None:
    assert Backoff(1.0, longest=60.0).grown(90.0) == 90


@pytest.mark.parametrize(
    ("own", "usual", "delays"),
    [
        pytest.param(0.0, 1.0, [30, 15, 7.5, 3.75, 1.875, 0, 0], id="down to the crawl's own"),
        pytest.param(10.0, 1.0, [30, 15, 10, 10, 10, 10, 10], id="down to the crawl-delay"),
    ],
)
def test_a_hosts_delay_halves_with_each_good_answer(own: float, usual: float, delays: list[float]) -> None:
    delay, seen = 60.0, []
    for _ in delays:
        delay = Backoff(1.0).eased(delay, own, usual)
        seen.append(delay)
    assert seen == delays
