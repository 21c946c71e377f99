import time

import pytest

from link_index.theme.idf_table import DomainCounts
from link_index.theme.profile import Profiles, url_words
from link_index.theme.site_words import SiteWords, text_key

PROFILES = Profiles()


def test_title_weighs_more_than_headings_and_these_more_than_text_near_the_link():
    page = PROFILES.with_near(PROFILES.page("Tomatoes", ["Watering"], "en"), "my balcony")
    assert page.weights["tomato"] > page.weights["water"] > page.weights["balconi"] > 0


def test_a_word_in_several_places_weighs_more_but_never_more_than_one():
    once = PROFILES.page("Tomatoes", [], "en").weights["tomato"]
    often = PROFILES.page("Tomatoes", ["Tomatoes"] * 20, "en").weights["tomato"]
    assert once < often <= 1


def test_a_rare_word_weighs_more():
    counts = DomainCounts()
    for number in range(500):
        counts.add(f"site{number}.example", "en", ["garden"])
    weights = Profiles(counts.table()).page("Garden varroa", [], "en").weights
    assert weights["varroa"] > 2 * weights["garden"]


def test_a_pair_of_characters_weighs_less_than_a_word():
    weights = PROFILES.page("東京タワー", [], "ja").weights
    assert weights["東京"] < weights["タワー"]


ACME = SiteWords(
    stems=frozenset(["acm", "garden", "tomato"]),
    texts=frozenset([text_key("acme garden"), text_key("news")]),
    name=frozenset(["acm"]),
)


def test_the_name_of_a_site_is_left_out_of_its_template_and_stays_in_texts_of_the_pages_own():
    page = PROFILES.page("Tomatoes | ACME Garden", ["Tools"], "en", ACME)
    assert set(page.weights) == {"tomato", "garden", "tool"}
    assert "acm" in PROFILES.page("How ACME began | ACME Garden", [], "en", ACME).weights


def test_words_that_most_pages_have_weigh_half_and_are_told_with_the_text_of_the_template_they_stand_in():
    page = PROFILES.page("Tomatoes | Basil | ACME Garden", [], "en", ACME)
    assert page.weights["tomato"] == page.weights["garden"] == page.weights["basil"] / 2
    assert page.site == {"tomato": 0, "garden": text_key("acme garden")}
    assert page.total == page.weights["tomato"] + page.weights["basil"]


def test_the_text_near_a_link_makes_no_word_of_the_template_the_pages_own_and_does_not_tell_the_sites_name():
    page = PROFILES.page("Basil | ACME Garden", [], "en", ACME)
    near = PROFILES.with_near(page, "tomatoes in the garden of ACME", ACME)
    assert near.site == {"tomato": 0, "garden": text_key("acme garden")}
    assert near.weights.keys() == {"basil", "garden", "tomato"}
    assert page.site == {"garden": text_key("acme garden")}


def test_words_of_a_template_that_many_domains_have_are_left_out():
    counts = DomainCounts()
    for number in range(500):
        counts.add(f"site{number}.example", "en", ["garden", "fence"] if number % 4 else ["fence"])
    counts.add("acme.example", "en", ["tomato"])
    weights = Profiles(counts.table()).page("Fence | Tomatoes | ACME Garden", [], "en", ACME).weights
    assert set(weights) == {"tomato", "fenc"}


def test_a_page_keeps_what_it_says_of_its_site_in_another_language():
    page = PROFILES.page("Tomatoes | ACME Garden", [], "en", ACME)
    assert page.spelled(None).site == {"tomatoes": 0, "garden": text_key("acme garden")}


def test_the_text_near_one_link_does_not_stay_on_the_page():
    page = PROFILES.page("Tomatoes", [], "en")
    PROFILES.with_near(page, "fresh basil")
    assert set(page.weights) == {"tomato"}


def test_a_page_that_names_no_language_is_read_in_the_one_its_words_are_in():
    assert PROFILES.page("How to grow tomatoes in the garden", []).language == "en"
    assert PROFILES.page("Tomatoes", []).language is None


def test_no_more_words_are_kept_than_the_rules_say():
    page = PROFILES.page("tomato", [f"word{number} other{number}" for number in range(100)], "en")
    assert len(page.weights) == len(page.words) == 40
    assert "tomato" in page.weights


def test_a_target_that_was_not_crawled_is_known_by_its_url_and_anchors():
    target = PROFILES.unseen(
        "https://shop.example/seeds/cherry-tomatoes.html",
        ["organic seeds", "click here", "https://acme-widgets.example/", "acme.example"],
        "en",
    )
    assert set(target.words.values()) == {"seeds", "cherry", "tomatoes", "organic"}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://www.green-seeds.example/tomatoes_and/basil.html?id=7", "www green-seeds /tomatoes and/basil.html"),
        ("https://xn--bcher-kva.example/%C3%BCber", "bücher /über"),
        ("http://192.0.2.1/path", " /path"),
        ("http://[2001:db8::1]/path", " /path"),
        ("http://xn--a.example/", "xn--a /"),
        ("http://[", ""),
        ("", " "),
    ],
)
def test_the_words_in_a_url(url, words):
    assert url_words(url) == words


@pytest.mark.parametrize(
    "text", ["\x00\ud800", "a." * 5000, "%" * 5000, "/" * 5000, "-" * 5000, "東" * 5000, "x" * 100_000]
)
def test_hostile_text_is_read_in_no_time(text):
    start = time.perf_counter()
    for language in ("en", "de", "ja", None):
        page = PROFILES.page(text, [text] * 100, language)
        PROFILES.with_near(page, text)
        PROFILES.unseen("http://" + text, [text] * 1000, language)
    assert time.perf_counter() - start < 10  # quadratic would be minutes
