from __future__ import annotations

import pytest
from scrapy.settings import Settings

from backlink_spider.cluster_values import ClusterValues
from backlink_spider.errors import BadOption


def values(**settings: object) -> ClusterValues:
    """Of the cluster's own settings and these."""
    own = Settings()
    own.setmodule("settings.cluster", priority="project")
    own.setdict({"BACKLINKS_CRAWL_ID": "news", **settings}, priority="cmdline")
    return ClusterValues.from_settings(own)


def test_the_settings_of_the_cluster_are_fit_for_it() -> None:
    assert (values().name, values().shards, values().lease) == ("news", 16, 60.0)


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("BACKLINKS_LEASE", 1.9, "BACKLINKS_LEASE"),
        ("DOWNLOAD_TIMEOUT", 0, "DOWNLOAD_TIMEOUT"),
        ("BACKLINKS_SHARED_CRAWL", False, "BACKLINKS_SHARED_CRAWL"),
        ("SCHEDULER_FLUSH_ON_START", True, "frontier drop"),
        ("SCHEDULER_PERSIST", False, "frontier drop"),
        ("SCHEDULER_PERSIST", "0", "frontier drop"),
    ],
)
def test_a_setting_that_would_harm_the_crawl_of_all_is_refused(setting: str, value: object, named: str) -> None:
    with pytest.raises(BadOption, match=named):
        values(**{setting: value})


def test_persistence_that_is_asked_for_or_left_out_is_the_same() -> None:
    assert values(SCHEDULER_PERSIST=True) == values(SCHEDULER_PERSIST="1") == values()
