"""Compares what a crawler recorded with what the generated web says, link by link.

python -m benchmarks.truth stored DUMP      our crawler's writes, as the discarding server kept them
python -m benchmarks.truth database URI     our crawler's links in a database
python -m benchmarks.truth items FILE       the JSON lines of the plain CrawlSpider
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import bson
from pymongo import MongoClient

from benchmarks.discarding_mongo import written
from benchmarks.web import Web, WebPage

if TYPE_CHECKING:
    from collections.abc import Iterable

ANCHORED = frozenset({"text", "image", "area"})  # only these have an anchor and a rel that are compared
QUALIFIERS = {"nofollow", "ugc", "sponsored"}

# target, link type, anchor, rel
Key = tuple[str, str, str, tuple[str, ...]]
# occurrences, dofollow, nofollow, ugc, sponsored, nofollow_by, is_internal, placement
Facts = tuple[int, bool, bool, bool, bool, tuple[str, ...], bool, str]


class Verdict(NamedTuple):
    """How many links were recorded as they should be, with examples of the others."""

    expected: int
    right: int
    missing: int
    extra: int
    wrong: int  # found, but a label, a count or a placement differs
    examples: list[str]

    @property
    def is_right(self) -> bool:
        return self.right == self.expected and not self.missing and not self.extra and not self.wrong


def expected_links(page: WebPage, domains: dict[str, str]) -> dict[Key, Facts]:
    """What is to be stored of one page: a document for each different (target, type, anchor, rel)."""
    counts: Counter[Key] = Counter()
    facts: dict[Key, Facts] = {}
    domain = domains[urlsplit(page.url).netloc]
    for link in page.links:
        if link.target == page.url:
            continue  # counted on the page, not stored
        anchored = link.link_type in ANCHORED
        key = (link.target, link.link_type, link.anchor if anchored else "", link.rel if anchored else ())
        counts[key] += 1
        qualified = anchored and not QUALIFIERS.isdisjoint(link.rel)
        labels = (
            not qualified and not page.nofollow_by,
            "nofollow" in link.rel or bool(page.nofollow_by),
            "ugc" in link.rel,
            "sponsored" in link.rel,
            ("rel", *page.nofollow_by) if qualified else page.nofollow_by,
        )
        internal = domains[urlsplit(link.target).netloc] == domain
        facts.setdefault(key, (0, *labels, internal, link.placement))
    return {key: (counts[key], *rest) for key, (_, *rest) in facts.items()}


def judge_stored(web: Web, documents: Iterable[dict[str, Any]]) -> Verdict:
    """Every page's documents against the web; two documents with one `_id`, or two for one link, are extra."""
    stored: dict[str, list[dict[str, Any]]] = {}
    ids: Counter[bytes] = Counter()
    for link in documents:
        stored.setdefault(link["source_url"], []).append(link)
        ids[bytes(link["_id"])] += 1
    domains = {site.host: site.domain for site in web.plan.sites}
    tally, examples = Counter[str](extra=sum(count - 1 for count in ids.values())), []
    for page in web.pages():
        expected = expected_links(page, domains)
        tally["expected"] += len(expected)
        for link in stored.pop(page.url, ()):
            key, facts = _read(link)
            wanted = expected.pop(key, None)
            if wanted is not None and link["target_url"] in web.redirects:  # its domain is by now the final one's
                wanted = (*wanted[:6], link["is_internal"], wanted[7])
            outcome = "extra" if wanted is None else "right" if wanted == facts else "wrong"
            tally[outcome] += 1
            if outcome != "right" and len(examples) < 10:
                examples.append(f"{outcome} on {page.url}: {key} {facts}, expected {wanted}")
        tally["missing"] += len(expected)
        examples += [f"missing on {page.url}: {key}" for key in list(expected)[: 10 - len(examples)]]
    tally["extra"] += sum(map(len, stored.values()))
    names = ("expected", "right", "missing", "extra", "wrong")
    return Verdict(*(tally[name] for name in names), examples)


def _read(link: dict[str, Any]) -> tuple[Key, Facts]:
    anchored = link["link_type"] in ANCHORED
    key = (
        link["target_url"],
        link["link_type"],
        link["anchor"] if anchored else "",
        tuple(link["rel"]) if anchored else (),
    )
    labels = (link["dofollow"], link["nofollow"], link["ugc"], link["sponsored"], tuple(link["nofollow_by"]))
    return key, (link["occurrences"], *labels, link["is_internal"], link["placement"])


def judge_items(web: Web, items: Iterable[dict[str, Any]]) -> Verdict:
    """(source, target) pairs of a crawler that records no more; fragments and default ports are forgiven it."""
    found = {(_plain(item["source"]), _plain(item["target"])) for item in items}
    expected = {
        (page.url, link.target)
        for page in web.pages()
        for link in page.links
        if link.link_type in ("text", "image", "area")
    }
    missing, extra = expected - found, found - expected
    examples = [f"missing: {pair}" for pair in sorted(missing)[:5]] + [f"extra: {pair}" for pair in sorted(extra)[:5]]
    return Verdict(len(expected), len(expected) - len(missing), len(missing), len(extra), 0, examples)


def _plain(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.lower().removesuffix(":80"), fragment="").geturl()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("stored", "database", "items"))
    parser.add_argument("source", help="a file, or a MongoDB URI that names its database")
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    web = Web(options.pages, options.seed)
    if options.kind == "stored":
        verdict = judge_stored(web, map(bson.decode, written(Path(options.source), "links")))
    elif options.kind == "database":
        with MongoClient[dict[str, Any]](options.source) as client:
            verdict = judge_stored(web, client.get_default_database()["links"].find())
    else:
        with Path(options.source).open() as lines:
            verdict = judge_items(web, map(json.loads, lines))
    print(json.dumps(verdict._asdict()))


if __name__ == "__main__":
    main()
