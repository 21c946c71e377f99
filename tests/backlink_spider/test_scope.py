from datetime import UTC, datetime

import pytest

from backlink_spider.items import Link, Page
from backlink_spider.scope import Scope, ScopeRules
from link_index.urls import target

SEEDS = [target("http://www.example.com/"), target("http://shop.example.org/")]


@pytest.mark.parametrize(
    ("rules", "url", "depth", "refusal"),
    [
        ({}, "http://example.com/a", 9, None),
        ({}, "http://elsewhere.net/", 9, None),
        ({"depth": 2}, "http://example.com/a", 2, None),
        ({"depth": 2}, "http://example.com/a", 3, "depth"),
        ({"depth": 0}, "http://example.com/a", 1, "depth"),
        ({"follow_external": False}, "http://elsewhere.net/", 1, "external"),
        ({"follow_external": False}, "http://blog.example.com/", 1, None),
        ({"follow_external": False, "subdomains": False}, "http://blog.example.com/", 1, "subdomain"),
        ({"subdomains": False}, "http://example.com/", 1, None),  # www. is no other site
        ({"subdomains": False}, "http://www.example.com/", 1, None),
        ({"subdomains": False}, "http://shop.example.org/", 1, None),
        ({"subdomains": False}, "http://www.shop.example.org/", 1, None),
        ({"subdomains": False}, "http://example.org/", 1, "subdomain"),
        ({"subdomains": False}, "http://elsewhere.net/", 1, None),
        ({"deny_domains": frozenset({"elsewhere.net"})}, "http://a.elsewhere.net/", 1, "denied_domain"),
        ({"deny_domains": frozenset({"elsewhere.net"})}, "http://a.elsewhere.net./", 1, "denied_domain"),
        ({"deny_domains": frozenset({"elsewhere.net"})}, "http://notelsewhere.net/", 1, None),
        ({"deny_domains": frozenset({"blog.example.com"})}, "http://blog.example.com/", 1, "denied_domain"),
        ({"deny_domains": frozenset({"example.com"})}, "http://www.example.com/", 1, "denied_domain"),
        (
            {"allow_domains": frozenset({"elsewhere.net"}), "deny_domains": frozenset({"a.elsewhere.net"})},
            "http://a.elsewhere.net/",
            1,
            "denied_domain",
        ),
        ({"allow_domains": frozenset({"elsewhere.net"})}, "http://a.elsewhere.net/", 1, None),
        ({"allow_domains": frozenset({"elsewhere.net"})}, "http://other.net/", 1, "not_allowed_domain"),
        ({"allow_domains": frozenset({"elsewhere.net"})}, "http://example.com/", 1, None),
        ({"allow_domains": frozenset({"x.net"}), "follow_external": False}, "http://x.net/", 1, None),
    ],
)
def test_the_rule_that_refuses_is_named(rules, url, depth, refusal):
    assert Scope(ScopeRules(**rules), SEEDS).refusal(target(url), depth) == refusal


def test_a_seed_added_later_belongs_to_the_scope():
    scope = Scope(ScopeRules(follow_external=False), SEEDS)
    scope.add_seed(target("https://new.net/"))
    assert scope.refusal(target("https://new.net/a"), 1) is None


def test_nothing_asked_is_everything_but_nofollow():
    assert ScopeRules() == ScopeRules(None, True, True, False, frozenset(), frozenset())


@pytest.mark.parametrize(
    ("link_type", "rel", "page_level", "follow_nofollow", "leads_on"),
    [
        ("text", (), (), False, True),
        ("image", (), (), False, True),
        ("area", (), (), False, True),
        ("iframe", (), (), False, True),
        ("frame", (), (), False, True),
        ("form", (), (), False, False),
        ("canonical", ("canonical",), (), False, False),
        ("alternate", ("alternate",), (), False, False),
        ("text", ("noopener", "nofollow"), (), False, False),
        ("text", ("noopener", "external"), (), False, True),
        ("text", ("ugc",), (), False, False),
        ("text", ("sponsored",), (), False, False),
        ("text", (), ("meta_robots",), False, False),
        ("text", ("nofollow",), ("x_robots_tag",), True, True),
        ("form", (), (), True, False),
    ],
)
def test_links_of_some_types_and_labels_lead_on(link_type, rel, page_level, follow_nofollow, leads_on):
    page = Page("http://example.com/", SEEDS[0], 1, "page", datetime.now(UTC), nofollow_by=page_level)
    link = Link(SEEDS[1], link_type, "", rel, "content", "", "")
    page.links = [link]
    targets, kept_back = Scope(ScopeRules(follow_nofollow=follow_nofollow), SEEDS).leading_on(page)
    assert (link.target in targets) is leads_on
    assert kept_back == (not leads_on and link_type == "text")


@pytest.mark.parametrize(
    ("rules", "needed"),
    [
        (ScopeRules(), False),
        (ScopeRules(depth=1, deny_domains=frozenset({"a.org"})), False),
        (ScopeRules(follow_external=False), True),
        (ScopeRules(subdomains=False), True),
        (ScopeRules(allow_domains=frozenset({"a.org"})), True),
    ],
)
def test_seeds_are_needed_where_the_rules_ask_for_them(rules, needed):
    assert Scope(rules, []).needs_seeds is needed
