"""Questions to a real server over a small index whose answers are known by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from link_index import queries, redirect_chains
from link_index.documents import ensure_indexes
from link_index.filters import Filters
from link_index.questions import ORDERS, Answer, question
from link_index.redirect_chains import redirects
from link_index.targets import read_target
from tests.known_links import HOSTILE, day, fill, link
from tests.known_scores import fill_scored

if TYPE_CHECKING:
    from collections.abc import Callable

    from pymongo.database import Database

    Db = Database[dict[str, Any]]
    Ask = Callable[..., Answer]

ASK: dict[str, Ask] = {
    "show": queries.backlinks,
    "domains": queries.referring_domains,
    "anchors": queries.anchors,
    "pages": queries.linked_pages,
    "redirects": redirects,
}


@pytest.fixture(scope="module")
def known(_administration: Db) -> Any:
    """The known index, read only, once for the module."""
    database = _administration.client[f"test_known_links_{uuid4().hex}"]
    fill(database)
    yield database
    database.client.drop_database(database)


def ask(db: Db, verb: str, target: str, *, kind: Any = None, filters: Filters | None = None, **how: Any) -> Answer:
    return ASK[verb](db, question(verb, read_target(target, kind), filters, **how))


def column(answer: Answer, name: str) -> list[Any]:
    return [row[name] for row in answer.rows]


def shown(db: Db, target: str, kind: Any = None, **filters: Any) -> list[str]:
    return sorted(column(ask(db, "show", target, kind=kind, filters=Filters(**filters), limit=0), "anchor"))


HOST = ["Pricing", "our prices", "Pricing", "", "old post", "=SUM(1)", "short", HOSTILE, "Prices", "port", "Blog"]
DOMAIN = [*HOST, "Example logo"]

TARGETS: list[tuple[str, Any, list[str]]] = [
    ("https://example.com/pricing", None, ["Prices", "Pricing", "Pricing", "our prices"]),
    ("http://example.com/pricing#plans", None, ["Prices", "Pricing", "Pricing", "our prices"]),
    ("https://example.com/blog/*", None, ["", "=SUM(1)", "Blog", "old post", "short", HOSTILE]),
    ("https://example.com/blog/t*", None, ["=SUM(1)"]),
    ("www.example.com", None, ["Example logo"]),
    ("example.com", "host", HOST),
    ("example.com", None, DOMAIN),
    ("example.com", "domain", DOMAIN),
    ("www.example.com", "domain", ["Example logo"]),
    ("example.com:8080", None, ["port"]),
    ("https://old.example.com/old", None, []),
    ("example-x.com", None, ["dash"]),
    ("one.github.io", None, ["one"]),
    ("github.io", None, []),
    ("github.io", "domain", ["one", "two"]),
    ("127.0.0.1", None, ["address"]),
    ("127.0.0.1:8000", None, ["address"]),
    ("nothing.example", None, []),
]


@pytest.mark.parametrize(("target", "kind", "anchors"), TARGETS)
def test_a_target_has_its_backlinks_and_no_others(known: Db, target: str, kind: Any, anchors: list[str]) -> None:
    assert shown(known, target, kind) == sorted(anchors)


FILTERED: list[tuple[dict[str, Any], list[str]]] = [
    ({"nofollow": True}, ["Pricing", "our prices"]),
    ({"ugc": True}, ["Pricing"]),
    ({"sponsored": True}, ["=SUM(1)"]),
    ({"nofollow": True, "ugc": True}, ["Pricing"]),
    ({"internal": True}, ["Blog", "Prices"]),
    ({"internal": True, "placements": ("footer",)}, ["Blog"]),
    ({"placements": ("nav", "aside")}, ["Prices", HOSTILE]),
    ({"link_types": ("image",)}, ["", "Example logo"]),
    ({"link_types": ("form",)}, []),
    ({"redirected": True}, ["old post", "short"]),
    ({"redirected": False, "since": "2025-11-04"}, ["=SUM(1)", "Blog", "Prices", HOSTILE]),
    ({"state": "lost"}, ["gone", "too"]),
    ({"state": "lost", "since": "2025-11-02"}, ["too"]),
    ({"state": "any"}, [*DOMAIN, "gone", "too"]),
    ({"since": "2025-11-06"}, ["short"]),
    ({"anchor": "pric"}, ["Prices", "Pricing", "Pricing", "our prices"]),
    ({"anchor": "=sum(1)"}, ["=SUM(1)"]),
    ({"anchor": ".*"}, []),
    ({"anchor": "[RED]"}, [HOSTILE]),
    ({"dofollow": True, "internal": False, "link_types": ("text",), "redirected": False}, ["Pricing", "port", HOSTILE]),
]


@pytest.mark.parametrize(("filters", "anchors"), FILTERED)
def test_filters_leave_in_what_they_say(known: Db, filters: dict[str, Any], anchors: list[str]) -> None:
    assert shown(known, "example.com", **filters) == sorted(anchors)


def test_a_backlink_tells_its_page_and_when_it_was_last_seen(known: Db) -> None:
    [first, *_] = ask(known, "show", "https://example.com/pricing", sort="oldest").rows
    assert (first["source_title"], first["first_seen"], first["last_seen"]) == ("Page one of A", day(1), day(14, 9))
    [lost] = ask(known, "show", "https://example.com/pricing", filters=Filters(state="lost")).rows
    assert (lost["last_seen"], lost["lost_at"], lost["lost_reason"]) == (None, day(10), "removed")


@pytest.mark.parametrize(
    "target", ["example.com", "https://example.com/pricing", "www.example.com", "example.com/blog/*"]
)
@pytest.mark.parametrize(("sort", "sign"), [("newest", -1), ("oldest", 1), ("target", -1)])
def test_backlinks_are_in_the_order_asked_for(known: Db, target: str, sort: str, sign: int) -> None:
    rows = list(ask(known, "show", target, sort=sort, limit=0).rows)
    keys = [(row["target_key"] if sort == "target" else "", sign * row["first_seen"].timestamp(), row["_id"].bytes)
            for row in rows]  # fmt: skip
    assert keys == sorted(keys)
    assert len(keys) == len(ask(known, "show", target).rows)  # type: ignore[arg-type]


def test_lost_links_are_sorted_by_their_loss(known: Db) -> None:
    assert column(ask(known, "show", "example.com", sort="lost", filters=Filters(state="lost")), "anchor") == [
        "too",
        "gone",
    ]


def test_referring_domains_are_counted(known: Db) -> None:
    answer = ask(known, "domains", "example.com")
    counts = ["source_domain", "links", "dofollow", "referring_pages", "first_seen", "example_url"]
    assert [[row[name] for name in counts] for row in answer.rows] == [
        ["a.org", 4, 3, 2, day(1), "https://a.org/1"],
        ["b.net", 2, 1, 1, day(3), "https://b.net/x"],
        ["c.co.uk", 2, 1, 1, day(4), "https://c.co.uk/p"],
        ["example.com", 2, 2, 2, day(5), "https://example.com/"],
        ["evil.test", 1, 1, 1, day(5), "https://evil.test/"],
        ["f.dev", 1, 1, 1, day(6), "https://f.dev/"],
    ]
    assert (answer.total, answer.cursor) == (6, None)


def test_anchors_are_counted_with_their_share(known: Db) -> None:
    answer = ask(known, "anchors", "https://example.com/pricing", filters=Filters(internal=False, state="any"))
    counts = ["anchor", "image", "links", "share", "dofollow", "referring_domains"]
    assert [[row[name] for name in counts] for row in answer.rows] == [
        ["Pricing", False, 2, 0.5, 1, 2],
        ["gone", False, 1, 0.25, 1, 1],
        ["our prices", False, 1, 0.25, 0, 1],
    ]


def test_an_image_and_a_text_of_the_same_words_are_two_anchors(db: Db) -> None:
    ensure_indexes(db)
    target = "https://example.com/"
    image = {"link_type": "image"}
    db.links.insert_many(
        [link("https://a.org/", target, "x", day(1)), link("https://a.org/", target, "x", day(1), **image)]
    )
    answer = ask(db, "anchors", "example.com", limit=1)
    [again] = ask(db, "anchors", "example.com", limit=1, cursor=answer.cursor).rows
    assert [*column(answer, "image"), again["image"]] == [False, True]


def test_linked_pages_are_counted_and_looked_up(known: Db) -> None:
    answer = ask(known, "pages", "example.com", filters=Filters(internal=False), limit=4)
    counts = ["url", "links", "dofollow", "referring_pages", "referring_domains", "status"]
    assert [[row.get(name) for name in counts] for row in answer.rows] == [
        ["https://example.com/blog/one", 4, 4, 4, 4, None],
        ["https://example.com/pricing", 3, 1, 2, 2, 200],
        ["https://www.example.com/", 1, 1, 1, 1, None],
        ["https://example.com:8080/pricing", 1, 1, 1, 1, None],
    ]
    assert answer.total == 5


def test_redirects_lead_to_the_target_through_others(known: Db) -> None:
    answer = ask(known, "redirects", "https://example.com/blog/one")
    told = [(row["url"], len(row["chain"]), row["final_url"], row["links"]) for row in answer.rows]
    final = "https://example.com/blog/one"
    assert told == [
        ("https://old.example.com/old", 1, final, 2),
        ("https://t.co/x", 2, final, 1),
        ("http://t.co/y", 2, final, 0),
    ]


def test_a_redirect_shows_the_chain_from_there_on(known: Db) -> None:
    rows = {row["url"]: row for row in ask(known, "redirects", "https://example.com/blog/one").rows}
    row = rows["https://t.co/x"]
    assert (row["status"], row["kind"], row["to"]) == (302, "http", "https://old.example.com/old")
    assert row["chain"] == [
        {"url": "https://t.co/x", "status": 302, "kind": "http"},
        {"url": "https://old.example.com/old", "status": 301, "kind": "http"},
    ]


def test_redirects_are_counted_whichever_links_are_asked_for(known: Db) -> None:
    answers = [
        ask(known, "redirects", "https://example.com/blog/one", filters=Filters(redirected=redirected), limit=1)
        for redirected in (None, True)
    ]
    assert [(answer.total, answer.capped, column(answer, "links")) for answer in answers] == [(3, False, [2])] * 2


@pytest.mark.parametrize(("bound", "rows", "capped"), [("MOST", 1, True), ("LONGEST_CHAIN", 1, False)])
def test_the_redirects_of_an_answer_are_bounded(
    known: Db, monkeypatch: pytest.MonkeyPatch, bound: str, rows: int, capped: bool
) -> None:
    monkeypatch.setattr(redirect_chains, bound, 1)
    answer = ask(known, "redirects", "https://example.com/blog/one")
    assert (len(list(answer.rows)), answer.total, answer.capped) == (rows, rows, capped)


def test_later_pages_of_redirects_count_what_the_first_did(db: Db) -> None:
    fill(db)
    first = ask(db, "redirects", "https://example.com/blog/one", limit=1)
    row = db.links.find_one({"hops.url": "https://t.co/x"})
    assert row is not None
    db.links.insert_one(row | {"_id": uuid4(), "first_seen": datetime.now(UTC) + timedelta(hours=1)})
    later = ask(db, "redirects", "https://example.com/blog/one", limit=1, cursor=first.cursor)
    assert (column(later, "url"), column(later, "links")) == (["https://t.co/x"], [1])


REDIRECTED: list[tuple[str, dict[str, Any], dict[str, int]]] = [
    ("example.com", {"internal": True}, dict.fromkeys(["https://old.example.com/old", "https://t.co/x"], 0)),
    ("example.com", {"since": "2025-11-05"}, {"https://old.example.com/old": 1, "https://t.co/x": 1}),
    ("https://example.com/pricing", {}, {"https://m.net/": 0}),
    ("example.com/blog/two", {}, {"http://example.com/blog/two": 0}),
    ("old.example.com", {}, {"https://t.co/x": 1, "http://t.co/y": 0}),
    ("https://loop.net/a", {}, {"https://loop.net/a": 0, "https://loop.net/b": 0}),
    ("dead.net", {}, {}),
]


@pytest.mark.parametrize(("target", "filters", "links"), REDIRECTED)
def test_links_through_a_redirect_are_counted(
    known: Db, target: str, filters: dict[str, Any], links: dict[str, int]
) -> None:
    rows = {row["url"]: row["links"] for row in ask(known, "redirects", target, filters=Filters(**filters)).rows}
    assert {url: rows.get(url) for url in links} == links
    assert links or not rows


def _paged(
    db: Db, verb: str, target: str, between: Callable[[], None] = lambda: None, **how: Any
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = None
    for _ in range(50):
        answer = ask(db, verb, target, cursor=cursor, **how)
        rows += answer.rows
        cursor = answer.cursor
        if cursor is None:
            return rows
        assert len(list(answer.rows)) == how["limit"]
        between()
    raise AssertionError("no end")


EVERY_SORT = [(verb, sort) for verb in ASK for sort in ORDERS[verb] if sort not in ("lost", "value")]
PAGED = [
    *((verb, sort, target, 3) for verb, sort in EVERY_SORT for target in ("example.com", "https://example.com/pricing")),
    *(("show", sort, target, limit) for sort in ("newest", "oldest", "target") for target, limit in (
        ("example.com", 1), ("example.com/*", 2), ("www.example.com", 1), ("example.com", 12),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "sort", "target", "limit"), PAGED)
def test_pages_put_together_are_the_whole_answer(known: Db, verb: str, sort: str, target: str, limit: int) -> None:
    filters = Filters(state="any", since="2025-11-01")
    paged = _paged(known, verb, target, sort=sort, limit=limit, filters=filters)
    whole = list(ask(known, verb, target, sort=sort, limit=0, filters=filters).rows)
    assert paged == whole
    order = ORDERS[verb][sort]
    assert len({order.values(row) for row in whole}) == len(whole)


@pytest.mark.parametrize("target", ["example.com", "https://example.com/pricing", "www.example.com", "example.com/*"])
@pytest.mark.parametrize("limit", [1, 3])
def test_backlinks_by_value_are_those_that_have_one_the_best_first(db: Db, target: str, limit: int) -> None:
    fill_scored(db)
    filters = Filters(state="any")
    whole = list(ask(db, "show", target, limit=0, filters=filters).rows)
    scored = [row for row in whole if row["value"] is not None]
    by_value = list(ask(db, "show", target, sort="value", limit=0, filters=filters).rows)
    assert by_value == sorted(scored, key=lambda row: (-row["value"], row["_id"].bytes))
    assert _paged(db, "show", target, sort="value", limit=limit, filters=filters) == by_value


@pytest.mark.parametrize("verb", ["show", "domains", "anchors", "pages"])
def test_pages_hold_still_while_a_crawl_writes(db: Db, verb: str) -> None:
    ensure_indexes(db)
    db.links.insert_many(
        [
            link(f"https://s{n % 4}.org/{n}", f"https://example.com/{n % 3}", f"a{n % 5}", day(1 + n // 9))
            for n in range(30)
        ]
    )
    later = datetime.now(UTC) + timedelta(days=1)
    numbers = count(1000)

    def write() -> None:
        new = [next(numbers) for _ in range(9)]
        db.links.insert_many(
            [link(f"https://s{n % 6}.org/{n}", f"https://example.com/{n % 4}", f"a{n % 7}", later) for n in new]
        )
        if verb != "show":
            db.links.update_one({"source_url": "https://s1.org/1"}, {"$set": {"lost_at": later}})

    values = ORDERS[verb]["newest" if verb == "show" else "links"].values
    before = [values(row) for row in ask(db, verb, "example.com", limit=0).rows]
    assert [values(row) for row in _paged(db, verb, "example.com", write, limit=2)] == before


def test_a_link_lost_between_two_pages_skips_no_other(db: Db) -> None:
    fill(db)
    whole = column(ask(db, "show", "example.com", limit=0), "_id")

    def lose() -> None:
        db.links.update_one({"_id": whole[7]}, {"$set": {"lost_at": day(20)}})

    paged = [row["_id"] for row in _paged(db, "show", "example.com", lose, limit=5)]
    assert paged == [*whole[:7], *whole[8:]]


def test_backlinks_are_counted_up_to_a_cap(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(db)
    monkeypatch.setattr(queries, "COUNTED", 5)
    assert [(a.total, a.capped) for a in [ask(db, "show", "example.com", limit=3)]] == [(5, True)]
    assert [(a.total, a.capped) for a in [ask(db, "show", "example.com/pricing", limit=3)]] == [(4, False)]
    assert [(a.total, a.capped) for a in [ask(db, "show", "example.com", limit=50)]] == [(12, False)]
