from __future__ import annotations

import pytest

from backlink_spider.retry_backoff import backoff

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
    assert backoff(meta, 1.5, NOON) == seconds


def test_no_base_means_no_wait() -> None:
    assert backoff({"retry_times": 5}, 0.0, NOON) == 0
