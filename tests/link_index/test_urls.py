from pathlib import Path

import pytest
from publicsuffixlist import PSLFILE, PublicSuffixList, encode_idn

from link_index.urls import Target, registrable_domain, resolve, reversed_host, target

BASE = "http://example.com/dir/page?q=1#top"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("http://example.org", "http://example.org/"),
        ("other", "http://example.com/dir/other"),
        ("/root", "http://example.com/root"),
        ("?x=2", "http://example.com/dir/page?x=2"),
        ("#part", "http://example.com/dir/page?q=1"),
        ("", "http://example.com/dir/page?q=1"),
        ("//example.org/x#y", "http://example.org/x"),
        ("../../../up", "http://example.com/up"),
        ("a/./b/../c", "http://example.com/dir/a/c"),
        ("\\back\\slash", "http://example.com/back/slash"),
        (" \t/spaced\n ", "http://example.com/spaced"),
        ("/a b", "http://example.com/a%20b"),
        ("/%7e%2f|^", "http://example.com/%7e%2f|%5E"),  # the path percent-encode set has ^ and no |
        ("http://EXAMPLE.org:80/A", "http://example.org/A"),
        ("https://example.org:443", "https://example.org/"),
        ("http://example.org:8080", "http://example.org:8080/"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[::1]:81/", "http://[::1]:81/"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("http://", None),
        ("http://exa mple.org/", None),
        ("http://example.org:99999/", None),
        ("http://[::1", None),
    ],
)
def test_an_href_resolves_as_the_url_standard_says(href, url):
    assert resolve(href, BASE) == url


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("http://user:secret@example.org/a", "http://example.org/a"),
        ("https://user@example.org:8080", "https://example.org:8080/"),
        ("//:secret@example.org/", "http://example.org/"),
        ("http://user:se@cret@example.org/", "http://example.org/"),
        ("http://user:secret%40a@example.org/?u=http://a:b@c.test/", "http://example.org/?u=http://a:b@c.test/"),
        ("http:\\\\user:secret@example.org\\a@b", "http://example.org/a@b"),
        ("http://user:secret@[::1]/", "http://[::1]/"),
        ("http://us\ner:sec\tret@example.org/", "http://example.org/"),
        ("http://example.org/@user:secret", "http://example.org/@user:secret"),
        ("http://example.org?@x", "http://example.org/?@x"),
        ("ftp://user:secret@example.org/", "ftp://example.org/"),
        ("git+ssh://user:secret@example.org/", "git+ssh://example.org/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("data:text/plain,http://a:b@c.test/", "data:text/plain,http://a:b@c.test/"),
        ("http://user:secret@/", None),
    ],
)
def test_no_url_has_a_user_and_a_password(href, url):
    assert resolve(href, BASE) == url
    assert resolve(href, "http://base:secret@example.com/dir/page") == url


def test_a_base_hands_no_credentials_on():
    assert resolve("other", "http://user:secret@example.com/dir/page") == "http://example.com/dir/other"


@pytest.mark.parametrize(
    ("url", "host", "domain", "key"),
    [
        ("http://www.example.com/pricing?x=1", "www.example.com", "example.com", "com.example.www/pricing?x=1"),
        ("https://www.example.com/pricing?x=1", "www.example.com", "example.com", "com.example.www/pricing?x=1"),
        ("http://example.com:8080/p", "example.com", "example.com", "com.example/:8080/p"),
        ("https://example.com:80/", "example.com", "example.com", "com.example/:80/"),
        ("http://a.github.io/", "a.github.io", "a.github.io", "io.github.a/"),
        ("http://x.a.github.io/", "x.a.github.io", "a.github.io", "io.github.a.x/"),
        ("http://shop.example.co.uk/", "shop.example.co.uk", "example.co.uk", "uk.co.example.shop/"),
        ("http://co.uk/", "co.uk", "co.uk", "uk.co/"),
        ("http://localhost/", "localhost", "localhost", "localhost/"),
        ("http://127.0.0.1:81/a", "127.0.0.1", "127.0.0.1", "127.0.0.1/:81/a"),
        ("http://[::1]/a", "[::1]", "[::1]", "[::1]/a"),
        ("http://user:secret@example.com/a", "example.com", "example.com", "com.example/a"),
        ("http://example.com/@x:y", "example.com", "example.com", "com.example/@x:y"),
        (
            "http://example.com/a/b/?u=http://b.test/c",
            "example.com",
            "example.com",
            "com.example/a/b/?u=http://b.test/c",
        ),
        ("http://1.2.3.4.example.com/", "1.2.3.4.example.com", "example.com", "com.example.4.3.2.1/"),
        ("http://example.com./a", "example.com", "example.com", "com.example/a"),
        ("http://example.com../a", "example.com..", "example.com..", "..com.example/a"),
        ("http://a..example.com/", "a..example.com", "a..example.com", "com.example..a/"),
        ("http://./a", ".", ".", "./a"),
        ("http://xn--bcher-kva.example/", "xn--bcher-kva.example", "xn--bcher-kva.example", "example.xn--bcher-kva/"),
    ],
)
def test_a_target_knows_its_host_domain_and_key(url, host, domain, key):
    found = target(url)
    assert (found.host, found.domain, found.key) == (host, domain, key)


def test_targets_are_equal_by_url_and_shared():
    assert Target("http://a.com/") == Target("http://a.com/") != Target("http://b.com/")
    assert target("http://a.com/") is target("http://a.com/")
    assert len({Target("http://a.com/"), Target("http://a.com/")}) == 1
    assert Target("http://a.com/") != "http://a.com/"
    assert repr(Target("http://a.com/")) == "Target('http://a.com/')"


def test_keys_of_a_domain_and_its_subdomains_lie_together():
    """`.`, `/` and `0` are adjacent bytes: one range holds a host, another its sub-domains, nothing else."""
    keys = sorted(
        target(f"http://{host}/").key
        for host in ("example.com", "a.example.com", "example.com-x.net", "examplea.com", "example-b.com", "z.com")
    )
    assert [key for key in keys if "com.example." <= key < "com.example0"] == ["com.example.a/", "com.example/"]


@pytest.mark.parametrize("host", ["com", "co.uk", "localhost", "example.com", "github.io"])
def test_the_dot_of_the_root_makes_no_other_domain(host):
    assert registrable_domain(f"{host}.") == registrable_domain(host) == host


@pytest.mark.parametrize("host", ["", "com", "a.b.c.d.e", "1.2.3", "256.1.1.1.1"])
def test_odd_hosts_have_a_domain(host):
    assert registrable_domain(host) or host == ""


def test_reversing_keeps_addresses():
    assert reversed_host("10.0.0.1") == "10.0.0.1"
    assert reversed_host("192.168.100.200") == registrable_domain("192.168.100.200") == "192.168.100.200"
    assert reversed_host("[::1]") == registrable_domain("[::1]") == "[::1]"
    assert reversed_host("a.b.c") == "c.b.a"


def test_every_rule_of_the_list_counts_as_in_the_list_that_encodes_them_all() -> None:
    lines = Path(PSLFILE).read_text("utf-8").splitlines()
    rules = [encode_idn(line.lstrip("*.!")) for line in lines if line and not line.startswith("//")]
    assert sum(rule.startswith("xn--") or ".xn--" in rule for rule in rules) > 400
    theirs = PublicSuffixList()
    for rule in rules:
        for host in (rule, f"b.{rule}", f"www.a.b.{rule}"):
            assert registrable_domain(host) == (theirs.privatesuffix(host) or host)
