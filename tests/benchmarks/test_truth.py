"""The judge: a crawl that recorded everything passes, and no mistake passes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from benchmarks.truth import expected_links, judge_items, judge_stored
from benchmarks.web import Web

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Documents = list[dict[str, Any]]
NAMES = ("occurrences", "dofollow", "nofollow", "ugc", "sponsored", "nofollow_by", "is_internal", "placement")


@pytest.fixture(scope="module")
def web() -> Web:
    return Web(pages=80)


@pytest.fixture
def documents(web: Web) -> Documents:
    """What a crawler without a mistake sends."""
    domains = {site.host: site.domain for site in web.plan.sites}
    return [
        {"_id": uuid4().bytes, "source_url": page.url, "target_url": target}
        | {"link_type": link_type, "anchor": anchor, "rel": list(rel)}
        | dict(zip(NAMES, facts, strict=True))
        for page in web.pages()
        for (target, link_type, anchor, rel), facts in expected_links(page, domains).items()
    ]


def test_a_crawl_that_recorded_everything_is_right(web: Web, documents: Documents) -> None:
    verdict = judge_stored(web, documents)
    assert verdict.is_right
    assert (verdict.expected, verdict.right) == (len(documents), len(documents))
    assert 5000 < verdict.expected < 7000


def _lose(documents: Documents) -> None:
    del documents[100]


def _invent(documents: Documents) -> None:
    documents.append({**documents[100], "_id": uuid4().bytes, "target_url": "http://invented.test/"})


def _send_twice(documents: Documents) -> None:
    documents.append({**documents[100]})


def _share_an_id(documents: Documents) -> None:
    documents[100]["_id"] = documents[101]["_id"]


def _change(name: str, value: object) -> Callable[[Documents], None]:
    def change(documents: Documents) -> None:
        text = next(document for document in documents if document["link_type"] == "text" and document["dofollow"])
        text[name] = value

    return change


@pytest.mark.parametrize(
    ("mistake", "missing", "extra", "wrong"),
    [
        pytest.param(_lose, 1, 0, 0, id="a link lost"),
        pytest.param(_invent, 0, 1, 0, id="a link invented"),
        pytest.param(_send_twice, 0, 2, 0, id="a link sent twice"),
        pytest.param(_share_an_id, 0, 1, 0, id="two links with one id"),
        pytest.param(_change("anchor", "another"), 1, 1, 0, id="another anchor"),
        pytest.param(_change("rel", ["nofollow"]), 1, 1, 0, id="another rel"),
        pytest.param(_change("link_type", "image"), 1, 1, 0, id="another link type"),
        pytest.param(_change("source_url", "http://nowhere.test/"), 1, 1, 0, id="another page"),
        pytest.param(_change("dofollow", False), 0, 0, 1, id="a wrong label"),
        pytest.param(_change("nofollow_by", ["rel"]), 0, 0, 1, id="a wrong cause"),
        pytest.param(_change("placement", "head"), 0, 0, 1, id="a wrong placement"),
        pytest.param(_change("occurrences", 7), 0, 0, 1, id="a wrong number of occurrences"),
    ],
)
def test_no_mistake_passes(
    web: Web, documents: Documents, mistake: Callable[[Documents], None], missing: int, extra: int, wrong: int
) -> None:
    mistake(documents)
    verdict = judge_stored(web, documents)
    assert (verdict.missing, verdict.extra, verdict.wrong) == (missing, extra, wrong)
    assert not verdict.is_right
    assert verdict.examples or mistake is _share_an_id


def test_pairs_of_a_plain_crawler_are_compared_without_fragment_and_default_port(web: Web) -> None:
    items = [
        {"source": page.url, "target": f"http://{urlsplit(link.target).netloc}:80{_rest(link.target)}#part"}
        for page in web.pages()
        for link in page.links
        if link.link_type in ("text", "image", "area")
    ]
    assert judge_items(web, items).is_right
    assert judge_items(web, [*items, {"source": web.seeds[0], "target": "http://invented.test/"}]).extra == 1
    only_first = judge_items(web, items[:1])
    assert only_first.missing == only_first.expected - 1


def _rest(url: str) -> str:
    return url.removeprefix(f"http://{urlsplit(url).netloc}")


def test_our_crawler_is_measured_and_found_right(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    options = ["--pages", "60", "--repeats", "1", "--only", "ours", "--only", "lean", "--json", str(result)]
    subprocess.run([sys.executable, "-m", "benchmarks", *options], check=False, capture_output=True, timeout=120)
    found = json.loads(result.read_text())
    (ours,), (lean,) = found["runs"]["ours"], found["runs"]["lean"]
    assert (ours["exit_status"], ours["pages"], ours["distinct"]) == (0, 60, 60)
    assert ours["verdict"]["right"] == ours["verdict"]["expected"] > 3000
    assert (ours["verdict"]["extra"], ours["verdict"]["examples"]) == (0, [])
    assert (lean["pages"], lean["verdict"]) == (60, None)
    assert ours["cpu_seconds"] > 0
    assert ours["peak_mb"] > 30
