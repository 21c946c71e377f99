"""What a crawl did, said at its end so that a person can act on it."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

from scrapy import signals

from backlinks.next_steps import mongosh, program
from backlinks.progress import fetched
from backlinks.standard_streams import say
from link_index.connection import connect, data_dir, database_uri
from link_index.errors import LinkIndexError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from typing import Self

    from scrapy.crawler import Crawler

_ENDS = {
    "finished": "finished: nothing is left to fetch",
    "limit_pages": "stopped at its limit of pages (--pages)",
    "shutdown": "interrupted: the same command goes on where it stopped",
    "over": "is over already: there is nothing for this worker to do",
    "enough_workers": "has as many workers as it may have (--workers)",
    "drained": "goes on without this worker, which was told to leave: the frontier keeps the rest",
    "stopped": "was stopped for good (backlinks stop)",
    "frontier_lost": "ended here because Redis lost its frontier: `backlinks frontier rebuild` makes it anew",
    "disk_full": "stopped because the disk is full: make room, and the same command goes on where it stopped",
}
_OUTCOMES = {
    "page": "HTML pages",
    "other": "not HTML",
    "redirect": "redirects",
    "error": "error statuses",
}
# outcome/reason of a page -> what to tell of it
_REASONS = {
    "redirect/redirect_dead": "redirects without a usable target",
    "redirect/redirect_loop": "redirects in a loop",
    "redirect/redirect_url_too_long": "redirects to too long a URL (BACKLINKS_MAX_URL_LENGTH)",
    "redirect/redirect_too_long": "redirects at the end of too long a chain (REDIRECT_MAX_TIMES)",
    "failed/dns": "not fetched: the host name is not known",
    "failed/connection": "not fetched: no connection",
    "failed/timeout": "not fetched: no whole answer in time (DOWNLOAD_TIMEOUT)",
    "failed/too_large": "not fetched: too large (DOWNLOAD_MAXSIZE)",
    "failed/too_large_decompressed": "not fetched: too large once decompressed (DOWNLOAD_MAXSIZE)",
    "failed/headers": "not fetched: too many headers, or too long (BACKLINKS_MAX_HEADERS, BACKLINKS_MAX_HEADER_SIZE)",
    "failed/encoding": "not read: the body cannot be decompressed",
    "failed/incomplete": "not fetched: the answer broke off",
    "failed/protocol": "not fetched: the answer is no HTTP, or broken",
    "failed/program": "not read: a mistake of this program, which the log shows",
    "refused/robots": "not fetched: robots.txt forbids it",
    "refused/robots_unreachable": "not fetched: robots.txt cannot be had now, which forbids everything",
    "refused/address": "not fetched: the address is not public (BACKLINKS_ALLOWED_NETWORKS allows networks)",
    "refused/port": "not fetched: the port is none of BACKLINKS_ALLOWED_PORTS",
}

_TRAP = "refused/trap:"

_TROUBLES = {
    "429": "times they asked for fewer requests (429)",
    "503": "times they were overloaded (503)",
    "timeout": "times they did not answer in time",
}
_OUTAGES = {
    "sink/away": "MongoDB could not store",
    "sink/spool_full": "Nor could the spool, the crawl waited",
    "disk/low": "The crawl waited for room on the disk (BACKLINKS_DISK_RESERVE)",
}
_NO_COUNTS = ("away", "spool full", "waiting")  # of the sink
_KEPT_OUT = {
    "frontier/refused/pages": "beyond --pages",
    "frontier/refused/pages_per_domain": "beyond --pages-per-domain",
    "frontier/refused/pages_per_host": "beyond --pages-per-host",
    "scope/refused/depth": "beyond --depth",
    "scope/refused/external": "to other domains (--no-follow-external)",
    "scope/refused/subdomain": "to sub-domains (--no-subdomains)",
    "scope/refused/not_allowed_domain": "to domains not allowed (--allow-domain)",
    "scope/refused/denied_domain": "to denied domains (--deny-domain)",
    "scope/refused/nofollow": "nofollow links (--follow-nofollow)",
}
# what was cut off at a limit, of a page -> what to tell of it
_CUT = {
    "cut/anchors": "anchors (BACKLINKS_MAX_ANCHOR_LENGTH)",
    "cut/title": "titles (BACKLINKS_MAX_ANCHOR_LENGTH)",
    "cut/nesting": "pages of elements too deep inside each other (BACKLINKS_MAX_NESTING)",
    "cut/attributes": "pages with tags of thousands of attributes",
    "cut/cost": "pages too costly to parse (BACKLINKS_MAX_PARSE_MEMORY, BACKLINKS_MAX_PARSE_TIME)",
}
_BEYOND = {
    "links/skipped/too_long": "of too long a URL (BACKLINKS_MAX_URL_LENGTH)",
    "links/skipped/over_limit": "beyond the limit of links of a page (BACKLINKS_MAX_LINKS_PER_PAGE)",
    "links/skipped/over_text": "beyond the limit of text of a page (BACKLINKS_MAX_TEXT_PER_PAGE)",
}


class CrawlSummary:
    """Prints the summary on standard output when the spider has closed and everything is stored."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        summary = cls(crawler)
        if crawler.settings.getbool("BACKLINKS_SHARED_CRAWL"):
            crawler.signals.connect(summary._print_refusal, signal=signals.spider_closed)
            crawler.signals.connect(summary._print_workers, signal=signals.engine_stopped)
        else:
            crawler.signals.connect(summary._print, signal=signals.spider_closed)
        return summary

    def _print_refusal(self, reason: str) -> None:
        """Of a worker that a crawl which many share has no use for: its engine never started."""
        if not self._has_joined and reason in _ENDS:
            say(f"Crawl {self._crawler.settings['BACKLINKS_CRAWL_ID']} {_ENDS[reason]}.", sys.stdout)

    def _print_workers(self) -> None:
        """Of any other: after the sink, which has its last work at the spider's end."""
        if self._has_joined:
            self._print(self._crawler.stats.get_value("finish_reason", ""))

    @property
    def _has_joined(self) -> bool:
        return "frontier/run" in self._crawler.stats.get_stats()

    def _print(self, reason: str) -> None:
        settings = self._crawler.settings
        stats = self._crawler.stats.get_stats()
        lines = [f"Crawl {settings['BACKLINKS_CRAWL_ID']} {_ENDS.get(reason, reason)}.", *counts(stats)]
        seeds = self._crawler.spider.options.seeds  # type: ignore[union-attr]
        seed = seeds[0].domain if seeds else ""  # a worker may bring none
        lines += self._index_lines(settings["MONGODB_URI"], settings["BACKLINKS_DATA_DIR"], seed)
        say("\n".join(lines), sys.stdout)

    def _index_lines(self, uri: str | None, folder: str | None, seed: str) -> Iterator[str]:
        data = data_dir(folder)
        try:
            db = connect(uri, data)
        except LinkIndexError as error:
            yield f"The index cannot be asked now: {error}"
            return
        top = db["domains"].find({"ref_domains": {"$gt": 0}}).sort([("ref_domains", -1), ("live", -1)]).limit(5)
        yield from most_linked(top)
        db.client.close()
        yield "Ask the index:"
        for verb in ("summary", "show"):
            yield f"  {program()} {verb} {shlex.quote(seed) if seed else 'TARGET'}"
        yield f"  {mongosh(database_uri(uri, data, start=False) or '')}"


