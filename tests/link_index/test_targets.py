"""What a typed target means."""

from __future__ import annotations

import pytest

from link_index.errors import BadTarget
from link_index.targets import KINDS, read_target
from link_index.urls import MAX_URL_LENGTH


def _range(start: str, end: str) -> dict[str, dict[str, str]]:
    return {"target_key": {"$gte": start, "$lt": end}}


def _starting(prefix: str) -> dict[str, dict[str, str]]:
    return _range(prefix, prefix + "\uffff")


GUESSES = [
    # typed, canonical name, kind, filter on links
    ("https://example.com/pricing", "https://example.com/pricing", "url", {"target_key": "com.example/pricing"}),
    ("http://example.com/pricing", "http://example.com/pricing", "url", {"target_key": "com.example/pricing"}),
    ("HTTPS://EXAMPLE.com/Pricing", "https://example.com/Pricing", "url", {"target_key": "com.example/Pricing"}),
    ("https://example.com/p?x=1#part", "https://example.com/p?x=1", "url", {"target_key": "com.example/p?x=1"}),
    ("https://example.com", "https://example.com/", "url", {"target_key": "com.example/"}),
    ("https:example.com", "https://example.com/", "url", {"target_key": "com.example/"}),
    ("https://example.com:8080/p", "https://example.com:8080/p", "url", {"target_key": "com.example/:8080/p"}),
    ("https://example.com:443/p", "https://example.com/p", "url", {"target_key": "com.example/p"}),
    ("https://example.com./p", "https://example.com/p", "url", {"target_key": "com.example/p"}),
    ("https://user:secret@example.com/p", "https://example.com/p", "url", {"target_key": "com.example/p"}),
    ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC", "url",
     {"target_key": "example.xn--bcher-kva/%C3%BC"}),
    ("https://example.com/a b", "https://example.com/a%20b", "url", {"target_key": "com.example/a%20b"}),
    ("https://example.com/a*b", "https://example.com/a*b", "url", {"target_key": "com.example/a*b"}),
    ("https://example.com/#*", "https://example.com/", "url", {"target_key": "com.example/"}),
    ("example.com/path", "https://example.com/path", "url", {"target_key": "com.example/path"}),
    ("example.com:8080/path", "https://example.com:8080/path", "url", {"target_key": "com.example/:8080/path"}),
    ("example.com:80/path", "http://example.com/path", "url", {"target_key": "com.example/path"}),
    ("example.com?x", "https://example.com/?x", "url", {"target_key": "com.example/?x"}),
    ("//example.com/path", "https://example.com/path", "url", {"target_key": "com.example/path"}),
    ("example.com\\path", "https://example.com/path", "url", {"target_key": "com.example/path"}),
    ("http:example.com", "http://example.com/", "url", {"target_key": "com.example/"}),
    ("https://example.com/a/..", "https://example.com/", "url", {"target_key": "com.example/"}),
    ("example.com:8080?x", "https://example.com:8080/?x", "url", {"target_key": "com.example/:8080/?x"}),
    ("example.com:8080#x", "https://example.com:8080/", "url", {"target_key": "com.example/:8080/"}),
    ("example.com#x", "https://example.com/", "url", {"target_key": "com.example/"}),
    ("example.com:80?x", "http://example.com/?x", "url", {"target_key": "com.example/?x"}),
    ("//example.com:80/x", "http://example.com/x", "url", {"target_key": "com.example/x"}),
    ("example.com/a:80", "https://example.com/a:80", "url", {"target_key": "com.example/a:80"}),
    ("example.com?a:80", "https://example.com/?a:80", "url", {"target_key": "com.example/?a:80"}),
    ("example.com/?u=http://b.test/", "https://example.com/?u=http://b.test/", "url",
     {"target_key": "com.example/?u=http://b.test/"}),
    ("example.com/?u=mailto:a", "https://example.com/?u=mailto:a", "url", {"target_key": "com.example/?u=mailto:a"}),
    ("http://example.com/a/..*", "http://example.com/a/..*", "prefix", _starting("com.example/a/..")),
    ("https://example.com/blog/*", "https://example.com/blog/*", "prefix", _starting("com.example/blog/")),
    ("example.com/blog*", "https://example.com/blog*", "prefix", _starting("com.example/blog")),
    ("https://example.com/s?q=*", "https://example.com/s?q=*", "prefix", _starting("com.example/s?q=")),
    ("https://example.com/*", "https://example.com/*", "prefix", _starting("com.example/")),
    ("https://example.com*", "https://example.com/*", "prefix", _starting("com.example/")),
    ("https://example.com/a/.*", "https://example.com/a/.*", "prefix", _starting("com.example/a/.")),
    ("https://example.com/a/..*", "https://example.com/a/..*", "prefix", _starting("com.example/a/..")),
    ("www.example.com", "www.example.com", "host", _range("com.example.www/", "com.example.www0")),
    ("localhost", "localhost", "host", _range("localhost/", "localhost0")),
    ("co.uk", "co.uk", "host", _range("uk.co/", "uk.co0")),
    ("github.io", "github.io", "host", _range("io.github/", "io.github0")),
    ("127.0.0.1", "127.0.0.1", "host", _range("127.0.0.1/", "127.0.0.10")),
    ("0x7f.1", "127.0.0.1", "host", _range("127.0.0.1/", "127.0.0.10")),
    ("::1", "[::1]", "host", _range("[::1]/", "[::1]0")),
    ("[::1]", "[::1]", "host", _range("[::1]/", "[::1]0")),
    ("fe80::1", "[fe80::1]", "host", _range("[fe80::1]/", "[fe80::1]0")),
    ("example.com.:8080", "example.com:8080", "host", _starting("com.example/:8080/")),
    ("[::1]:8080", "[::1]:8080", "host", _starting("[::1]/:8080/")),
    ("example.com:8080", "example.com:8080", "host", _starting("com.example/:8080/")),
    ("example.com", "example.com", "domain", {"target_domain": "example.com"}),
    ("httpx.example", "httpx.example", "domain", {"target_domain": "httpx.example"}),
    ("//example.com", "example.com", "domain", {"target_domain": "example.com"}),
    ("EXAMPLE.COM.", "example.com", "domain", {"target_domain": "example.com"}),
    (" example.com\n", "example.com", "domain", {"target_domain": "example.com"}),
    ("example.com:", "example.com", "domain", {"target_domain": "example.com"}),
    ("example.com:443", "example.com", "domain", {"target_domain": "example.com"}),
    ("example.com:80", "example.com", "domain", {"target_domain": "example.com"}),
    ("example.co.uk", "example.co.uk", "domain", {"target_domain": "example.co.uk"}),
    ("one.github.io", "one.github.io", "domain", {"target_domain": "one.github.io"}),
    ("bücher.example", "xn--bcher-kva.example", "domain", {"target_domain": "xn--bcher-kva.example"}),
    ("xn--bcher-kva.example", "xn--bcher-kva.example", "domain", {"target_domain": "xn--bcher-kva.example"}),
    ("$where", "$where", "host", _range("$where/", "$where0")),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "name", "kind", "match"), GUESSES)
