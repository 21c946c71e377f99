"""Which stored link each link of a new look is: by a table, then asked of the real server over several looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo import MongoClient, monitoring

from link_index.documents import link_id
from link_index.link_pairing import pairing
from link_index.page_write import PageWrite
from pipelines.page_encoder import encode_page
from tests.crawled import day, gone, link, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pymongo.database import Database

    from backlink_spider.items import Page
    from link_index.documents import Document
    from tests.link_index.conftest import Index

A, B = "https://a.example/", "https://b.example/"
SOURCE = "https://www.source.example/page"


@pytest.mark.parametrize(
    ("seen", "stored", "listed", "taken", "ks"),
    [
        ("", {}, [], [], []),
        ("a", {}, [], [], [0]),
        ("ab", {}, [], [], [0, 1]),
        # The same anchor and rel is the same link, wherever it stands.
        ("ab", {0: "a", 1: "b"}, [0, 1], [], [0, 1]),
        ("ba", {0: "a", 1: "b"}, [0, 1], [], [1, 0]),
        ("b", {0: "a", 1: "b"}, [0, 1], [], [1]),
        ("zab", {0: "a", 1: "b"}, [0, 1], [], [2, 0, 1]),
        ("azb", {0: "a", 1: "b"}, [0, 1], [], [0, 2, 1]),
        # The rest changed, in the order they stood in at the last look.
        ("x", {0: "a"}, [0], [], [0]),
        ("x", {3: "a"}, [3], [], [3]),
        ("xy", {0: "a", 1: "b"}, [0, 1], [], [0, 1]),
        ("xy", {0: "a", 1: "b"}, [1, 0], [], [1, 0]),
        ("bx", {0: "a", 1: "b"}, [0, 1], [], [1, 0]),
        ("xyz", {0: "a", 1: "b"}, [0, 1], [], [0, 1, 2]),
        ("x", {0: "a", 1: "b"}, [0, 1], [], [0]),
        # A lost link returns as itself, and is nothing else while others are live.
        ("ab", {0: "a", 1: "b"}, [1], [], [0, 1]),
        ("zb", {0: "a", 1: "b"}, [1], [], [2, 1]),
        ("b", {0: "a", 1: "b"}, [0], [], [1]),
        ("z", {0: "a", 1: "b"}, [1], [1], [2]),
        # Those that were lost together return together.
        ("b", {0: "a", 1: "b"}, [], [], [1]),
        ("zb", {0: "a", 1: "b"}, [], [], [0, 1]),
        ("xyz", {0: "a", 1: "b"}, [], [], [0, 1, 2]),
        # What others have is not given away.
        ("a", {0: "a", 1: "a"}, [0, 1], [0], [1]),
        ("x", {}, [0, 1], [0], [1]),
        ("xy", {}, [0, 2], [0], [2, 1]),
        # A live link before a lost one that is the same.
        ("a", {0: "a", 1: "a"}, [1], [], [1]),
    ],
)
def test_links_of_one_target_and_type_are_paired(
    seen: str, stored: dict[int, str], listed: list[int], taken: list[int], ks: list[int]
) -> None:
    anchors = {k: (anchor, ()) for k, anchor in stored.items()}

    assert pairing([(anchor, ()) for anchor in seen], anchors, listed, taken) == ks


@given(st.data())
def test_pairing_is_the_same_when_a_part_of_it_is_done(data: st.DataObject) -> None:
    stored = {k: (anchor, ()) for k, anchor in enumerate(data.draw(st.permutations("abcde")))}
    listed = data.draw(st.lists(st.sampled_from(range(5)), unique=True))
    seen = [(anchor, ()) for anchor in data.draw(st.lists(st.sampled_from("abcdefghi"), unique=True))]
    ks = pairing(seen, stored, listed, ())
    done = data.draw(st.sets(st.sampled_from(range(len(seen) + 1))))

    half = stored | {k: seen[index] for index, k in enumerate(ks) if index in done}

    assert len({*ks}) == len(ks)
    assert pairing(seen, half, listed, ()) == ks


class Finds(monitoring.CommandListener):
    """The reads of link documents a client asks for."""

    def __init__(self) -> None:
        self.seen = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.seen += event.command.get("find") == "links"

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


@pytest.fixture
def finds(db: Database[Document], mongodb_uri: str, index: Index, tmp_path: Path) -> Iterator[Finds]:
    finds = Finds()
    client: MongoClient[Document] = MongoClient(
        mongodb_uri, tz_aware=True, uuidRepresentation="standard", event_listeners=[finds]
    )
    index.__init__(client[db.name], tmp_path)  # type: ignore[misc]
    yield finds
    client.close()


def look(anchors: str, on: int, context: str = "") -> Page:
    """A page with a link to A for each word; `context` changes with no link's anchor."""
    return page(SOURCE, *[link(A, anchor, text_before=context) for anchor in anchors.split()], link(B), on=on)


def told(index: Index) -> dict[str, tuple[int, int, int | None, list[str]]]:
    """The links to A by their anchor: k, days of `first_seen` and `lost_at`, and the fields that changed."""
    numbers = {link_id(SOURCE, A, "text", k): k for k in range(10)}
    days = {day(number): number for number in range(1, 10)}
    rows = index.links(target_url=A)
    links = {
        row["anchor"]: (
            numbers[row["_id"]],
            days[row["first_seen"]],
            days[row["lost_at"]] if "lost_at" in row else None,
            [change["field"] for change in row.get("changes", ())],
        )
        for row in rows
    }
    assert len(links) == len(rows)  # one document for one link
    return links


