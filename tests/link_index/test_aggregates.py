"""Counts by domain, rebuilt for what changed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pymongo.errors import AutoReconnect

from link_index import aggregates, rebuild_turn
from link_index.aggregates import rebuild_dirty
from link_index.rebuild_turn import RebuildTurn
from tests.crawled import day, link, page, redirect

if TYPE_CHECKING:
    from link_index.documents import Document
    from tests.link_index.conftest import Index

A = "https://www.a.example/"
ONE, TWO = "https://one.example/", "https://two.example/"


def rebuilt(index: Index) -> None:
    assert list(rebuild_dirty(index.db, 60))[-1:] != []
    assert list(index.db["dirty"].find()) == []


def rows(index: Index, collection: str) -> dict[str, Document]:
    found = {row.pop("_id"): row for row in index.db[collection].find()}
    for row in found.values():
        del row["rebuilt_at"]
    return found


def refdomain(target_domain: str, source_domain: str, links: int, live: int, dofollow: int, on: int = 1) -> Any:
    return {
        "target_domain": target_domain,
        "source_domain": source_domain,
        "links": links,
        "live": live,
        "dofollow": dofollow,
        "first_seen": day(on),
    }


def test_referring_domains_and_totals_are_counted_apart_from_internal_links(index: Index) -> None:
    index.store(page(ONE, link(A), link(f"{A}x", rel="nofollow"), link(f"{ONE}inside")))
    index.store(page(TWO, link(A), on=2))
    index.store(page(f"{A}home", link(A)))

    rebuilt(index)

    assert rows(index, "refdomains") == {
        "a.example|one.example": refdomain("a.example", "one.example", 2, 2, 1),
        "a.example|two.example": refdomain("a.example", "two.example", 1, 1, 1, on=2),
    }
    assert rows(index, "domains") == {
        "a.example": {"ref_domains": 2, "links": 3, "live": 3, "dofollow": 2, "first_seen": day(1)}
    }


def test_lost_links_stay_in_links_and_leave_the_rest(index: Index) -> None:
    index.store(page(ONE, link(A), link(f"{A}x")), page(TWO, link(A)))
    rebuilt(index)
    index.batches.forget()

    index.store(page(ONE, link(A), on=2), page(TWO, on=2))
    rebuilt(index)

    assert rows(index, "domains") == {
        "a.example": {"ref_domains": 1, "links": 3, "live": 1, "dofollow": 1, "first_seen": day(1)}
    }
    assert rows(index, "refdomains")["a.example|two.example"]["live"] == 0


def test_a_domain_whose_links_were_led_elsewhere_has_no_row(index: Index) -> None:
    index.store(page(ONE, link(A)))
    rebuilt(index)
    index.batches.forget()

    index.store(redirect(A, "https://b.example/"))
    rebuilt(index)

    assert rows(index, "refdomains").keys() == {"b.example|one.example"}
    assert rows(index, "domains").keys() == {"b.example"}


def test_a_rebuild_done_twice_counts_nothing_twice(index: Index) -> None:
    index.store(page(ONE, link(A)))
    aggregates.rebuild(index.db, ["a.example"])
    before = rows(index, "domains")

    aggregates.rebuild(index.db, ["a.example"])

    assert rows(index, "domains") == before


def test_a_rebuild_that_runs_out_of_time_leaves_the_rest_marked(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregates, "AT_ONCE", 1)
    index.store(page(ONE, link(A), link(TWO)))

    assert list(rebuild_dirty(index.db, 0)) == []
    assert len(list(index.db["dirty"].find())) == 2
    assert list(rebuild_dirty(index.db, 60)) == [(1, 2), (2, 2)]


def test_a_rebuild_that_fails_marks_its_domains_again(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise AutoReconnect

    monkeypatch.setattr(aggregates, "rebuild", fails)
    index.store(page(ONE, link(A)))

    with pytest.raises(AutoReconnect):
        list(rebuild_dirty(index.db, 60))

    assert [mark["_id"] for mark in index.db["dirty"].find()] == ["a.example"]


_DIES_AMID_A_REBUILD = """
import os, signal, sys
from link_index import aggregates, connection
aggregates.rebuild = lambda db, domains: os.kill(os.getpid(), signal.SIGKILL)
list(aggregates.rebuild_dirty(connection.connect(sys.argv[1]), 60))
"""


def test_domains_whose_rebuild_was_killed_are_rebuilt_by_the_next_process_at_once(index: Index, db_uri: str) -> None:
    index.store(page(ONE, link(A)))
    killed = subprocess.run([sys.executable, "-c", _DIES_AMID_A_REBUILD, db_uri], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(index.db["dirty"].find()) == []

    rebuilt(index)

    assert rows(index, "domains").keys() == {"a.example"}
    assert list(index.db["locks"].find()) == []


def test_one_process_at_a_time_rebuilds(index: Index) -> None:
    index.db["dirty"].insert_one({"_id": "a.example"})
    other = RebuildTurn(index.db)
    assert other.renew()
    assert list(rebuild_dirty(index.db, 0.2)) == [(0, 1)]
    assert [mark["_id"] for mark in index.db["dirty"].find()] == ["a.example"]
    other.give_back()
    assert list(rebuild_dirty(index.db, 60)) == [(1, 1)]
    assert list(index.db["locks"].find()) == []


def test_the_turn_of_a_process_that_was_killed_ends(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index.db["dirty"].insert_one({"_id": "a.example"})
    monkeypatch.setattr(rebuild_turn, "TURN", timedelta(seconds=0.3))
    assert RebuildTurn(index.db).renew()
    assert list(rebuild_dirty(index.db, 60)) == [(1, 1)]
