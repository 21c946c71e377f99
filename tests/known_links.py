"""A small index written by hand: who links to example.com, for the tests that ask and know the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from link_index.documents import ensure_indexes, link_id
from link_index.urls import target

if TYPE_CHECKING:
    from pymongo.database import Database

HOSTILE = "\u202eevil\x1b[31m [red]x[/red]"


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2025, 11, number, hour, tzinfo=UTC)


def link(source: str, linked: str, anchor: str, seen: datetime, k: int = 0, **fields: Any) -> dict[str, Any]:
    """A document of `links`: a followed text link in the content, but for what `fields` say."""
    final = target(fields.get("final_url", linked))
    source_domain = target(source).domain
    return {
        "_id": link_id(source, linked, fields.get("link_type", "text"), k),
        "source_url": source,
        "source_domain": source_domain,
        "target_url": linked,
        "target_key": final.key,
        "target_domain": final.domain,
        "anchor": anchor,
        "link_type": "text",
        "rel": [],
        "dofollow": True,
        "nofollow": False,
        "ugc": False,
        "sponsored": False,
        "nofollow_by": [],
        "is_internal": source_domain == final.domain,
        "placement": "content",
        "text_before": "",
        "text_after": "",
        "occurrences": 1,
        "source_external_links": 3,
        "source_internal_links": 1,
        "first_seen": seen,
        **fields,
    }


NOFOLLOW = {"dofollow": False, "nofollow": True, "rel": ["nofollow"], "nofollow_by": ["rel"]}
UGC = {"dofollow": False, "nofollow": True, "ugc": True, "rel": ["ugc", "nofollow"], "nofollow_by": ["rel"]}
SPONSORED = {"dofollow": False, "sponsored": True, "rel": ["sponsored"], "nofollow_by": []}
OLD = {
    "via": ["com.example.old/old"],
    "hops": [{"url": "https://old.example.com/old", "status": 301, "kind": "http"}],
    "final_url": "https://example.com/blog/one",
}
SHORT = {
    "via": ["co.t/x", "com.example.old/old"],
    "hops": [{"url": "https://t.co/x", "status": 302, "kind": "http"}, *OLD["hops"]],
    "final_url": "https://example.com/blog/one",
}

LINKS = [
    link("https://a.org/1", "https://example.com/pricing", "Pricing", day(1), occurrences=2),
    link("https://a.org/1", "https://example.com/pricing", "our prices", day(1), 1, **NOFOLLOW),
    link("https://a.org/2", "https://www.example.com/", "Example logo", day(2), link_type="image", placement="header"),
    link("https://b.net/x", "http://example.com/pricing", "Pricing", day(3), **UGC),
    link("https://b.net/x", "https://example.com/blog/one", "", day(3), link_type="image"),
    link("https://c.co.uk/p", "https://old.example.com/old", "old post", day(4), **OLD),
    link("https://c.co.uk/p", "https://example.com/blog/two", "=SUM(1)", day(4), **SPONSORED),
    link("https://f.dev/", "https://t.co/x", "short", day(6), **SHORT),
    link("https://evil.test/", "https://example.com/blog/one", HOSTILE, day(5), placement="aside"),
    link("https://example.com/", "https://example.com/pricing", "Prices", day(5), placement="nav"),
    link("https://www.example.com/", "https://example.com/blog/", "Blog", day(5), placement="footer"),
    link("https://d.info/", "https://example.com/pricing", "gone", day(1), lost_at=day(10), lost_reason="removed"),
    link("https://d.info/2", "https://www.example.com/", "too", day(2), lost_at=day(12), lost_reason="page_gone"),
    # What a careless range or pattern would take for example.com.
    link("https://a.org/1", "https://example-x.com/", "dash", day(1)),
    link("https://a.org/1", "https://notexample.com/pricing", "not", day(1)),
    link("https://a.org/1", "https://example.com.evil.test/pricing", "under", day(1)),
    link("https://a.org/1", "https://example.com:8080/pricing", "port", day(1)),
    link("https://a.org/1", "https://one.github.io/", "one", day(1)),
    link("https://a.org/1", "https://two.github.io/", "two", day(1)),
    link("https://a.org/1", "http://127.0.0.1:8000/x", "address", day(1)),
]


def _redirect(url: str, to: str, status: int = 301, kind: str = "http") -> dict[str, Any]:
    to_key = target(to).key if to else ""
    return {"_id": url, "key": target(url).key, "to": to, "to_key": to_key, "status": status, "kind": kind,
            "seen_at": day(7)}  # fmt: skip


REDIRECTS = [
    _redirect("https://old.example.com/old", "https://example.com/blog/one"),
    _redirect("https://t.co/x", "https://old.example.com/old", 302),
    _redirect("https://m.net/", "https://example.com/pricing", 200, "meta_refresh"),
    _redirect("http://example.com/blog/two", "https://example.com/blog/two", 308),
    _redirect("https://loop.net/a", "https://loop.net/b"),
    _redirect("https://loop.net/b", "https://loop.net/a"),
    _redirect("https://dead.net/", "", 302),
    # Shares its key with a redirect, but the https page itself does not redirect: leads nowhere of ours.
    _redirect("https://other.net/", "https://t.co/y"),
    _redirect("http://t.co/y", "https://old.example.com/old"),
]


def _page(url: str, outcome: str = "page", status: int | None = 200, **fields: Any) -> dict[str, Any]:
    parsed = target(url)
    return {"_id": url, "key": parsed.key, "domain": parsed.domain, "status": status, "outcome": outcome,
            "fetched_at": day(14, 9), **fields}  # fmt: skip


PAGES = [
    _page("https://example.com/", title="Example"),
    _page("https://example.com/pricing", title="Prices"),
    _page("https://example.com/blog/two", "error", 404),
    _page("https://example.com/private", "refused", None, reason="robots"),
    _page("https://example.com/slow", "failed", None, reason="timeout"),
    _page("https://example.com/lonely", title="Nobody links here"),
    _page("https://old.example.com/old", "redirect", 301),
    _page("https://a.org/1", title="Page one of A"),
    _page("https://b.net/x", title="B"),
]


def fill(db: Database[dict[str, Any]]) -> None:
    """Write all of it."""
    ensure_indexes(db)
    db.links.insert_many(LINKS)
    db.redirects.insert_many(REDIRECTS)
    db.pages.insert_many(PAGES)
    db.crawls.insert_one({"_id": "known", "seeds": ["example.com"]})
