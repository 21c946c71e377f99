import re
from pathlib import Path

import pytest

from backlink_spider.errors import BadOption, BadSeed
from backlink_spider.options import frontier_path, read_options, rules_of
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
        (" a.com,,b.com \n c.com,", ["http://a.com/", "http://b.com/", "http://c.com/"]),
        ("http://a.com/x,y,http://b.com/", ["http://a.com/x,y", "http://b.com/"]),
        ("https://a.com/x,https:y", ["https://a.com/x,https:y"]),
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


@pytest.mark.parametrize(
    ("name", "setting", "value", "read"),
    [
        ("depth", "BACKLINKS_MAX_DEPTH", 3, 3),
        ("pages", "BACKLINKS_MAX_PAGES", 3, 3),
        ("pages_per_domain", "BACKLINKS_MAX_PAGES_PER_DOMAIN", "3", 3),
        ("pages_per_host", "BACKLINKS_MAX_PAGES_PER_HOST", "4", 4),
        ("follow_external", "BACKLINKS_FOLLOW_EXTERNAL", False, False),
        ("subdomains", "BACKLINKS_SUBDOMAINS", False, False),
        ("follow_nofollow", "BACKLINKS_FOLLOW_NOFOLLOW", True, True),
        ("allow_domains", "BACKLINKS_ALLOW_DOMAINS", ["a.com"], ["a.com"]),
        ("deny_domains", "BACKLINKS_DENY_DOMAINS", "b.com a.com", ["a.com", "b.com"]),
        ("deny_domains", "BACKLINKS_DENY_DOMAINS", None, []),
    ],
)
def test_an_argument_and_a_setting_mean_the_same(name, setting, value, read):
    by_setting = read_options({"seeds": "example.com"}, {**SETTINGS, setting: value})
    assert by_setting.as_document()[name] == read
    if value is not None:
        assert options(**{name: value}) == by_setting


def test_the_scope_is_kept_whole():
    scope = {
        "depth": 1, "pages": 2, "pages_per_domain": 3, "pages_per_host": 4, "follow_external": False,
        "subdomains": False, "follow_nofollow": True, "allow_domains": ["a.com"], "deny_domains": ["b.com"],
    }  # fmt: skip
    assert options(**scope).as_document() == scope


@pytest.mark.parametrize(
    ("word", "on"),
    [
        ("1", True), ("true", True), ("True", True), ("yes", True), ("ON", True), (1, True), (True, True),
        ("0", False), ("false", False), ("False", False), ("no", False), ("OFF", False), (0, False), (False, False),
    ],
)  # fmt: skip
def test_a_switch_takes_the_usual_words(word, on):
    assert options(subdomains=word).rules.subdomains is on


@pytest.mark.parametrize("name", ["a", "m", "z", "A", "M", "Z", "0", "5", "9", "weekly.2026-11_a", "x" * 64])
def test_a_crawl_can_be_named(name):
    assert options(name=name).crawl_id == name


def test_scrapyd_may_name_a_crawl_by_another_word():
    assert options(crawl="weekly").crawl_id == "weekly"


@pytest.mark.parametrize("name", ["-x", ".x", "_x", "x" * 65, "a/b", "a b", "\u00e4", "a\u00e4", "x\n"])
def test_a_name_is_fit_for_a_folder(name):
    with pytest.raises(BadOption, match="name takes letters"):
        options(name=name)


def test_a_crawl_without_seeds_is_a_mistake():
    with pytest.raises(BadSeed, match="at least one seed"):
        read_options({}, SETTINGS)


def test_an_empty_argument_is_no_limit():
    assert (options(depth="").rules.depth, options(pages="").pages) == (None, None)


def test_no_limit_is_zero():
    assert options(pages="0").pages is None
    assert options(pages_per_domain="0").pages_per_domain is None
    assert options(depth="0").rules.depth == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"depth": "two"}, "depth takes a whole number from 0, not 'two'"),
        ({"pages": "-1"}, "pages takes a whole number"),
        ({"pages": "\u0663"}, "pages takes a whole number"),
        ({"pages": "1.5"}, "pages takes a whole number"),
        ({"deny_domains": "a.com/x"}, "deny_domains takes domains"),
        ({"deny_domains": ["a b"]}, "deny_domains takes domains"),
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
    assert re.fullmatch(r"example\.com-[0-9a-f]{8}", options().crawl_id)
    others = [
        {"seeds": "example.org"}, {"seeds": "example.com/x"}, {"seeds": "example.com example.org"}, {"depth": "1"},
        {"pages": "1"}, {"pages_per_domain": "1"}, {"pages_per_host": "1"}, {"follow_external": "0"},
        {"subdomains": "0"}, {"follow_nofollow": "1"}, {"allow_domains": "a.com"}, {"deny_domains": "a.com"},
    ]  # fmt: skip
    assert len({options(**other).crawl_id for other in [{}, *others]}) == 1 + len(others)
    assert options(allow_domains="a.com b.com").crawl_id == options(allow_domains="b.com,a.com").crawl_id
    assert options(name="weekly").crawl_id == "weekly"


def test_the_crawl_id_of_an_address_is_fit_for_a_folder():
    assert re.fullmatch(r"2001-db8--1-[0-9a-f]{8}", options(seeds="http://[2001:db8::1]:81/").crawl_id)


def test_each_crawl_has_a_frontier_of_its_own():
    assert frontier_path(Path("data"), options(name="weekly")) == Path("data/crawls/weekly/frontier.sqlite")


@pytest.mark.parametrize(
    ("words", "hosts"),
    [
        ("a.com", {"a.com"}),
        ("*.a.com WWW.b.org", {"a.com", "www.b.org"}),
        ("b\u00fccher.example", {"xn--bcher-kva.example"}),
        ("127.0.0.1, localhost", {"127.0.0.1", "localhost"}),
    ],
)
def test_domains_are_hosts_their_sub_domains_included(words, hosts):
    assert options(deny_domains=words).rules.deny_domains == hosts


@pytest.mark.parametrize("word", [".com", "a..com", "-", "http:", "user@a.com", "a.com?x", "a.com:80", "a.com\\x", "*"])
def test_what_no_host_can_match_is_no_domain(word):
    with pytest.raises(BadOption, match="takes domains such as"):
        options(allow_domains=word)


def test_a_shared_crawl_may_be_joined_by_its_name_alone():
    shared = {**SETTINGS, "BACKLINKS_SHARED_CRAWL": True}
    read = read_options({"name": "news", "label": "2026-11-24", "workers": "3"}, shared)
    assert (read.seeds, read.crawl_id, read.label, read.workers) == ((), "news", "2026-11-24", 3)
    with pytest.raises(BadSeed):
        read_options({}, shared)
    with pytest.raises(BadSeed):
        read_options({"name": "news"}, SETTINGS)


@pytest.mark.parametrize("arguments", [{"label": "x"}, {"workers": 2}])
def test_only_a_shared_crawl_has_a_label_and_workers(arguments):
    with pytest.raises(BadOption, match="REDIS_URL"):
        options(**arguments)


def test_the_rules_are_told_without_budgets_and_read_back():
    budgets = {"pages": 5, "pages_per_domain": 1, "pages_per_host": 1}
    read = options(depth=2, follow_external=0, allow_domains="a.com b.org", **budgets)
    document = read.rules_document()
    assert not set(budgets) & set(document)
    assert rules_of(document) == read.rules
