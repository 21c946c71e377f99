"""What the real-documentation check expects of the index, and that it sees whatever is not so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from backlinks.web_folder import Answer
from benchmarks.real_docs.compare import StoredPage, differences
from benchmarks.real_docs.corpus import Site
from benchmarks.real_docs.documentation import expected_pages
from benchmarks.real_docs.expected import ExpectedPage, domain
from benchmarks.real_docs.static_web import StaticWeb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.real_docs.reference import Reading

from urllib.parse import urldefrag, urljoin, urlsplit

from benchmarks.real_docs import reference

ROOT = "http://docs.example.test/manual/"
FRONT = '<title>Front</title><a href="two.html">Two</a> <a href="two.html#x">Two</a> <a href="#top">up</a>'
PAGES = {
    "index.html": f'{FRONT} <a href="http://other.test/" rel="ugc">Other</a> <a href="mailto:a@b">mail</a>',
    "two.html": '<a href="folder">Folder</a> <a href="missing.html" rel="nofollow">not followed</a>',
    "folder/index.html": '<meta name=robots content="none"><a href="../file.txt">text</a>',
    "file.txt": "plain",
    "unreached.html": "nobody links here",
}


class Urls:
    """Stands in for the Node.js process, for URLs that need no standard."""

    def resolve(
        self, page: str, base: str | None, encoding: str, hrefs: Sequence[str]
    ) -> list[tuple[str, str, str] | None]:
        urls = [urldefrag(urljoin(base or page, href)).url for href in hrefs]
        return [(urlsplit(url).scheme, url, urlsplit(url).hostname or "") for url in urls]


class Now:
    """Reads at once what the real one reads on two processes."""

    def of(self, jobs: Iterable[tuple[bytes, str | None]]) -> Iterator[Reading]:
        return (reference.read(*job) for job in jobs)


@pytest.fixture
def web(tmp_path: Path) -> StaticWeb:
    for name, text in PAGES.items():
        file = tmp_path / "package" / "usr" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "secret").write_text("of this machine")
    (tmp_path / "package" / "usr" / "out.html").symlink_to(tmp_path / "secret")
    return StaticWeb([Site("package", "usr", ROOT, charset="utf-8")], tmp_path)


@pytest.fixture
def expected(web: StaticWeb) -> dict[str, ExpectedPage]:
    return expected_pages(web, [ROOT], Now(), Urls())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "status", "headers"),
    [
        ("", 200, {"Content-Type": "text/html; charset=utf-8"}),
        ("two.html?x=1", 200, {"Content-Type": "text/html; charset=utf-8"}),
        ("file.txt", 200, {"Content-Type": "text/plain"}),
        ("folder", 301, {"Content-Type": "text/html", "Location": f"{ROOT}folder/"}),
        ("missing.html", 404, {"Content-Type": "text/html"}),
        ("out.html", 404, {"Content-Type": "text/html"}),
        ("../../../secret", 404, {"Content-Type": "text/html"}),
    ],
)
def test_the_packages_are_served_as_by_a_static_server(
    web: StaticWeb, path: str, status: int, headers: dict[str, str]
) -> None:
    answer = web.answer(ROOT + path)
    assert isinstance(answer, Answer)
    assert (answer.status, dict(answer.headers)) == (status, headers)


def test_another_host_is_none_of_this_web(web: StaticWeb) -> None:
    assert web.answer("http://other.test/") is None


def test_the_crawl_is_expected_to_reach_what_followed_links_and_redirects_lead_to(
    expected: dict[str, ExpectedPage],
) -> None:
    assert {url.removeprefix(ROOT): page.outcome for url, page in expected.items()} == {
        "": "page",
        "two.html": "page",
        "folder": "redirect",
        "folder/": "page",
    }


def test_links_are_folded_labelled_and_counted(expected: dict[str, ExpectedPage]) -> None:
    front = expected[ROOT]
    assert {(link.target, link.dofollow, link.nofollow_by): times for link, times in front.links.items()} == {
        (f"{ROOT}two.html", True, ()): 2,
        ("http://other.test/", False, ("rel",)): 1,
    }
    assert front.outbound == {
        "total": 4, "internal": 3, "external": 1, "dofollow": 2, "nofollow": 0, "self": 1, "domains": 1,
    }  # fmt: skip
    assert front.skipped == {"mailto": 1}
    assert [link.nofollow_by for link in expected[f"{ROOT}folder/"].links] == [("meta_robots",)]


@pytest.mark.parametrize(
    ("host", "registrable"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("a.github.io", "a.github.io"),
        ("github.io", "github.io"),
        ("docs.python.test", "python.test"),
        ("192.0.2.1", "192.0.2.1"),
        ("localhost", "localhost"),
    ],
)
def test_the_registrable_domain_is_the_public_suffix_lists(host: str, registrable: str) -> None:
    assert domain(host) == registrable


def stored(expected: dict[str, ExpectedPage]) -> dict[str, StoredPage]:
    """An index that holds just what is expected."""
    redirects = {url: page.redirect for url, page in expected.items() if page.redirect}
    return {
        url: StoredPage(
            {
                "outcome": page.outcome,
                "status": page.status,
                "title": page.title,
                "outbound": page.outbound,
                "skipped": dict(page.skipped),
            },
            [
                {
                    "target_url": link.target,
                    "link_type": link.link_type,
                    "anchor": link.anchor,
                    "rel": list(link.rel),
                    "dofollow": link.dofollow,
                    "nofollow_by": list(link.nofollow_by),
                    "occurrences": times,
                    "placement": page.placements[link],
                    **({"final_url": redirects[link.target], "via": ["key"]} if link.target in redirects else {}),
                }
                for link, times in page.links.items()
            ],
        )
        for url, page in expected.items()
    }


def told(expected: dict[str, ExpectedPage], index: dict[str, StoredPage]) -> list[tuple[str, str]]:
    found = differences(expected, index, whole=True)
    return [(difference.kind, difference.page.removeprefix(ROOT)) for difference in found]


def test_an_index_as_expected_shows_no_difference(expected: dict[str, ExpectedPage]) -> None:
    assert told(expected, stored(expected)) == []


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("anchor", "Three", "link: anchor"),
        ("rel", ["nofollow"], "link: rel"),
        ("dofollow", False, "link: dofollow"),
        ("nofollow_by", ["meta_robots"], "link: nofollow_by"),
        ("placement", "nav", "link: placement"),
        ("occurrences", 1, "link missing"),
        ("occurrences", 3, "link not expected"),
        ("final_url", "http://elsewhere.test/", "final target"),
    ],
)
def test_a_link_stored_otherwise_is_a_difference(
    expected: dict[str, ExpectedPage], field: str, value: Any, kind: str
) -> None:
    index = stored(expected)
    index[ROOT].links[0][field] = value
    assert told(expected, index) == [(kind, "")]


def test_links_and_pages_too_many_or_too_few_are_differences(expected: dict[str, ExpectedPage]) -> None:
    index = stored(expected)
    surplus = index[ROOT].links.pop() | {"target_url": "http://invented.test/"}
    index[f"{ROOT}two.html"].links.append(surplus)
    index[f"{ROOT}unreached.html"] = index.pop(f"{ROOT}folder/")
    index[f"{ROOT}folder"].page["status"] = 302
    assert sorted(told(expected, index)) == [
        ("link missing", ""),
        ("link not expected", "two.html"),
        ("page not crawled", "folder/"),
        ("page not expected", "unreached.html"),
        ("status", "folder"),
    ]
