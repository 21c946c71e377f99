import pytest

from backlink_spider.errors import BadOption
from backlink_spider.options import read_options
from settings import base

SETTINGS = vars(base)


def options(**arguments):
    return read_options({"seeds": "example.com", **arguments}, SETTINGS)


@pytest.mark.parametrize(
    ("seeds", "urls"),
    [
        ("example.com example.org", ["http://example.com/", "http://example.org/"]),
        ("example.com,example.org", ["http://example.com/", "http://example.org/"]),
        ("https://a.com/x,y,https://b.com/", ["https://a.com/x,y", "https://b.com/"]),
        (["https://a.com/x,y"], ["https://a.com/x,y"]),
    ],
)
def test_seeds_are_parted_by_white_space_and_commas(seeds, urls):
    assert [seed.url for seed in options(seeds=seeds).seeds] == urls


def test_defaults_are_the_settings():
    read = options()
    assert (read.rules.depth, read.pages, read.pages_per_domain) == (None, 10_000, None)
    assert read.rules.follow_external
    assert not read.rules.follow_nofollow


def test_an_argument_wins_over_the_setting():
    read = read_options({"seeds": "a.com", "depth": "2"}, {**SETTINGS, "BACKLINKS_MAX_DEPTH": 5})
    assert read.rules.depth == 2


def test_a_setting_from_the_command_line_is_text():
    settings = {**SETTINGS, "BACKLINKS_FOLLOW_EXTERNAL": "False", "BACKLINKS_ALLOW_DOMAINS": "A.com, b.org"}
    read = read_options({"seeds": "a.com"}, settings)
    assert not read.rules.follow_external
    assert read.rules.allow_domains == {"a.com", "b.org"}


def test_no_limit_is_zero():
    assert options(pages="0").pages is None
    assert options(depth="0").rules.depth == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"depth": "two"}, "depth takes a whole number from 0, not 'two'"),
        ({"pages": "-1"}, "pages takes a whole number"),
        ({"follow_external": "maybe"}, "follow_external takes 1 or 0"),
        ({"deny_domains": "http://a.com/x"}, "deny_domains takes domains"),
        ({"name": "../x"}, "name takes letters"),
        ({"dpeth": "1"}, "no spider argument 'dpeth'"),
    ],
)
def test_a_wrong_option_is_said_in_one_sentence(arguments, said):
    with pytest.raises(BadOption, match=said):
        options(**arguments)


def test_the_job_that_scrapyd_adds_is_no_mistake():
    assert options(_job="x").seeds


def test_the_crawl_id_follows_seeds_and_scope():
    assert options().crawl_id == options().crawl_id
    assert options().crawl_id.startswith("example.com-")
    assert len({options().crawl_id, options(depth="1").crawl_id, options(seeds="example.org").crawl_id}) == 3
    assert options(name="weekly").crawl_id == "weekly"
