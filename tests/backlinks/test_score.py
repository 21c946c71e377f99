"""`backlinks score` and `backlinks explain` as a person meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from backlinks.cli import main
from backlinks.score_progress import line
from link_index import connection
from link_index.scoring.score_job import Told
from tests.known_links import HOSTILE, NOFOLLOW
from tests.scored_web import crawled, linked, store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pymongo.database import Database

    from link_index.documents import Document

HOME = "https://example.com/"
PAGE = "https://hub.example/kettles"
OUT = "https://hub.example/out.php?url=https%3A%2F%2Fexample.org%2F"
INTERNAL = "It is an internal link: only one from another domain is a backlink and has a value."
REDIRECTED = {
    "via": ["example.moved/go"],
    "hops": [{"url": "https://moved.example/go", "status": 302, "kind": "http"}],
    "final_url": HOME,
}


@pytest.fixture
def backlinks(db_uri: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv(connection.URI_VARIABLE, db_uri)
    monkeypatch.delenv("BACKLINKS_TRUSTED_SEEDS", raising=False)
    return lambda *words: CliRunner().invoke(main, list(words))


@pytest.fixture
def web(db: Database[Document]) -> Database[Document]:
    links = [
        linked(PAGE, "https://moved.example/go", "kettles of copper", **NOFOLLOW, **REDIRECTED),
        linked(PAGE, f"{HOME}other", HOSTILE),
        linked(PAGE, "https://hub.example/about", "about"),
        linked(PAGE, OUT, "over there"),
        linked(PAGE, "https://moved.example/out.php?url=https://example.com/", "by script", **REDIRECTED),
        linked("https://fan.example/", PAGE, "the hub"),
    ]
    of_page, fan = links[:-1], links[-1]
    for each in of_page:
        each.update(source_external_links=2, source_internal_links=1)
    pages = [
        crawled(
            PAGE,
            title="Copper kettles",
            language="en",
            links=b"".join(each["_id"].bytes[8:] + bytes(4) for each in of_page),
        ),
        crawled("https://fan.example/", title="Fan", links=fan["_id"].bytes[8:] + bytes(4)),
        crawled(HOME, title="Kettles of copper", language="en"),
    ]
    store(db, links, pages)
    return db


def test_score_says_what_it_did_and_what_would_make_it_better(web: Database[Document], backlinks: Any) -> None:
    result = backlinks("score")
    assert result.exit_code == 0, result.output
    first, *others = result.stdout.splitlines()
    assert first.startswith("Run 1: 6 pages of 3 domains ranked by 5 links, 4 backlinks valued (4 changed), in ")
    assert others == [
        "0 domains show signals of spam.",
        "No trusted domains were named, so there is no trust: --trusted FILE (docs/ranks.md).",
    ]
    assert "scoring links: 4 links scored, 4 changed  100%" in result.stderr


def test_the_seeds_of_the_environment_count_where_none_are_named(
    web: Database[Document], backlinks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = tmp_path / "seeds.toml"
    seeds.write_text('name = "ours"\nversion = "1"\n[[seed]]\ndomain = "fan.example"\n')
    monkeypatch.setenv("BACKLINKS_TRUSTED_SEEDS", str(seeds))
    said = backlinks("score").stdout
    assert "No trusted domains" not in said
    assert "1 of the 1 trusted domains are in the index." in said
    scored = web.domain_scores.find_one({"_id": "hub.example"})
    assert scored is not None
    assert scored["trust"] > 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--damping", "1.5"), "The damping factor is between 0 and 1, not 1.5; 0.85 is usual."),
        (("--tolerance", "0"), "The tolerance is between 1e-14 and 1, not 0.0; 1e-10 is usual."),
        (("--trusted", "nowhere.toml"), "There is no seed list nowhere.toml."),
    ],
)
def test_what_cannot_be_scored_by_is_refused_in_a_sentence(
    backlinks: Any, words: tuple[str, ...], sentence: str
) -> None:
    result = backlinks("score", *words)
    assert (result.exit_code, result.stderr) == (2, f"Error: {sentence}\n")


def test_a_link_is_explained_as_a_sum(web: Database[Document], backlinks: Any) -> None:
    backlinks("score")
    result = backlinks("explain", PAGE, HOME)
    assert result.exit_code == 0, result.output
    by_script, of_copper = result.stdout.split("\n\nhttps://hub", 1)
    assert "redirection script: " in by_script
    assert "the URL says that it leads to https://example.com/" in by_script
    lines = f"https://hub{of_copper}".splitlines()
    assert lines[0] == f'{PAGE} links to https://moved.example/go as "kettles of copper".'
    parts = [
        line.split() for line in lines if " of " in line and line.startswith("  ") and "100" not in line.split()[2]
    ]
    whole = sum(float(part[0]) for part in parts)
    [stored] = [row["scores"]["value"] for row in web.links.find({"target_url": "https://moved.example/go"})]
    assert len(parts) == 10
    assert whole * 0.3 * 0.95 == pytest.approx(stored, abs=0.1)
    assert "  x 0.30           nofollow        it is not dofollow" in lines
    assert "  x 0.95           http            an HTTP redirect stands between it and the target" in lines
    assert lines[-1].startswith("Words that both pages are about: ")
    assert f"It is worth {stored:.1f} of 100 by the scores of run 1" in lines[1]


def test_the_same_for_programs(web: Database[Document], backlinks: Any) -> None:
    backlinks("score")
    _, found = json.loads(backlinks("explain", PAGE, HOME, "--as", "url", "--format", "json").stdout)
    assert found["scores"]["value"] == found["value"]
    assert sum(part["of"] for part in found["parts"]) == pytest.approx(100)
    assert [factor["name"] for factor in found["factors"]] == ["nofollow", "http"]
    assert found["run"]["parameters"]["damping"] == 0.85


def test_all_links_to_a_domain_are_explained_and_no_string_of_a_page_reaches_the_terminal_as_it_is(
    web: Database[Document], backlinks: Any
) -> None:
    backlinks("score")
    result = backlinks("explain", PAGE, "example.com")
    assert result.stdout.count("It is worth") == 3
    assert "\x1b" not in result.stdout
    assert "<U+202E>evil<U+001B>[31m" in result.stdout


def test_other_rules_than_the_run_had_are_said_to_be_others(
    web: Database[Document], backlinks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backlinks("score")
    (tmp_path / "link_value.toml").write_text("[factors]\nnofollow = 0.9\n")
    monkeypatch.setenv("BACKLINKS_RULES_DIR", str(tmp_path))
    assert "then: the rules are others now." in backlinks("explain", PAGE, HOME).stdout


def test_a_page_that_changed_since_is_said_to_have_changed(web: Database[Document], backlinks: Any) -> None:
    backlinks("score")
    web.pages.update_one({"_id": PAGE}, {"$set": {"noindex": True}})
    assert "a crawl has changed the link or its page" in backlinks("explain", PAGE, HOME).stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("https://nowhere.example/", HOME), "The index has no page https://nowhere.example/: no crawl asked for it."),
        ((PAGE, "nowhere.example"), f"{PAGE} has no link to nowhere.example, and had none at an earlier look."),
        ((PAGE, "hub.example/about"), INTERNAL),
        (
            (PAGE, OUT),
            f"{INTERNAL} Its URL is a redirection script that leads on to https://example.org/; no crawl followed it.",
        ),
        ((PAGE, HOME), "The index has no scores yet; `backlinks score` computes them."),
    ],
)
def test_what_cannot_be_explained_is_said_in_a_sentence(
    web: Database[Document], backlinks: Any, words: tuple[str, ...], sentence: str
) -> None:
    result = backlinks("explain", *words)
    assert (result.exit_code, result.stderr) == (1, f"Error: {sentence}\n")


def test_progress_says_stage_share_and_time() -> None:
    assert line(Told("links", "20,000 links scored, 7 changed", 0.5), 3725) == (
        "scoring links: 20,000 links scored, 7 changed  50%  1:02:05"
    )
    assert line(Told("ranks", "page rank, iteration 3, error 1e-02"), 2) == (
        "ranking: page rank, iteration 3, error 1e-02  0:00:02"
    )
