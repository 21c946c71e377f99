"""Pairs of referring pages that differ in one quality: crawled, scored and explained as a user does it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from backlinks.cli import main
from link_index import connection
from tests import quality_pairs
from tests.quality_pairs import EQUALS, PAIRS, TARGET, Pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.end_to_end.crawls import Crawl

Explained = dict[str, Any]


@pytest.fixture(scope="module")
def scored(new_crawl: Callable[..., Crawl], tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """The web of all pairs, crawled and scored."""
    folder = tmp_path_factory.mktemp("pairs")
    quality_pairs.write_web(folder)
    crawl = new_crawl(folder)
    crawl.run(*quality_pairs.SEEDS, "--depth", "3")
    seeds = folder / "trusted.toml"
    seeds.write_text(f'name = "ours"\nversion = "1"\n[[seed]]\ndomain = "{quality_pairs.TRUSTED}"\n')
    crawl.command("score", "--trusted", str(seeds))
    return crawl


@pytest.fixture(scope="module")
def explained(scored: Crawl) -> Callable[[str], Explained]:
    """What `backlinks explain` says of the link of a page to the target."""
    runner = CliRunner(env={connection.URI_VARIABLE: scored.uri})

    @cache
    def explanation(source: str) -> Explained:
        result = runner.invoke(main, ["explain", source, TARGET, "--format", "json"])
        assert result.exit_code == 0, result.output
        [found] = json.loads(result.stdout)
        assert isinstance(found, dict)
        return found

    return explanation


def reckoned(found: Explained) -> dict[str, float]:
    """All parts and factors by name; a factor twice counts twice."""
    amounts = {part["name"]: part["points"] for part in found["parts"]}
    for factor in found["factors"]:
        amounts[factor["name"]] = amounts.get(factor["name"], 1.0) * factor["factor"]
    return amounts


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_of_two_links_that_differ_in_one_quality_the_better_is_worth_more(
    explained: Callable[[str], Explained], pair: Pair
) -> None:
    better, worse = explained(pair.better), explained(pair.worse)
    one, other = reckoned(better), reckoned(worse)
    assert {name for name in {**one, **other} if one.get(name) != other.get(name)} == pair.differs
    assert better["value"] > worse["value"]


@pytest.mark.parametrize("pair", EQUALS, ids=[pair.name for pair in EQUALS])
def test_equal_links_are_worth_the_same(explained: Callable[[str], Explained], pair: Pair) -> None:
    one, other = explained(pair.better), explained(pair.worse)
    assert one["value"] == other["value"]
    assert reckoned(one) == reckoned(other)


def test_what_is_explained_is_what_the_index_holds(explained: Callable[[str], Explained]) -> None:
    for pair in [*PAIRS, *EQUALS]:
        for source in (pair.better, pair.worse):
            found = explained(source)
            assert found["value"] == found["scores"]["value"], source
