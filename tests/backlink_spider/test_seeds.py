import re

import pytest

from backlink_spider.errors import BadSeed
from backlink_spider.seeds import read_seeds


@pytest.mark.parametrize(
    ("word", "url"),
    [
        ("example.com", "http://example.com/"),
        ("EXAMPLE.com", "http://example.com/"),
        ("https://example.com/blog/?a=1#top", "https://example.com/blog/?a=1"),
        ("example.com/blog", "http://example.com/blog"),
        ("bücher.example", "http://xn--bcher-kva.example/"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("http://localhost", "http://localhost/"),
        ("localhost", "http://localhost/"),
        ("http://intranet/", "http://intranet/"),
        ("intranet:8080/x", "http://intranet:8080/x"),
        ("[::1]", "http://[::1]/"),
        ("user:pw@example.com", "http://example.com/"),  # neither is sent, nor kept
        ("https://example.com/?u=http://b.test/", "https://example.com/?u=http://b.test/"),
        (f"example.com/{'x' * 5000}", f"http://example.com/{'x' * 5000}"),  # longer than any path of a file
        ("http://[::1]:81/", "http://[::1]:81/"),
    ],
)
def test_a_seed_is_a_domain_or_a_url(word, url):
    assert [seed.url for seed in read_seeds([word])] == [url]


@pytest.mark.parametrize(
    "word",
    [
        "", "exmple", "exmple/page.html", "exmple/a.b/c", "me.you@exmple", "ftp://example.com/", "http://",
        "https://ex ample.com/", "a\x00b.com",
        "mailto:a@b.com", "*.b.com",
    ],
)  # fmt: skip
def test_what_is_no_seed_is_said_in_one_sentence(word):
    with pytest.raises(BadSeed, match="neither a domain nor") as raised:
        read_seeds([word])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("ftp://user:secret@example.com/", "ftp://...@example.com/"),
        ("http://user:sec/ret@exa mple.com/", "http://...@exa mple.com/"),
        ("user:secret@exmple", "...@exmple"),
        ("http://user:se\ncret@a@exa mple.com/", "http://...@exa mple.com/"),
    ],
)
def test_a_message_shows_no_password(word, shown):
    with pytest.raises(BadSeed, match=re.escape(f"The seed '{shown}' is")):
        read_seeds([word])


def test_a_file_holds_a_seed_a_line_with_comments(tmp_path):
    file = tmp_path / "seeds.txt"
    file.write_text("\ufeff# ours\nexample.com\n\n \t\n  http://example.org/x  # the shop\nexample.com\n")
    assert [seed.url for seed in read_seeds([str(file)])] == ["http://example.com/", "http://example.org/x"]


def test_a_fragment_in_a_file_is_no_comment(tmp_path):
    file = tmp_path / "seeds.txt"
    file.write_text("http://example.org/x#part\n")
    assert [seed.url for seed in read_seeds([f"@{file}"])] == ["http://example.org/x"]


def test_a_bad_line_is_named(tmp_path):
    file = tmp_path / "seeds.txt"
    file.write_text("example.com\nnot a seed\n")
    with pytest.raises(BadSeed, match="line 2 of"):
        read_seeds([str(file)])


def test_a_file_that_cannot_be_read_is_named():
    with pytest.raises(BadSeed, match=r"missing\.txt cannot be read"):
        read_seeds(["@missing.txt"])


def test_a_file_that_holds_no_text_is_named(tmp_path):
    file = tmp_path / "seeds.txt"
    file.write_bytes(b"example.com\n\xff\n")
    with pytest.raises(BadSeed, match=r"seeds\.txt cannot be read"):
        read_seeds([str(file)])


def test_no_seed_at_all_is_a_mistake():
    with pytest.raises(BadSeed, match="at least one seed"):
        read_seeds([])