def counts(stats: Mapping[str, Any]) -> Iterator[str]:
    """Pages by outcome, links by label, and everything that was refused or left out, with its reason."""
    outcomes = _listed((text, stats.get(f"pages/{key}", 0)) for key, text in _OUTCOMES.items())
    yield f"  {fetched(stats):,} pages fetched{': ' if outcomes else ''}{outcomes}"
    for told in _reasons(stats):
        yield f"    {told}"
    found = stats.get("links/found", 0)
    if found:
        share = stats.get("links/dofollow", 0) / found
        yield f"  {found:,} links found, {share:.0%} dofollow, {stats.get('links/external', 0):,} to other domains"
    if told := _listed((text, n) for text, n in _under(stats, "sink/") if not text.startswith(_NO_COUNTS)):
        yield f"  Stored: {told}"
    yield from _outages(stats)
    if told := _listed((text, stats.get(key, 0)) for key, text in _KEPT_OUT.items()):
        yield f"  Found and not fetched: {told}"
    if told := _listed(_under(stats, "traps/refused/")):
        yield f"  Kept out of traps, by rule (docs/safety.md): {told}"
    if given_up := stats.get("frontier/given_up"):
        yield f"  {given_up:,} pages given up after repeated errors of this program, which the log shows"
    if told := _listed((text, stats.get(f"backoff/{why}", 0)) for why, text in _TROUBLES.items()):
        yield f"  Hosts left alone longer: {told}"
    if clamped := stats.get("robotstxt/crawl_delay_clamped"):
        yield f"  {clamped:,} robots.txt ask for a longer crawl-delay than BACKLINKS_MAX_CRAWL_DELAY"
    yield from _left_out(stats)


def _outages(stats: Mapping[str, Any]) -> Iterator[str]:
    """What kept pages from being stored at once."""
    for what, text in _OUTAGES.items():
        if times := stats.get(f"{what}_times"):
            left = ", and it is so still" if stats.get(what) else ""
            yield f"  {text}: {times:,} times, {stats.get(f'{what}_seconds', 0):,} s in all{left}"


def _reasons(stats: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(stats):
        group, _, reason = key.partition("/")
        if group == "pages" and "/" in reason:
            if reason.startswith(_TRAP):
                yield f"{stats[key]:,} not fetched: examples of a trap ({reason.removeprefix(_TRAP)})"
            else:
                yield f"{stats[key]:,} {_REASONS.get(reason, reason)}"


def _left_out(stats: Mapping[str, Any]) -> Iterator[str]:
    """What of the pages that were read is not in the index."""
    if told := _listed((text, stats.get(key, 0)) for key, text in _BEYOND.items()):
        yield f"  Links counted and not stored: {told}"
    if told := _listed((text, stats.get(key, 0)) for key, text in _CUT.items()):
        yield f"  Cut at a limit: {told}"
    if told := _listed(_under(stats, "links/skipped/", _BEYOND)):
        yield f"  Links that are no http(s) links: {told}"


def most_linked(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The domains of the whole index that most other domains link to."""
    told = [f"{row['_id']} ({row['live']:,} links from {row['ref_domains']:,} domains)" for row in rows]
    if told:
        yield f"  Most linked domains of the index: {', '.join(told)}"


def _under(stats: Mapping[str, Any], prefix: str, told: Container[str] = ()) -> Iterator[tuple[str, int]]:
    for key in sorted(stats):
        if key.startswith(prefix) and key not in told:
            yield key.removeprefix(prefix).replace("_", " "), stats[key]


def _listed(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{number:,} {text}" for text, number in pairs if number)
