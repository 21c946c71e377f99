"""What one worker tells Prometheus, put into the text format by Prometheus' own library whenever somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily as Counter
from prometheus_client.metrics_core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prometheus_client.metrics_core import Metric

ROUND_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # of Redis, at most
# name, type, help, and where a worker says it: a stat or a field of what it says of itself
_FROM_STATS = (
    ("links", Counter, "Links found.", "links/found"),
    ("frontier_pushed", Counter, "URLs queued that nobody had found before.", "frontier/pushed"),
    ("frontier_duplicates", Counter, "URLs found that were known.", "frontier/duplicates"),
    ("robots_forbidden", Counter, "Pages that robots.txt forbids.", "robotstxt/forbidden"),
    ("robots_unreachable", Counter, "Looks at a robots.txt that could not be had.", "robotstxt/unreachable"),
    ("frontier_queued", Gauge, "URLs waiting, of the whole crawl.", "frontier/queued"),
    ("sink_waiting", Gauge, "1 while the crawl waits for MongoDB.", "sink/waiting"),
    ("database_away", Gauge, "1 while MongoDB cannot store and pages wait in the spool.", "sink/away"),
    ("spool_full", Gauge, "1 while the spool takes no more, either.", "sink/spool_full"),
)
_FROM_ABOUT = (
    ("hosts_held", Gauge, "Hosts leased.", "held"),
    ("hosts_ready", Gauge, "Hosts that may be asked now.", "ready"),
    ("leases_lost", Counter, "Leases of a shard's hosts that ended before they were renewed.", "leases_lost"),
    ("urls_buffered", Gauge, "URLs on their way to Redis.", "buffered"),
    ("spool_bytes", Gauge, "Bytes of pages that wait on disk for MongoDB.", "spool_bytes"),
    ("resident_bytes", Gauge, "Memory of the process.", "rss"),
    ("redis_away", Gauge, "1 while Redis does not answer.", "redis_away"),
    ("redis_unanswered_seconds", Gauge, "Age of the round with Redis that is under way.", "redis_unanswered_seconds"),
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each histogram, which nobody asks for


class WorkerMetrics(Collector):
    """`look` gives the worker's stats and what it says of itself; `labels` are those of every sample."""

    def __init__(
        self, look: Callable[[], tuple[Mapping[str, Any], Mapping[str, Any]]], labels: Mapping[str, str]
    ) -> None:
        self._look, self._labels = look, labels
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        rounds = Histogram(
            "backlinks_redis_round_seconds",
            "Time of a round with Redis: what is new is told, pages are leased.",
            list(labels),
            buckets=ROUND_SECONDS,
            registry=self._registry,
        )
        self.round_took = rounds.labels(**labels).observe

    def text(self) -> bytes:
        """What is known at this moment, in the text format 0.0.4."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        stats, about = self._look()
        yield self._pages(stats)
        yield self._backoffs(stats)
        for values, rows in ((stats, _FROM_STATS), (about, _FROM_ABOUT)):
            for name, family, meaning, key in rows:
                metric = family(f"backlinks_{name}", meaning, labels=list(self._labels))
                metric.add_metric(list(self._labels.values()), values.get(key, 0))
                yield metric

    def _pages(self, stats: Mapping[str, Any]) -> Metric:
        pages = Counter("backlinks_pages", "Requests of pages by what came of them.", labels=[*self._labels, "outcome"])
        for outcome in _outcomes(stats):
            pages.add_metric([*self._labels.values(), outcome], stats[f"pages/{outcome}"])
        return pages

    def _backoffs(self, stats: Mapping[str, Any]) -> Metric:
        times = Counter("backlinks_backoffs", "Times a host was left alone longer.", labels=[*self._labels, "reason"])
        for reason in ("429", "503", "timeout"):
            times.add_metric([*self._labels.values(), reason], stats.get(f"backoff/{reason}", 0))
        return times


def _outcomes(stats: Iterable[str]) -> Iterator[str]:
    """Of the stats `pages/OUTCOME`, and not of `pages/OUTCOME/REASON`."""
    for name in sorted(stats):
        group, _, outcome = name.partition("/")
        if group == "pages" and "/" not in outcome:
            yield outcome
