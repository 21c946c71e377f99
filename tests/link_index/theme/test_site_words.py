import time

import pytest

from link_index.rules.rule_file import rules
from link_index.theme.site_words import NO_SITE, SitePage, segments, site_words, text_key

RULES = rules("theme")


def site(*pages, domain="site.example", site_name=""):
    """Pages as their texts in words without a space: `acme.home` is a text of two words."""
    read = ({text: {word: word for word in text.split(".")} for text in page.split()} for page in pages)
    return site_words(domain, (SitePage(texts, site_name) for texts in read), RULES)


@pytest.mark.parametrize(
    ("pages", "stems"),
    [
        (["acme home.tomato", "home.acme bread", "acme.home bike", "acme home", "acme cat"], {"acme", "home"}),
        (["acme"] * 3 + ["other"] * 3, set()),  # half is not more than half
        (["acme"] * 4, set()),  # of four pages nobody can tell
        (["acme acme.acme", "b", "c", "d", "e"], set()),
        ([], set()),
    ],
)
def test_words_on_more_than_half_of_the_pages_of_a_site(pages, stems):
    assert site(*pages).stems == stems


def test_texts_that_most_pages_have_word_by_word_are_told_from_those_that_only_share_a_word():
    found = site(*(f"{thing}.kettle free.delivery" for thing in ("copper", "glass", "steel", "iron", "travel")))
    assert found.stems == {"kettle", "free", "delivery"}
    assert found.texts == {"free.delivery"}


@pytest.mark.parametrize(
    ("domain", "site_name", "name"),
    [
        ("site.example", "", set()),
        ("kettlewoerld.example", "", {"kettle"}),
        ("the-kettle-man.co.uk", "", {"kettle"}),
        ("kw.example", "Kettle Wörld Ltd", {"kettle", "wörld"}),
        ("xn--kettle-wrld-yfb.example", "", {"kettle", "wörld"}),
        ("xn--\ud800.example", "", set()),
    ],
)
def test_the_words_of_a_sites_name_are_known_by_its_domain_and_by_what_it_calls_itself(domain, site_name, name):
    pages = [f"page{number} kettle.wörld.teapots" for number in range(5)]
    assert site(*pages, domain=domain, site_name=site_name).name == name


def test_a_word_that_no_text_of_the_template_has_is_no_name():
    pages = [f"{thing}.kettle" for thing in ("copper", "glass", "steel", "iron", "travel")]
    found = site(*pages, domain="kettles-and-kettle.example")
    assert (found.stems, found.name) == ({"kettle"}, set())


def test_a_site_of_few_pages_has_no_words_of_its_own():
    assert site("acme") is NO_SITE


def test_pages_are_read_as_they_come_and_not_without_end():
    def endless():
        while True:
            yield SitePage({"acme": {"acme": "acme"}})

    assert site_words("site.example", endless(), RULES).stems == {"acme"}


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Copper kettles | Kettle World", ["Copper kettles", "Kettle World"]),
        ("Copper kettles – care - Kettle World", ["Copper kettles", "care", "Kettle World"]),
        ("Forum: copper-clad kettles", ["Forum", "copper-clad kettles"]),
        ("銅のやかん｜やかん堂", ["銅のやかん", "やかん堂"]),
        ("Kettles", ["Kettles"]),
        ("", []),
    ],
)
def test_the_segments_of_a_title(title, parts):
    assert [each.strip() for each in segments(title)] == parts


def test_texts_are_one_whatever_their_case_and_spaces():
    assert text_key(" Free  DELIVERY ") == text_key("free delivery")


@pytest.mark.parametrize("title", ["|" * 100_000, " -" * 50_000, " " * 100_000, " " + "-" * 100_000])
def test_hostile_titles_are_read_in_no_time(title):
    start = time.perf_counter()
    assert len(segments(title)) <= 1000
    text_key(title)
    assert time.perf_counter() - start < 10  # quadratic would be minutes
