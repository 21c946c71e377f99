"""What a batch of pages does to the index, asked of the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pymongo import MongoClient, monitoring
from pymongo.errors import AutoReconnect

from link_index.batch import BatchWriter
from link_index.checked_writes import CheckedWrites
from link_index.documents import link_ids
from tests.crawled import day, gone, link, page, redirect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pymongo.database import Database

    from backlink_spider.items import Page
    from link_index.checked_writes import Operation
    from link_index.documents import Document
    from tests.link_index.conftest import Index

A, B = "https://a.example/", "https://b.example/"
SOURCE = "https://www.source.example/page"


class Writes(monitoring.CommandListener):
    """The write commands a client sends: collection and number of documents, for an insert of pages' worth of them."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in {"insert", "update", "delete"}:
            documents = event.command.get({"insert": "documents"}.get(event.command_name, f"{event.command_name}s"))
            self.seen.append((event.command[event.command_name], len(documents)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


class CutShort(CheckedWrites):
    """Loses its connection at the nth write: before the server has done it, or after, and the answer is lost."""

    def __init__(self, index: Index, writes: int, *, is_done: bool) -> None:
        super().__init__(index.db, index.letters, index.counts)
        self.left = writes
        self.is_done = is_done

    def insert(self, collection: str, parts: Iterable[Sequence[bytes]]) -> tuple[set[int], set[int]]:
        self.left -= 1
        if self.left or self.is_done:
            result = super().insert(collection, parts)
        if not self.left:
            raise AutoReconnect
        return result

    def bulk(self, collection: str, operations: Sequence[Operation], *, is_last: bool = False) -> None:
        self.left -= 1
        if self.left or self.is_done:
            super().bulk(collection, operations, is_last=is_last)
        if not self.left:
            raise AutoReconnect


@pytest.fixture
def writes(db: Database[Document], mongodb_uri: str, index: Index, tmp_path: Path) -> Iterator[Writes]:
    """What the index writes, seen by a client of its own."""
    writes = Writes()
    client: MongoClient[Document] = MongoClient(
        mongodb_uri, tz_aware=True, uuidRepresentation="standard", event_listeners=[writes]
    )
    index.__init__(client[db.name], tmp_path)  # type: ignore[misc]
    yield writes
    client.close()


def test_a_first_look_stores_the_page_and_its_links(index: Index) -> None:
    counts = index.store(page(SOURCE, link(A, "to a"), link(B, "to b", "nofollow"), title="A title"))

    assert counts == {"links_new": 2, "pages_new": 1}
    assert index.link(SOURCE, A)["anchor"] == "to a"
    assert index.link(SOURCE, B)["nofollow_by"] == ["rel"]
    assert index.page(SOURCE)["title"] == "A title"
    assert set(link_ids(index.page(SOURCE))) == {row["_id"] for row in index.links()}


def test_an_unchanged_page_costs_one_write(index: Index, writes: Writes) -> None:
    index.store(page(SOURCE, link(A), link(B)))
    before = index.links()

    writes.seen.clear()
    counts = index.store(page(SOURCE, link(A), link(B), on=2))

    assert writes.seen == [("pages", 1)]
    assert counts == {"links_unchanged": 2, "pages_unchanged": 1}
    assert index.links() == before
    assert index.page(SOURCE)["fetched_at"] == day(2)


def test_the_unchanged_pages_of_a_batch_are_one_bulk(index: Index, writes: Writes) -> None:
    pages = [page(f"{SOURCE}/{number}", link(A), link(B)) for number in range(5)]
    index.store(*pages)

    writes.seen.clear()
    index.store(*[page(each.url, link(A), link(B), on=2) for each in pages])

    assert writes.seen == [("pages", 5)]


def test_a_changed_link_keeps_its_identity_and_tells_what_changed(index: Index) -> None:
    index.store(page(SOURCE, link(A, "old"), link(B)))

    counts = index.store(page(SOURCE, link(A, "new", "nofollow", placement="nav"), link(B), on=2))

    row = index.link(SOURCE, A)
    assert counts == {"links_changed": 1, "links_unchanged": 1, "pages_changed": 1}
    assert (row["anchor"], row["rel"], row["placement"], row["first_seen"]) == ("new", ["nofollow"], "nav", day(1))
    assert {(change["field"], str(change["old"]), str(change["new"])) for change in row["changes"]} == {
        ("anchor", "old", "new"),
        ("rel", "[]", "['nofollow']"),
        ("dofollow", "True", "False"),
        ("nofollow", "False", "True"),
        ("nofollow_by", "[]", "['rel']"),
        ("placement", "content", "nav"),
    }
    assert {change["at"] for change in row["changes"]} == {day(2)}


def test_context_and_occurrences_change_without_a_line_in_the_changes(index: Index) -> None:
    index.store(page(SOURCE, link(A)))

    index.store(page(SOURCE, link(A, text_after="other words"), link(A), on=2))

    row = index.link(SOURCE, A)
    assert (row["text_after"], row["occurrences"]) == ("other words", 2)
    assert "changes" not in row


def test_a_link_that_alternates_keeps_its_last_fifty_changes(index: Index) -> None:
    for number in range(1, 54):
        index.store(page(SOURCE, link(A, f"anchor {number}"), on=number))

    changes = index.link(SOURCE, A)["changes"]
    assert [len(changes), changes[0]["new"], changes[-1]["new"]] == [50, "anchor 4", "anchor 53"]


def test_a_link_is_lost_after_a_look_at_its_page_without_it(index: Index) -> None:
    index.store(page(SOURCE, link(A), link(B)))

    counts = index.store(page(SOURCE, link(B), on=2))

    row = index.link(SOURCE, A)
    assert counts == {"links_lost": 1, "links_unchanged": 1, "pages_changed": 1}
    assert (row["lost_at"], row["lost_reason"]) == (day(2), "removed")
    assert "lost_at" not in index.link(SOURCE, B)


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (gone(SOURCE, 404, on=2), "page_gone"),
        (gone(SOURCE, 410, on=2), "page_gone"),
        (page(SOURCE, on=2), "removed"),
        (page(SOURCE, on=2, outcome="other"), "removed"),
        (redirect(SOURCE, "https://www.source.example/new", on=2), "removed"),
    ],
    ids=["404", "410", "empty", "no HTML", "redirect"],
)
def test_links_of_a_page_that_shows_none_are_lost(index: Index, later: Page, reason: str) -> None:
    index.store(page(SOURCE, link(A), link(B)))

    index.store(later)

    assert [(row["lost_at"], row["lost_reason"]) for row in index.links()] == [(day(2), reason)] * 2
    assert index.page(SOURCE)["links"] == b""


