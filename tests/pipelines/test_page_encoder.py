"""The bytes of a page's links are those of the plain documents, built here the slow and readable way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlink_spider.items import Hop, Link, Page
from link_index.documents import link_id, page_hash, unpack_links
from link_index.page_write import CODEC, PageWrite
from link_index.urls import target
from pipelines import link_segments
from pipelines.page_encoder import encode_page
from tests.crawled import DAY_ONE, link, page

if TYPE_CHECKING:
    from uuid import UUID

    from link_index.documents import Document

SOURCE = "https://www.source.example/page"


pytestmark = pytest.mark.usefixtures("loops")


def plain_links(found: Page) -> list[Document]:
    """What `encode_page` says in bytes."""
    rows: dict[tuple[str, str], dict[tuple[str, tuple[str, ...]], list[Link]]] = {}
    for each in found.links:
        variants = rows.setdefault((each.target.url, each.link_type), {})
        variants.setdefault((each.anchor, each.rel), []).append(each)
    documents = []
    for (url, link_type), variants in rows.items():
        for k, same in enumerate(variants.values()):
            document = plain_link(found, same[0], link_id(found.url, url, link_type, k), len(same))
            if all(each.hidden for each in same):
                document["hidden"] = same[0].hidden
            documents.append(document)
    return documents


def plain_link(found: Page, each: Link, identity: UUID, occurrences: int) -> Document:
    assert found.outbound is not None
    assert each.label is not None
    return {
        "_id": identity,
        "source_url": found.url,
        "source_domain": found.target.domain,
        "target_url": each.target.url,
        "target_key": each.target.key,
        "target_domain": each.target.domain,
        "anchor": replaced(each.anchor),
        "text_before": replaced(each.text_before),
        "text_after": replaced(each.text_after),
        "occurrences": occurrences,
        "link_type": each.link_type,
        "rel": [replaced(token) for token in each.rel],
        "dofollow": each.label.dofollow,
        "nofollow": each.label.nofollow,
        "ugc": each.label.ugc,
        "sponsored": each.label.sponsored,
        "nofollow_by": list(each.label.nofollow_by),
        "is_internal": each.is_internal,
        "placement": each.placement,
        "source_external_links": found.outbound.external,
        "source_internal_links": found.outbound.internal,
        "first_seen": found.fetched_at,
    }


def replaced(text: str) -> str:
    return "".join("\ufffd" if 0xD800 <= ord(character) < 0xE000 else character for character in text)


def decoded(write: PageWrite) -> list[Document]:
    return [bson.decode(each, CODEC) for each in write.links]


def by_id(documents: list[Document]) -> dict[Any, Document]:
    return {document["_id"]: document for document in documents}


texts = st.text(max_size=30) | st.text(alphabet="a\0\ud800é𝔘 ", max_size=700)
links = st.builds(
    link,
    st.sampled_from(
        ["https://a.example/", "https://a.example/b?c=%20d", "https://www.source.example/", "http://[::1]/"]
    ),
    texts | st.just("twice"),
    st.sampled_from(["", "nofollow", "ugc sponsored", "noopener nofollow", "\ud800"]),
    link_type=st.sampled_from(["text", "image"]),
    placement=st.sampled_from(["content", "nav"]),
    hidden=st.sampled_from(["", "", "display", "size"]),
    text_before=texts,
    text_after=texts,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(links, max_size=12), st.sampled_from([(), ("meta_robots",), ("meta_robots", "x_robots_tag")]))
def test_encoded_links_decode_to_the_plain_documents(found: list[Link], nofollow_by: tuple[str, ...]) -> None:
    asked = page(SOURCE, *found, nofollow_by=nofollow_by)

    plain = plain_links(asked)
    write = encode_page(asked)

    assert by_id(decoded(write)) == by_id(plain)
    assert [link["target_url"] for link in decoded(write)] == write.targets
    assert [bson.encode(document, codec_options=CODEC) for document in decoded(write)] == write.links


@pytest.mark.parametrize("size", [0, 1, 126, 127, 128, 255, 599, 600, 5000, 70_000])
@pytest.mark.parametrize("character", ["a", "é", "\udfff"])
def test_texts_of_any_length_are_kept_whole(size: int, character: str) -> None:
    text = character * size
    asked = page(SOURCE, link("https://a.example/", text, text_before=text, text_after=text))

    assert decoded(encode_page(asked)) == plain_links(asked)


def test_rel_tokens_without_end_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_segments, "MAX_LABELS", 10)
    links = [link(f"https://a.example/{number}", rel=f"token{number}") for number in range(50)]
    asked = page(SOURCE, *links)

    assert by_id(decoded(encode_page(asked))) == by_id(plain_links(asked))
    assert len(link_segments._labels) <= 10


def test_a_link_document_reads_in_the_order_of_the_data_format() -> None:
    asked = page(SOURCE, link("https://a.example/", "a"))

    (document,) = decoded(encode_page(asked))

    assert list(document) == list(plain_links(asked)[0])


def test_the_same_target_anchor_and_rel_again_is_another_occurrence() -> None:
    same = [link("https://a.example/", "a", placement="nav"), link("https://a.example/", "a", placement="footer")]

    (document,) = decoded(encode_page(page(SOURCE, *same)))

    assert (document["occurrences"], document["placement"]) == (2, "nav")


@pytest.mark.parametrize(
    ("hidden", "told"), [(("display", ""), None), (("", "size"), None), (("size", "display"), "size")]
)
@pytest.mark.parametrize("anchors", [("a", "a"), ("other", "a", "a")])
def test_what_readers_see_once_is_not_hidden(
    hidden: tuple[str, ...], told: str | None, anchors: tuple[str, ...]
) -> None:
    states = ("",) * (len(anchors) - 2) + hidden
    found = [link("https://a.example/", anchor, hidden=state) for anchor, state in zip(anchors, states, strict=True)]

    *_, document = decoded(encode_page(page(SOURCE, *found)))

    assert (document["anchor"], document["occurrences"], document.get("hidden")) == ("a", 2, told)


def test_another_anchor_or_rel_is_another_link_numbered_in_document_order() -> None:
    found = [
        link("https://a.example/", "first"),
        link("https://a.example/", "second"),
        link("https://a.example/", "first", "nofollow"),
        link("https://a.example/", "second"),
        link("https://a.example/", "first", link_type="image"),
    ]

    documents = by_id(decoded(encode_page(page(SOURCE, *found))))

    assert documents[link_id(SOURCE, "https://a.example/", "text", 0)]["anchor"] == "first"
    assert documents[link_id(SOURCE, "https://a.example/", "text", 1)]["occurrences"] == 2
    assert documents[link_id(SOURCE, "https://a.example/", "text", 2)]["rel"] == ["nofollow"]
    assert documents[link_id(SOURCE, "https://a.example/", "image", 0)]["link_type"] == "image"


def test_links_are_numbered_by_target_and_by_every_other_anchor() -> None:
    found = [
        link(f"https://{name}.example/", anchor) for name in "ab" for anchor in ("one", "two", "three", "two", "three")
    ]

    documents = by_id(decoded(encode_page(page(SOURCE, *found))))

    for url in ("https://a.example/", "https://b.example/"):
        numbered = [documents[link_id(SOURCE, url, "text", k)] for k in range(3)]
        assert [(each["anchor"], each["occurrences"]) for each in numbered] == [("one", 1), ("two", 2), ("three", 2)]
    assert len(documents) == 6


def test_the_same_later_anchor_with_another_rel_is_another_link() -> None:
    found = [link("https://a.example/", anchor, rel) for anchor, rel in (("one", ""), ("two", ""), ("two", "ugc"))]

    assert [document["rel"] for document in decoded(encode_page(page(SOURCE, *found)))] == [[], [], ["ugc"]]


def test_a_page_nobody_counted_has_no_outbound_links() -> None:
    found = page(SOURCE, link("https://a.example/"))
    found.outbound = None

    (document,) = decoded(encode_page(found))

    assert (document["source_external_links"], document["source_internal_links"]) == (0, 0)


def test_a_page_that_was_not_fetched_says_why() -> None:
    assert encode_page(page(SOURCE, outcome="failed", status=None, reason="dns")).page["reason"] == "dns"


def test_identity_survives_another_anchor_and_the_digest_does_not() -> None:
    before = encode_page(page(SOURCE, link("https://a.example/", "old")))
    after = encode_page(page(SOURCE, link("https://a.example/", "new")))

    assert unpack_links(before.packed).keys() == unpack_links(after.packed).keys()
    assert before.packed != after.packed


@pytest.mark.parametrize(
    "changed",
    [
        {"anchor": "x"},
        {"rel": "ugc"},
        {"placement": "nav"},
        {"hidden": "display"},
        {"text_before": "x"},
        {"text_after": "x"},
        {"anchor": "anchorbefore", "text_before": ""},
    ],
)
def test_the_digest_covers_every_mutable_field(changed: dict[str, str]) -> None:
    before = encode_page(page(SOURCE, link("https://a.example/")))
    after = encode_page(page(SOURCE, link("https://a.example/", **changed)))  # type: ignore[arg-type]

    assert before.packed != after.packed


def test_the_digest_ignores_when_it_was_seen_and_what_else_the_page_links_to() -> None:
    before = encode_page(page(SOURCE, link("https://a.example/")))
    after = encode_page(page(SOURCE, link("https://a.example/"), on=9, self_links=3))

    assert before.packed == after.packed


def test_packed_ids_name_the_links_in_their_order() -> None:
    write = encode_page(page(SOURCE, link("https://a.example/"), link("https://b.example/")))

    assert [page_hash(SOURCE) + row for row in unpack_links(write.packed)] == [
        document["_id"].bytes for document in decoded(write)
    ]


def test_external_target_domains_are_those_whose_backlinks_change() -> None:
    found = [link("https://a.example/"), link("https://docs.source.example/"), link("https://www.a.example/x")]

    assert encode_page(page(SOURCE, *found)).domains == {"a.example"}


def test_a_link_without_a_label_is_an_error_of_the_settings() -> None:
    found = Page(SOURCE, target(SOURCE), 1, "page", DAY_ONE, links=[link("https://a.example/")])

    with pytest.raises(ValueError, match="label pipeline"):
        encode_page(found)


def test_the_page_document_leaves_out_what_is_empty() -> None:
    assert encode_page(page(SOURCE)).page == {
        "_id": SOURCE,
        "key": "example.source.www/page",
        "domain": "source.example",
        "status": 200,
        "outcome": "page",
        "depth": 0,
        "fetched_at": DAY_ONE,
        "noindex": False,
        "noarchive": False,
        "nofollow": False,
        "size": 0,
        "outbound": {"total": 0, "internal": 0, "external": 0, "dofollow": 0, "nofollow": 0, "domains": 0, "self": 0},
    }


def test_the_page_document_says_all_that_is_known_of_the_page() -> None:
    told = {
        "depth": 2,
        "title": "Title \ud800",
        "headings": ["Heading \ud800", "Second"],
        "site_name": "Site \ud800",
        "ip": "203.0.113.7",
        "language": "en",
        "canonical": "https://www.source.example/",
        "noindex": True,
        "noarchive": True,
        "nofollow_by": ("meta_robots",),
        "hops": (Hop("http://source.example/", 301, "http", SOURCE),),
        "self_links": 1,
        "skipped": {"mailto": 2},
        "content_hash": b"hash",
        "etag": '"e"',
        "last_modified": "Sun, 01 Nov 2026 12:00:00 GMT",
        "size": 17,
    }

    document = encode_page(page(SOURCE, link("https://a.example/"), **told)).page

    assert (document["title"], document["site_name"]) == ("Title \ufffd", "Site \ufffd")
    assert document["headings"] == ["Heading \ufffd", "Second"]
    assert document["nofollow"] is True
    assert document["nofollow_by"] == ("meta_robots",)
    assert document["hops"] == [{"url": "http://source.example/", "status": 301, "kind": "http"}]
    assert document["outbound"] == {
        "total": 2, "internal": 1, "external": 1, "dofollow": 0, "nofollow": 1, "domains": 1, "self": 1,
    }  # fmt: skip
    same = (
        "depth",
        "language",
        "canonical",
        "noindex",
        "noarchive",
        "skipped",
        "content_hash",
        "etag",
        "last_modified",
        "size",
        "ip",
    )
    assert {name: document[name] for name in same} == {name: told[name] for name in same}


@pytest.mark.parametrize(
    ("hop", "to"),
    [
        (Hop(SOURCE, 301, "http", "https://a.example/"), "https://a.example/"),
        (Hop(SOURCE, 301, "http", "http://a.example/"), "http://a.example/"),
        (Hop(SOURCE, 302, "http", ""), ""),
        (Hop(SOURCE, 302, "http", "app://a.example/"), ""),
        (Hop(SOURCE, 302, "http", SOURCE), SOURCE),
        (Hop(SOURCE, 200, "meta_refresh", "https://a.example/"), "https://a.example/"),
    ],
)
def test_a_hop_becomes_a_redirect(hop: Hop, to: str) -> None:
    asked = page(SOURCE, outcome="redirect", status=hop.status, hop=hop)

    assert encode_page(asked).redirect == {
        "_id": SOURCE,
        "key": "example.source.www/page",
        "to": to,
        "to_key": target(to).key if to else "",
        "status": hop.status,
        "kind": hop.kind,
        "seen_at": DAY_ONE,
    }


def test_a_page_that_refreshes_itself_redirects_nowhere() -> None:
    assert encode_page(page(SOURCE, hop=Hop(SOURCE, 200, "meta_refresh", SOURCE))).redirect is None


def test_a_page_survives_the_spool() -> None:
    found = [link("https://a.example/"), link("https://docs.source.example/")]
    write = encode_page(page(SOURCE, *found, page_id=7, hop=Hop(SOURCE, 200, "meta_refresh", "https://a.example/")))

    read = PageWrite.from_bson(write.to_bson())

    assert read.page == write.page
    assert (read.links, read.packed, read.targets) == (write.links, write.packed, write.targets)
    assert (read.domains, read.redirect, read.page_id) == (write.domains, write.redirect, 7)
