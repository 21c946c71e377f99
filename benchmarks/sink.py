"""What storing costs our crawler's processor: from a labelled page to the last acknowledged byte.

Pages of the generated web are read and labelled beforehand; then every one is encoded and put into the index writer,
which writes batches to the discarding server. Measured is the processor time of this whole process: encoding, queue,
batches, the driver and its sockets. The server is a process of its own.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backlink_spider.items import Page
from backlink_spider.page_reader import read_page
from benchmarks.measure import service
from benchmarks.web import Web
from link_index.connection import connect
from link_index.dead_letters import DeadLetters
from link_index.spool import Spool
from link_index.urls import target
from link_index.writer import IndexWriter
from pipelines.link_labels import link_label
from pipelines.outbound_counts import outbound_counts
from pipelines.page_encoder import encode_page

if TYPE_CHECKING:
    from benchmarks.web import WebPage

PAGES = 1000
REPEATS = 3
REQUIRED = 3.0  # microseconds a link


def measure(pages: int = PAGES) -> dict[str, Any]:
    """Microseconds a link: labels and counts, encoding, writing; the best of a few repetitions."""
    found: list[dict[str, float]] = []
    for _ in range(REPEATS):
        target.cache_clear()  # a target keeps what was derived from it: every repetition begins with none
        found.append(_once([_page(page) for page in Web(pages).pages()]))
    best = {name: min(each[name] for each in found) for name in ("label_us", "encode_us", "write_us", "sink_us")}
    return best | {"pages": pages, "links": int(found[0]["links"]), "required_us": REQUIRED}


def _once(pages: list[Page]) -> dict[str, float]:
    links = sum(len(page.links) for page in pages)
    started = time.process_time()
    for page in pages:
        for link in page.links:
            link.label = link_label(link.rel, page.nofollow_by)
        page.outbound = outbound_counts(page)
    labelled = time.process_time()
    writes = [encode_page(page) for page in pages]
    encoded = time.process_time()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with service("benchmarks.discarding_mongo", "--dump", str(folder / "dump")) as (port, _):
            db = connect(f"mongodb://127.0.0.1:{port}/benchmark")
            writer = IndexWriter(db, Spool(folder, 1 << 30), DeadLetters(folder), _nothing, _nothing)
            connected = time.process_time()
            writer.start()
            for write in writes:
                writer.put(write)
            writer.close()
            written = time.process_time()
            db.client.close()
    return {
        "links": links,
        "label_us": (labelled - started) / links * 1e6,
        "encode_us": (encoded - labelled) / links * 1e6,
        "write_us": (written - connected) / links * 1e6,
        "sink_us": (encoded - labelled + written - connected) / links * 1e6,
    }


def _page(page: WebPage) -> Page:
    headers = [(name.encode(), value.encode()) for name, value in page.headers]
    content = read_page(page.body, page.url, headers)
    return Page(
        url=page.url,
        target=target(page.url),
        page_id=0,
        outcome="page",
        fetched_at=datetime.now(UTC),
        status=200,
        title=content.title,
        headings=content.headings,
        site_name=content.site_name,
        nofollow_by=content.nofollow_by,
        links=content.links,
        self_links=content.self_links,
        skipped=content.skipped,
    )


def _nothing(*_: object) -> None:
    """Nobody waits for these pages."""


def table(found: dict[str, Any]) -> str:
    met = "met" if found["sink_us"] <= found["required_us"] else "MISSED"
    return (
        f"The sink's client side, {found['pages']:,} pages with {found['links']:,} links, us a link\n"
        f"  labels and counts {found['label_us']:5.2f}\n"
        f"  encoding          {found['encode_us']:5.2f}\n"
        f"  writing           {found['write_us']:5.2f}\n"
        f"  sink              {found['sink_us']:5.2f}   required <= {found['required_us']:.1f}   {met}"
    )


if __name__ == "__main__":
    print(table(measure()))