def test_a_target_is_read_as_what_it_looks_like(typed: str, name: str, kind: str, match: dict[str, object]) -> None:
    read = read_target(typed)
    assert (read.name, read.kind, read.match()) == (name, kind, match)


FORCED = [
    ("example.com", "url", "https://example.com/", {"target_key": "com.example/"}),
    ("https://example.com/blog/*", "url", "https://example.com/blog/*", {"target_key": "com.example/blog/*"}),
    ("https://example.com/blog/", "prefix", "https://example.com/blog/*", _starting("com.example/blog/")),
    ("https://example.com/blog/*", "prefix", "https://example.com/blog/*", _starting("com.example/blog/")),
    ("example.com", "prefix", "https://example.com/*", _starting("com.example/")),
    ("example.com", "host", "example.com", _range("com.example/", "com.example0")),
    ("https://www.example.com:81/x", "host", "www.example.com:81", _starting("com.example.www/:81/")),
    ("https://www.example.com/x", "domain", "www.example.com", _range("com.example.www.", "com.example.www0")),
    ("github.io", "domain", "github.io", _range("io.github.", "io.github0")),
    ("https://example.com/x", "domain", "example.com", {"target_domain": "example.com"}),
]


@pytest.mark.parametrize(("typed", "kind", "name", "match"), FORCED)
def test_the_guess_can_be_forced(typed: str, kind: str, name: str, match: dict[str, object]) -> None:
    read = read_target(typed, kind)  # type: ignore[arg-type]
    assert (read.name, read.kind, read.match()) == (name, kind, match)


