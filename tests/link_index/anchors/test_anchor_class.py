from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from link_index.anchors.anchor_class import CLASSES, MAX_MEMO, anchor_class
from link_index.anchors.target_words import target_words

SHOES = target_words(
    "https://www.acme.com/shop/running-shoes.html",
    {
        "title": "Running Shoes for Women | Acme Store",
        "headings": ["Running shoes", "Trail running shoes", "Shipping and returns"],
        "site_name": "Acme",
        "language": "en-GB",
    },
)

CASES = [
    ("running shoes", "exact"),  # first heading and URL
    ("Shoes, Running", "exact"),  # in any order
    ("the running shoe", "exact"),  # stop words and inflection make no difference
    ("Running shoes for women", "exact"),  # the title without the site's name
    ("Trail running shoes", "partial"),  # a heading with a word that is no keyword
    ("best running shoes in Boston", "partial"),
    ("Acme running shoes", "partial"),  # brand and keyword
    ("acme.com running shoes", "partial"),
    ("Acme", "branded"),
    ("ACME Store", "branded"),  # as the title has it
    ("according to Acme", "branded"),
    ("Acme's website", "branded"),
    ("acme.com", "naked_url"),
    ("www.acme.com", "naked_url"),
    ("HTTPS://WWW.ACME.COM/shop/running-shoes.html", "naked_url"),
    ("https://www.acme.com/shop/run…", "naked_url"),
    ("visit https://www.acme.com/", "naked_url"),
    ("(acme.com)", "naked_url"),
    ("http://old-name.example/x", "naked_url"),
    ("old-name.org", "naked_url"),
    ("click here", "generic"),
    ("Read more »", "generic"),
    ("this website", "generic"),
    ("[1]", "generic"),
    ("→", "generic"),
    ("", "empty"),
    ("\u200b \u00a0", "empty"),
    ("README.md", "other"),
    ("ASP.NET", "other"),
    ("Letterboxd.com", "other"),
    ("letterboxd.com", "naked_url"),
    ("a trip to the seaside", "other"),
    ("a long walk through the old town and then some shoes seen from the tram in passing by night", "other"),
]


@pytest.mark.parametrize(("anchor", "name"), CASES)
def test_each_anchor_has_its_class(anchor: str, name: str) -> None:
    assert anchor_class(anchor, "text", SHOES, "en").name == name


IMAGES = [
    ("running shoes", "exact"),
    ("Acme logo", "branded"),
    ("www.acme.com", "naked_url"),
    ("", "image"),
    ("click here", "image"),
    ("a dog", "image"),
    ("IMG_2034.jpg", "image"),
]


@pytest.mark.parametrize("link_type", ["image", "area"])
@pytest.mark.parametrize(("alt", "name"), IMAGES)
def test_the_alt_of_an_image_is_its_anchor_where_it_speaks_of_the_target(alt: str, name: str, link_type: str) -> None:
    assert anchor_class(alt, link_type, SHOES, "en").name == name


def test_a_link_without_words_for_readers_is_empty() -> None:
    assert anchor_class("", "canonical", SHOES, "en") == ("empty", "a link of type canonical has no anchor")


LANGUAGES = [
    ("hier klicken", "de", "generic"),
    ("hier klicken", "ja", "generic"),  # two generic words of one language are so on all pages
    ("hier", "ja", "other"),
    ("hier klicken", None, "generic"),
    ("en savoir plus", "fr", "generic"),
    ("click here", "fr", "generic"),  # English is everywhere
    ("die", "de", "generic"),
    ("die", None, "other"),
    ("続きを読む", "ja", "generic"),
    ("点击这里", "zh", "generic"),
]


@pytest.mark.parametrize(("anchor", "language", "name"), LANGUAGES)
def test_generic_words_are_those_of_the_referring_page(anchor: str, language: str | None, name: str) -> None:
    unknown = target_words("https://www.acme.com/x")
    assert anchor_class(anchor, "text", unknown, language).name == name


def test_every_class_gives_its_reason() -> None:
    assert anchor_class("running shoes", "text", SHOES, "en").said == "the target's first heading"
    assert anchor_class("cheap shoes", "text", SHOES, "en").said == "with shoes of the target's keywords"
    assert anchor_class("acme.com", "text", SHOES, "en").said == "the URL or host of acme.com"


def test_a_brand_of_generic_words_is_generic_among_readers() -> None:
    assert anchor_class("here", "text", target_words("https://here.com/"), "en").name == "generic"


def test_what_a_target_remembers_is_bounded() -> None:
    words = target_words("https://www.acme.com/x")
    for number in range(2 * MAX_MEMO + 5):
        anchor_class(f"anchor {number}", "text", words, None)
    assert len(words.memo) <= MAX_MEMO


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60), st.sampled_from([None, "de", "ja", "xx", "\ud800"]))
def test_no_anchor_raises(anchor: str, language: str | None) -> None:
    assert anchor_class(anchor, "text", SHOES, language).name in CLASSES
    words = target_words("https://www.acme.com/x", {"title": anchor, "headings": [anchor], "site_name": anchor})
    assert anchor_class(anchor, "image", words, language).name in CLASSES