# Looks at a page day by day (None: it answers 404), and the links then.
HISTORIES = {
    "the first is taken away": (["one two", "two"], {"one": (0, 1, 2, []), "two": (1, 1, None, [])}),
    "one is put above": (
        ["one two", "zero one two"],
        {"zero": (2, 2, None, []), "one": (0, 1, None, []), "two": (1, 1, None, [])},
    ),
    "one is put above a single one": (["one", "zero one"], {"zero": (1, 2, None, []), "one": (0, 1, None, [])}),
    "they change places": (["one two", "two one"], {"one": (0, 1, None, []), "two": (1, 1, None, [])}),
    "one changes": (["one two", "uno two"], {"uno": (0, 1, None, ["anchor"]), "two": (1, 1, None, [])}),
    "one that was put above changes": (
        ["one two", "zero one two", "nil uno two"],
        {"nil": (2, 2, None, ["anchor"]), "uno": (0, 1, None, ["anchor"]), "two": (1, 1, None, [])},
    ),
    "the first returns": (["one two", "two", "one two"], {"one": (0, 1, None, ["lost"]), "two": (1, 1, None, [])}),
    "another comes in place of a lost one": (
        ["one two", "two", "zero two"],
        {"one": (0, 1, 2, []), "zero": (2, 3, None, []), "two": (1, 1, None, [])},
    ),
    "a lost one takes the place of the other": (
        ["one two", "one", "two"],
        {"one": (0, 1, 3, []), "two": (1, 1, None, ["lost"])},
    ),
    "all return": (
        ["one two", None, "one two"],
        {"one": (0, 1, None, ["lost"]), "two": (1, 1, None, ["lost"])},
    ),
    "the last one alone returns": (
        ["one two three four", None, "four"],
        {"one": (0, 1, 2, []), "two": (1, 1, 2, []), "three": (2, 1, 2, []), "four": (3, 1, None, ["lost"])},
    ),
    "all return, one of them changed": (
        ["one two", None, "uno two"],
        {"uno": (0, 1, None, ["anchor", "lost"]), "two": (1, 1, None, ["lost"])},
    ),
    "they come and go": (
        ["one two three", "three", "three", "zero three", "one three", "one two three"],
        {
            "one": (0, 1, None, ["lost"]),
            "two": (1, 1, None, ["lost"]),
            "three": (2, 1, None, []),
            "zero": (3, 4, 5, []),
        },
    ),
}


def stored_days(index: Index, looks: list[str | None], *, context: str = "", times: int = 1) -> None:
    for on, anchors in enumerate(looks, 1):
        for _ in range(times):
            index.store(gone(SOURCE, on=on) if anchors is None else look(anchors, on, context * on))


@pytest.mark.parametrize(("looks", "links"), HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("context", ["", "new words "], ids=["same context", "other context"])
@pytest.mark.parametrize("times", [1, 3], ids=["once", "repeated"])
def test_links_to_one_target_keep_their_identity(
    index: Index, looks: list[str | None], links: dict[str, object], context: str, times: int
) -> None:
    stored_days(index, looks, context=context, times=times)

    assert told(index) == links


@pytest.mark.parametrize("again", ["two three", "three two"])
def test_a_page_that_lost_its_first_link_is_unchanged_without_a_read(index: Index, finds: Finds, again: str) -> None:
    index.store(look("one two three", 1))
    index.store(look("two three", 2))
    finds.seen = 0

    counts = index.store(look(again, 3))

    assert counts == {"links_unchanged": 3, "pages_unchanged": 1}
    assert finds.seen == 0


def test_the_unclear_links_of_all_pages_of_a_batch_are_read_at_once(index: Index, finds: Finds) -> None:
    urls = [f"{SOURCE}/{number}" for number in range(5)]
    index.store(*[page(url, link(A, "one"), link(A, "two")) for url in urls])

    index.store(*[page(url, link(A, "one"), link(A, "two", placement="nav"), on=2) for url in urls])

    assert finds.seen == 1


def test_a_new_link_to_a_target_of_its_own_is_not_looked_for(index: Index, finds: Finds) -> None:
    index.store(page(SOURCE, link(A)))

    index.store(page(SOURCE, link(A), link(B), on=2))

    assert finds.seen == 0


def test_a_repeated_link_tells_its_rel_by_what_it_is_not_where_it_stands(index: Index) -> None:
    index.store(page(SOURCE, link(A, "same"), link(A, "same", "nofollow")))

    index.store(page(SOURCE, link(A, "same", "nofollow", text_before="x"), link(A, "same", text_before="x"), on=2))

    assert (index.link(SOURCE, A, 0)["rel"], index.link(SOURCE, A, 1)["rel"]) == ([], ["nofollow"])
    assert not any("changes" in row for row in index.links())


def test_pages_from_the_spool_are_paired_the_same(index: Index) -> None:
    for each in (look("one two", 1), look("zero one two", 2, "words"), look("one two", 3)):
        index.batches.write([PageWrite.from_bson(encode_page(each).to_bson())])

    assert told(index) == {"zero": (2, 2, 3, []), "one": (0, 1, None, []), "two": (1, 1, None, [])}


def test_links_that_come_and_go_beside_one_that_stays_are_links_of_their_own(index: Index) -> None:
    """Every other look has a link beside the one that stays, and each time it is another."""
    for on in range(1, 40):
        index.store(look("stays" if on % 2 else f"stays {on}", on))

    assert sorted(row["_id"] for row in index.links(target_url=A)) == sorted(
        link_id(SOURCE, A, "text", k) for k in range(20)
    )
    assert index.link(SOURCE, A, 0)["anchor"] == "stays"