BAD = [
    ("", "empty"),
    ("  ", "empty"),
    ("*", "No URL"),
    ("a b", "No URL"),
    ("a..b", "No URL"),
    (".com", "No URL"),
    ("https://", "No URL"),
    ("https://exa mple.com/", "No URL"),
    ("example.com:99999", "No URL"),
    ("999.1.1.1", "No URL"),
    ('{"$gt": ""}', "No URL"),
    ("*.example.com", "stands in the host"),
    ("https://*.example.com/x", "stands in the host"),
    ("mailto:someone@example.com", "scheme is mailto:"),
    ("javascript:alert(1)", "scheme is javascript:"),
    ("ftp://example.com/", "scheme is ftp:"),
    ("file:///etc/passwd", "scheme is file:"),
    ("C:\\pages", "scheme is C:"),
    ("svn+ssh://example.com/", r"scheme is svn\+ssh:"),
    ("ms-settings:x", "scheme is ms-settings:"),
    ("iris.beep:x", "scheme is iris.beep:"),
    ("h323:x", "scheme is h323:"),
    ("tel:12-34", "scheme is tel:"),
    ("a b" * 300, "No URL"),
    ("exa\u202emple.com", "invisible"),
    ("exa\u200bmple.com", "invisible"),
    ("example.com/\x1b[31m", "invisible"),
    ("example.com/\udcff", "invisible"),
    ("example.com/" + "x" * 3000, "longer than 2083"),
]


@pytest.mark.parametrize(("typed", "sentence"), BAD)
def test_what_cannot_be_read_is_refused_in_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(BadTarget, match=sentence) as raised:
        read_target(typed)
    assert str(raised.value).endswith(".")
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "unseen", "\0\x1f\x7f\x90\x9f\u200b\u200d\u200f\u2028\u202a\u202e\u2060\u2065\u2069\ufeff\ud800\udfff"
)
def test_a_character_nobody_sees_is_refused(unseen: str) -> None:
    with pytest.raises(BadTarget, match="invisible"):
        read_target(f"example.com/a{unseen}b")


@pytest.mark.parametrize("seen", "\xa0\u200a\u2010\u2027\u202f\u205f\u206a\ufefe\uff00\ud7ff\ue000")
def test_its_neighbours_are_not(seen: str) -> None:
    assert read_target(f"example.com/a{seen}b").kind == "url"


def test_the_longest_url_the_index_holds_can_be_asked_for() -> None:
    longest = "https://example.com/".ljust(MAX_URL_LENGTH, "x")
    assert read_target(longest).name == longest
    with pytest.raises(BadTarget, match="longer than"):
        read_target(f"{longest}x")


def test_a_domain_has_no_port() -> None:
    with pytest.raises(BadTarget, match="names a port"):
        read_target("example.com:8080", "domain")


def test_a_guess_is_said_with_the_way_to_say_otherwise() -> None:
    assert read_target("example.com").sentence() == (
        "example.com, read as a domain with its sub-domains; --as url|prefix|host|domain to say otherwise"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_forced_is_said_without(kind: str) -> None:
    assert "--as" not in read_target("https://example.com/x", kind).sentence()  # type: ignore[arg-type]


def test_a_range_of_keys_holds_the_target_and_no_neighbour() -> None:
    keys = ["com.example-x/", "com.example/", "com.example/p", "com.example.www/", "com.example0/", "com.examples/"]
    low, high = read_target("www.example.com", "domain").match()["target_key"].values()
    assert (low, high) == ("com.example.www.", "com.example.www0")
    host = read_target("example.com", "host").match()["target_key"]
    assert [key for key in keys if host["$gte"] <= key < host["$lt"]] == ["com.example/", "com.example/p"]
    below = read_target("example.com", "domain").keys()
    assert [key for key in keys if below["$gte"] <= key < below["$lt"]] == [
        "com.example/",
        "com.example/p",
        "com.example.www/",
    ]


def test_the_same_target_on_the_pages_collection() -> None:
    assert read_target("example.com").pages_match() == {"domain": "example.com"}
    assert read_target("example.com/x").pages_match() == {"key": "com.example/x"}