@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [
        ("failed", None, "timeout"),
        ("refused", None, "robots"),
        ("error", 500, ""),
        ("error", 503, ""),
        ("error", 403, ""),
        ("error", 429, ""),
    ],
)
def test_a_failed_fetch_loses_nothing_and_is_noted(index: Index, outcome: str, status: int, reason: str) -> None:
    index.store(page(SOURCE, link(A), title="A title"))
    before = index.page(SOURCE)

    index.store(page(SOURCE, on=2, outcome=outcome, status=status, reason=reason))

    failure = {"at": day(2), "outcome": outcome, "status": status} | ({"reason": reason} if reason else {})
    assert index.page(SOURCE) == before | {"last_failure": failure}
    assert "lost_at" not in index.link(SOURCE, A)


def test_a_later_look_forgets_the_failure(index: Index) -> None:
    index.store(page(SOURCE, link(A)))
    index.store(page(SOURCE, on=2, outcome="failed", status=None))

    counts = index.store(page(SOURCE, link(A), on=3))

    assert "last_failure" not in index.page(SOURCE)
    assert counts["links_unchanged"] == 1


def test_failures_of_a_page_never_seen_are_its_document(index: Index) -> None:
    index.store(page(SOURCE, on=1, outcome="failed", status=None, reason="dns"))
    index.store(page(SOURCE, on=2, outcome="error", status=503))

    assert (index.page(SOURCE)["outcome"], index.page(SOURCE)["status"]) == ("error", 503)
    assert "reason" not in index.page(SOURCE)


def test_a_lost_link_that_returns_is_the_same_link(index: Index) -> None:
    index.store(page(SOURCE, link(A), link(B)))
    index.store(page(SOURCE, link(B), on=2))

    counts = index.store(page(SOURCE, link(A), link(B), on=3))

    row = index.link(SOURCE, A)
    assert counts["links_returned"] == 1
    assert row["first_seen"] == day(1)
    assert not {"lost_at", "lost_reason"} & row.keys()
    assert row["changes"] == [{"at": day(3), "field": "lost", "old": day(2), "new": None}]
    assert len(index.links()) == 2


def test_a_link_that_returns_changed_tells_both(index: Index) -> None:
    index.store(page(SOURCE, link(A, "old")))
    index.store(gone(SOURCE, on=2))

    index.store(page(SOURCE, link(A, "new"), on=3))

    assert [change["field"] for change in index.link(SOURCE, A)["changes"]] == ["anchor", "lost"]


def test_counts_of_known_links_follow_their_page_by_one_update(index: Index, writes: Writes) -> None:
    index.store(page(SOURCE, link(A), link(B)))

    writes.seen.clear()
    index.store(page(SOURCE, link(A), link(B), link("https://c.example/"), self_links=1, on=2))

    assert {(row["source_external_links"], row["source_internal_links"]) for row in index.links()} == {(3, 1)}
    assert writes.seen == [("links", 1), ("links", 1), ("dirty", 1), ("pages", 1)]


def test_the_same_batch_again_changes_nothing(index: Index) -> None:
    batch = [page(SOURCE, link(A), link(B)), redirect(A, B), page(B, link(SOURCE))]
    index.store(*batch)
    index.store(page(SOURCE, link(A, "new"), on=2))
    before = index.whole()

    index.store(page(SOURCE, link(A, "new"), on=2))

    assert index.whole() == before


