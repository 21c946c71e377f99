"""Which URLs are traps by their looks alone: paths that repeat themselves or never end, far dates, endless queries.

Bounds are those of crawlers that met the web before: Heritrix (PathologicalPathDecideRule: the same segments more than
twice in a row; TooManyPathSegmentsDecideRule: more than 20) and Nutch (regex-urlfilter: one segment again and again).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

LONGEST_CYCLE = 6  # segments that repeat as one
EXCESS = 1  # a segment that repeats not in a row may do so once more
# Looks that most URLs end at: the first of them where no year before 2030 is far.
# A set of characters comes first, and looks behind come last: so a URL without such a digit costs a fifth.
_FAR = re.compile(r"[2-9]\d{3}(?!\d)(?<!\d{5})(?<!20[0-2]\d)")
_FAR_AT_ONCE = re.compile(r"[2-9]\d{3}(?!\d)(?<!\d{5})")
_ISO = re.compile(r"(?<!\d)(\d{4})-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?!\d)")
_YEAR_MONTH = re.compile(r"(?<!\d)(\d{4})[/_-](?:0?[1-9]|1[0-2])(?!\d)")
CALENDAR = re.compile(r"cal(?:endar)?\b|calend|events?\b|agenda|schedule|month|week|day\b|date", re.IGNORECASE)
_YEAR = re.compile(r"[?&]\w*(?:year|jahr|yr|y)=(\d{4})(?!\d)", re.IGNORECASE)
_MONTH = re.compile(r"[?&]\w*(?:month|monat|mon|mo|m)=\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TrapRules:
    """Bounds beyond which a URL is refused: segments of a path, repetitions, characters of a query, a year."""

    segments: int = 20
    repeats: int = 3
    query: int = 1000
    parameters: int = 24
    labels: int = 8  # of a host in front of its registrable domain
    latest_year: int = 9999

    def refusal(self, url: str, labels: int) -> str | None:
        """The name of the rule that an http(s) URL breaks; `labels` are its host's dots beyond its domain's."""
        is_short = url.count("/") < 5 and url.count("&") < self.repeats - 1 and len(url) < self.query
        far = _FAR if self.latest_year >= 2029 else _FAR_AT_ONCE
        if is_short and labels < self.repeats and not far.search(url):
            return None  # after a microsecond, as most URLs are
        if labels and (rule := self._host_refusal(url.split("/", 3)[2].rpartition("@")[2], labels)):
            return rule
        path, _, query = url.partition("?")
        segments = path.split("/")[3:]
        if len(segments) > self.segments:
            return "deep_path"
        if repeats(segments, self.repeats):
            return "repeated_segments"
        if query and (rule := self._query_refusal(query)):
            return rule
        return "far_date" if far.search(url) and any(year > self.latest_year for year in calendar_years(url)) else None

    def _host_refusal(self, host: str, labels: int) -> str | None:
        names = host.split(".")[:labels]
        return "deep_host" if labels > self.labels or repeats(names, self.repeats) else None

    def _query_refusal(self, query: str) -> str | None:
        pairs = query.split("&")
        if len(query) > self.query or len(pairs) > self.parameters:
            return "long_query"
        same = Counter(pair for pair in pairs if pair).most_common(1)
        return "repeated_parameters" if same and same[0][1] >= self.repeats else None


def repeats(segments: list[str], times: int) -> bool:
    """Whether a segment, or a row of up to six, comes `times` in a row, or a segment more often anywhere.

    A number, or a letter by itself, may come more often: hashes and map tiles are kept in such folders.
    """
    if len(set(segments)) == len(segments):
        return False
    words = Counter(segment for segment in segments if not _is_shard(segment))
    if words and words.most_common(1)[0][1] > times + EXCESS:
        return True
    lengths = range(1, min(LONGEST_CYCLE, len(segments) // times) + 1)
    return any(_longest_row(segments, length) >= times - 1 for length in lengths)


def _longest_row(segments: list[str], length: int) -> float:
    """How often a row of so many segments comes again at once; rows that folders of hashes have count for less."""
    longest, run = 0.0, 0
    for at in range(length, len(segments)):
        run = run + 1 if segments[at] == segments[at - length] else 0
        row = segments[at - length + 1 : at + 1]
        is_sharded = all(map(str.isdigit, row)) or (length == 1 and _is_shard(row[0]))
        longest = max(longest, (run // length) * (0.5 if is_sharded else 1))
    return longest


def calendar_years(url: str) -> list[int]:
    """The years of the dates in a URL that seems to lead into a calendar; a number alone is none.

    A day (2031-05-17) is a date anywhere; a month (2031/05, year=2031&month=5) is one beside a calendar's words: forum
    threads have numbers and pages, too.
    """
    rest = url.split("/", 3)[-1]
    found = [match for match in _ISO.finditer(rest) if match.group().count("-") == 2 or CALENDAR.search(rest)]
    if CALENDAR.search(rest):
        found += _YEAR_MONTH.finditer(rest)
    if _MONTH.search(rest):
        found += _YEAR.finditer(rest)
    return [int(match.group(1)) for match in found]


def _is_shard(segment: str) -> bool:
    return len(segment) < 2 or segment.isdigit()
