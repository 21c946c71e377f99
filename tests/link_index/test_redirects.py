"""Links that go through redirects: the rule as a table, and the index whichever of link and hop came first."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import bson
import pytest

from link_index import redirects
from link_index.page_write import CODEC
from link_index.redirects import MAX_HOPS, Resolution, link_fields, redirected_link, resolve, same_redirect
from link_index.urls import target
from pipelines.page_encoder import encode_page
from tests.crawled import DAY_ONE, day, gone, link, page, redirect

if TYPE_CHECKING:
    from backlink_spider.items import Page
    from link_index.documents import Document
    from tests.link_index.conftest import Index

SOURCE = "https://www.source.example/page"
U = [f"https://u{number}.example/" for number in range(MAX_HOPS + 5)]


def hops(**to: str) -> dict[str, Document]:
    """`u0="u1"`: u0 redirects to u1."""
    urls = {f"u{number}": url for number, url in enumerate(U)} | {"": "", "s0": "http://u0.example/"}
    rows = (encode_page(redirect(urls[here], urls[there])).redirect for here, there in to.items())
    return {row["_id"]: row for row in rows if row}


@pytest.mark.parametrize(
    ("chain", "final", "via", "hop_urls"),
    [
        pytest.param(hops(), None, [], [], id="no redirect"),
        pytest.param(hops(u0="u1"), 1, [0], [0], id="one hop"),
        pytest.param(hops(u0="u1", u1="u2", u2="u3"), 3, [0, 1, 2], [0, 1, 2], id="a chain"),
        pytest.param(hops(u1="u2"), None, [], [], id="somewhere else"),
        pytest.param(hops(u0=""), None, [], [], id="dead at once: the link stays where it points"),
        pytest.param(hops(u0="u1", u1=""), 1, [0], [0, 1], id="dead after a hop"),
        pytest.param(hops(u0="u0"), None, [], [], id="to itself"),
        pytest.param(hops(u0="u1", u1="u0"), 1, [0], [0, 1], id="a loop of two"),
        pytest.param(hops(u0="u1", u1="u2", u2="u1"), 2, [0, 1], [0, 1, 2], id="into a loop"),
    ],
)
def test_a_chain_ends_at_the_last_url_it_reaches_for_the_first_time(
    chain: dict[str, Document], final: int | None, via: list[int], hop_urls: list[int]
) -> None:
    found = resolve(U[0], chain)

    if final is None:
        assert found is None
    else:
        steps = [{"url": U[number], "status": 301, "kind": "http"} for number in hop_urls]
        assert found == Resolution(U[final], [target(U[number]).key for number in via], steps)


@pytest.mark.parametrize(("length", "is_endless"), [(MAX_HOPS, False), (MAX_HOPS + 1, True), (MAX_HOPS + 3, True)])
def test_a_chain_is_followed_as_far_as_a_browser_does(length: int, is_endless: bool) -> None:
    found = resolve(U[0], hops(**{f"u{number}": f"u{number + 1}" for number in range(length)}))

    assert found is not None
    assert (found.final_url, len(found.via)) == (U[MAX_HOPS], MAX_HOPS)
    assert (found.hops[-1]["url"] == found.final_url) is is_endless


def test_from_http_to_https_is_a_hop_although_the_key_is_the_same() -> None:
    assert resolve("http://u0.example/", hops(s0="u0")) == Resolution(
        U[0], ["example.u0/"], [{"url": "http://u0.example/", "status": 301, "kind": "http"}]
    )


def test_a_link_that_goes_nowhere_else_says_nothing_of_redirects() -> None:
    assert link_fields(U[0], None) == {"target_key": "example.u0/", "target_domain": "u0.example"}


def test_a_redirected_link_says_where_it_ends_and_what_it_went_through() -> None:
    steps = [{"url": U[0], "status": 301, "kind": "http"}]
    assert link_fields(U[0], Resolution(U[1], ["example.u0/"], steps)) == {
        "target_key": "example.u1/", "target_domain": "u1.example",
        "final_url": U[1], "via": ["example.u0/"], "hops": steps,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("linked", "final", "is_internal"),
    [(U[0], "https://docs.source.example/", True), ("https://docs.source.example/", U[0], False), (U[0], U[1], False)],
)
def test_a_redirected_link_is_internal_by_where_it_ends(linked: str, final: str, is_internal: bool) -> None:
    (plain,) = encode_page(page(SOURCE, link(linked))).links
    before = bson.decode(plain, CODEC)
    resolution = Resolution(final, [target(linked).key], [{"url": linked, "status": 301, "kind": "http"}])

    after = bson.decode(redirected_link(plain, resolution), CODEC)

    assert after == before | link_fields(linked, resolution) | {"is_internal": is_internal}


@pytest.mark.parametrize(
    ("old", "same"),
    [
        (redirect(U[0], U[1], on=2), True),
        (redirect(U[0], U[2]), False),
        (redirect(U[0], U[1], 302), False),
        (redirect(U[0], U[1], kind="meta_refresh"), False),
    ],
)
def test_a_redirect_is_the_same_by_target_status_and_kind(old: Page, same: bool) -> None:
    new = encode_page(redirect(U[0], U[1])).redirect
    assert new is not None
    assert same_redirect(encode_page(old).redirect, new) is same
    assert not same_redirect(None, new)


def redirected(index: Index, url: str = U[0]) -> Document:
    names = ("target_key", "target_domain", "is_internal", "via", "hops", "final_url")
    row = index.link(SOURCE, url)
    return {name: row[name] for name in names if name in row}


FOUND_IN_ANY_ORDER = [page(SOURCE, link(U[0])), redirect(U[0], U[1]), redirect(U[1], U[2]), page(U[2], link(SOURCE))]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_link_belongs_to_the_end_of_its_chain_whatever_was_found_first(index: Index, order: tuple[int, ...]) -> None:
    for number in order:
        index.store(FOUND_IN_ANY_ORDER[number])

    assert redirected(index) == {
        "target_key": "example.u2/",
        "target_domain": "u2.example",
        "is_internal": False,
        "via": ["example.u0/", "example.u1/"],
        "hops": [{"url": U[0], "status": 301, "kind": "http"}, {"url": U[1], "status": 301, "kind": "http"}],
        "final_url": U[2],
    }
    assert index.link(SOURCE, U[0])["target_url"] == U[0]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_one_batch_may_hold_them_all(index: Index, order: tuple[int, ...]) -> None:
    index.store(*[FOUND_IN_ANY_ORDER[number] for number in order])

    assert redirected(index)["via"] == ["example.u0/", "example.u1/"]


@pytest.mark.parametrize("link_first", [True, False])
def test_a_link_to_a_dead_hop_stays_a_hard_link_to_it(index: Index, link_first: bool) -> None:
    looks = [page(SOURCE, link(U[0])), redirect(U[0], "", 302)]
    for look in looks if link_first else reversed(looks):
        index.store(look)

    assert redirected(index) == {"target_key": "example.u0/", "target_domain": "u0.example", "is_internal": False}
    stored = index.db["redirects"].find_one({"_id": U[0]})
    assert stored is not None
    assert (stored["to"], stored["to_key"], stored["status"]) == ("", "", 302)


def test_what_is_remembered_of_redirects_is_bounded(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redirects, "REMEMBERED", 3)
    index.store(page(SOURCE, link(U[0])))
    others = [link(f"https://other.example/{number}") for number in range(9)]

    index.store(redirect(U[0], U[1]), page(f"{SOURCE}/2", *others), page(f"{SOURCE}/3", link(U[0])))
    index.store(redirect(U[1], U[2]))

    assert {row["final_url"] for row in index.links(target_url=U[0])} == {U[2]}
    assert len(index.batches._redirects.known) + len(index.batches._redirects._none) <= 5


def test_a_hop_found_together_with_its_link_leads_on_by_what_is_stored(index: Index) -> None:
    index.store(redirect(U[1], U[2]))
    index.batches.forget()

    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1]))

    assert redirected(index)["final_url"] == U[2]


def test_a_link_that_was_not_redirected_says_nothing_of_redirects(index: Index) -> None:
    index.store(redirect(U[1], U[2]), page(SOURCE, link(U[0])))

    assert redirected(index).keys() == {"target_key", "target_domain", "is_internal"}


@pytest.mark.parametrize("link_first", [True, False])
def test_a_link_may_become_internal_and_external_by_its_redirect(index: Index, link_first: bool) -> None:
    inside, outside = "https://short.example/1", "https://www.source.example/2"
    looks: list[Page] = [
        page(SOURCE, link(inside), link(outside)),
        redirect(inside, "https://docs.source.example/"),
        redirect(outside, U[1]),
    ]
    for look in looks if link_first else reversed(looks):
        index.store(look)

    assert redirected(index, inside)["is_internal"] is True
    assert redirected(index, outside)["is_internal"] is False


def test_a_redirect_found_again_writes_no_redirect_and_no_link(index: Index) -> None:
    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1]))
    before = index.whole()

    counts = index.store(redirect(U[0], U[1], on=2))

    after = index.whole()
    assert counts == {"pages_unchanged": 1}
    assert (after["links"], after["redirects"]) == (before["links"], before["redirects"])


def test_a_retargeted_redirect_leads_its_links_to_the_new_target(index: Index) -> None:
    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1]))

    index.store(redirect(U[0], U[3], 302, on=2))

    assert redirected(index)["target_key"] == "example.u3/"
    assert redirected(index)["hops"] == [{"url": U[0], "status": 302, "kind": "http"}]
    assert index.db["redirects"].find_one({"_id": U[0]}) == encode_page(redirect(U[0], U[3], 302, on=2)).redirect


def test_a_retargeted_hop_in_the_middle_leads_the_links_of_the_whole_chain(index: Index) -> None:
    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1]), redirect(U[1], U[2]))

    index.store(redirect(U[1], U[4], on=2))

    assert (redirected(index)["final_url"], redirected(index)["via"]) == (U[4], ["example.u0/", "example.u1/"])


@pytest.mark.parametrize("answer", [page(U[0], on=2), gone(U[0], on=2)], ids=["200", "404"])
def test_a_redirect_that_is_gone_gives_its_links_back(index: Index, answer: Page) -> None:
    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1]))

    index.store(answer)

    assert redirected(index) == {"target_key": "example.u0/", "target_domain": "u0.example", "is_internal": False}
    assert index.db["redirects"].find_one({"_id": U[0]}) is None


def test_a_failure_leaves_a_redirect_as_it_was(index: Index) -> None:
    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1]))

    index.store(page(U[0], on=2, outcome="failed", status=None))

    assert redirected(index)["final_url"] == U[1]


def test_links_over_http_and_https_share_a_key_and_not_a_redirect(index: Index) -> None:
    plain = "http://u0.example/"
    index.store(page(SOURCE, link(U[0]), link(plain)))

    index.store(redirect(plain, U[0]))

    assert "via" not in index.link(SOURCE, U[0])
    assert redirected(index, plain)["via"] == ["example.u0/"]
    assert len(index.links(target_key="example.u0/")) == 2


def test_a_loop_found_in_two_looks_keeps_the_link_at_its_last_url(index: Index) -> None:
    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1]))
    index.store(redirect(U[1], U[0]))

    assert redirected(index)["final_url"] == U[1]
    assert [hop["url"] for hop in redirected(index)["hops"]] == [U[0], U[1]]

    index.store(page(U[1], on=2))

    assert [hop["url"] for hop in redirected(index)["hops"]] == [U[0]]


def test_a_meta_refresh_is_a_hop_and_keeps_its_page(index: Index) -> None:
    index.store(page(SOURCE, link(U[0])), redirect(U[0], U[1], 200, kind="meta_refresh"))

    assert redirected(index)["hops"] == [{"url": U[0], "status": 200, "kind": "meta_refresh"}]


def test_lost_and_changed_links_follow_their_redirect_too(index: Index) -> None:
    index.store(page(SOURCE, link(U[0], "old")))
    index.store(page(SOURCE, on=2))
    index.store(redirect(U[0], U[1], on=3))
    assert (redirected(index)["final_url"], index.link(SOURCE, U[0])["lost_at"]) == (U[1], day(2))

    index.store(page(SOURCE, link(U[0], "new"), on=4))

    assert (redirected(index)["final_url"], index.link(SOURCE, U[0])["anchor"]) == (U[1], "new")


def test_a_redirect_marks_the_domains_on_both_ends(index: Index) -> None:
    index.store(page(SOURCE, link(U[0])))
    index.db["dirty"].delete_many({})
    index.batches.forget()

    index.store(redirect(U[0], U[1]))

    assert {mark["_id"] for mark in index.db["dirty"].find()} == {"u0.example", "u1.example"}


def test_a_sweep_resolves_links_another_writer_stored_meanwhile(index: Index) -> None:
    index.store(redirect(U[0], U[1]))
    row = encode_page(page(SOURCE, link(U[0])))
    index.writes.insert("links", [row.links])

    index.batches.sweep_redirects(DAY_ONE)

    assert redirected(index)["final_url"] == U[1]


def test_a_sweep_looks_at_the_redirects_since_its_date_alone(index: Index) -> None:
    index.store(redirect(U[0], U[1]))
    index.writes.insert("links", [encode_page(page(SOURCE, link(U[0]))).links])

    index.batches.sweep_redirects(day(2))

    assert "via" not in redirected(index)