C, D = "https://c.example/", "https://d.example/"
CUT_SHORT = {
    "changed, new and lost": (
        [[page(SOURCE, link(A, "old"), link(B), link(C)), page(B, link(SOURCE))]],
        [page(SOURCE, link(A, "new"), link(B), link(D), on=2), redirect(B, A, on=2)],
    ),
    "several links to one target": (
        [[page(SOURCE, link(A, "one"), link(A, "two"), link(B, "one"), link(B, "two"), link(C))]],
        [page(SOURCE, link(A, "zero"), link(A, "one", placement="nav"), link(A, "two"), link(B, "two"), link(C, "new"),
              link(C), on=2)],
    ),
    "several links that return": (
        [[page(SOURCE, link(A, "one"), link(A, "two"), link(B, "one"), link(B, "two"))], [gone(SOURCE, on=2)]],
        [page(SOURCE, link(A, "zero"), link(A, "two"), link(A, "three"), link(B, "two"), on=3)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "batch"), CUT_SHORT.values(), ids=CUT_SHORT)
@pytest.mark.parametrize("is_done", [False, True], ids=["not done", "answer lost"])
@pytest.mark.parametrize("nth", range(1, 6))
def test_a_batch_cut_short_anywhere_is_completed_by_its_repetition(
    index: Index, tmp_path: Path, before: list[list[Page]], batch: list[Page], nth: int, is_done: bool
) -> None:
    cut = type(index)(index.db.client[f"{index.db.name}_cut"], tmp_path)
    for each in before:
        index.store(*each)
        cut.store(*each)
    index.store(*batch)
    whole = cut.batches
    cut.batches = BatchWriter(cut.db, CutShort(cut, nth, is_done=is_done), cut.counts)

    with pytest.raises(AutoReconnect):
        cut.store(*batch)
    cut.batches = whole
    cut.store(*batch)

    assert cut.whole() == index.whole()
    cut.db.client.drop_database(cut.db)


def test_a_link_stays_lost_since_the_look_that_missed_it_first(index: Index) -> None:
    index.store(page(SOURCE, link(A), link(B)))
    index.db["links"].update_one({"target_url": A}, {"$set": {"lost_at": day(2), "lost_reason": "removed"}})

    index.store(page(SOURCE, link(B), on=3))  # the look of day 2 was cut short before its page document

    assert index.link(SOURCE, A)["lost_at"] == day(2)


def test_an_older_look_does_not_turn_the_page_back(index: Index) -> None:
    index.store(page(SOURCE, link(B), on=2))
    before = index.whole()

    index.store(page(SOURCE, link(A), on=1))

    assert index.whole() == before


def test_domains_whose_backlinks_change_are_marked(index: Index) -> None:
    internal = link("https://docs.source.example/")
    index.store(page(SOURCE, link(A), link(B), internal))
    assert {mark["_id"] for mark in index.db["dirty"].find()} == {"a.example", "b.example"}

    index.db["dirty"].delete_many({})
    index.batches.forget()
    internal = link("https://docs.source.example/", "new")
    index.store(page(SOURCE, link(A, "new"), internal, link("https://c.example/"), on=2))

    assert {mark["_id"] for mark in index.db["dirty"].find()} == {"a.example", "b.example", "c.example"}


def test_a_refused_link_is_a_dead_letter_and_is_tried_again(index: Index) -> None:
    index.db.create_collection("links", validator={"anchor": {"$ne": "refused"}})

    counts = index.store(page(SOURCE, link(A, "refused"), link(B)))

    assert counts == {"links_new": 1, "pages_new": 1, "dead_letters": 1}
    assert set(link_ids(index.page(SOURCE))) == {index.link(SOURCE, B)["_id"]}
    assert '"target_url": "https://a.example/"' in index.letters.path.read_text()
    assert "validation" in index.letters.path.read_text()
    assert index.store(page(SOURCE, link(A, "taken"), link(B), on=2))["links_new"] == 1


def test_a_refused_change_is_a_dead_letter(index: Index) -> None:
    index.db.create_collection("links", validator={"anchor": {"$ne": "refused"}})
    index.store(page(SOURCE, link(A, "taken"), link(B)))

    counts = index.store(page(SOURCE, link(A, "refused"), link(B), on=2))

    assert counts["dead_letters"] == 1
    assert index.link(SOURCE, A)["anchor"] == "taken"
    assert index.page(SOURCE)["fetched_at"] == day(2)


def test_a_listed_link_that_is_not_there_is_stored(index: Index) -> None:
    index.store(page(SOURCE, link(A, "old"), link(B)))
    index.db["links"].delete_many({"target_url": A})

    index.store(page(SOURCE, link(A, "new"), link(B), on=2))

    assert index.link(SOURCE, A)["anchor"] == "new"
