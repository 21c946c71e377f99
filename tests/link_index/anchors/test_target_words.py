from __future__ import annotations

from typing import Any

import pytest

from link_index.anchors.anchor_class import anchor_class
from link_index.anchors.target_words import target_words


def class_of(anchor: str, url: str, read_in: str | None = None, **page: Any) -> str:
    return anchor_class(anchor, "text", target_words(url, page or None), read_in).name


NOT_CRAWLED = [
    ("car insurance", "https://a.example/car-insurance", "exact"),
    ("Car Insurance", "https://a.example/carInsurance.aspx", "exact"),
    ("car insurance", "https://a.example/car_insurance/index.html", "exact"),
    ("car insurance", "https://a.example/?q=car-insurance", "other"),  # a query names no page
    ("PageRank", "https://a.example/wiki/PageRank", "exact"),
    ("page rank", "https://a.example/wiki/PageRank", "exact"),
    ("Node.js", "https://a.example/wiki/Node.js", "exact"),
    ("insurance", "https://a.example/insurance/quotes-online-today", "partial"),
    ("12345", "https://a.example/p/12345", "generic"),
    ("günstige Schuhe", "https://a.example/guenstige-schuhe", "exact"),
    ("zażółć", "https://a.example/zazolc", "exact"),
    ("кроссовки", "https://a.example/%D0%BA%D1%80%D0%BE%D1%81%D1%81%D0%BE%D0%B2%D0%BA%D0%B8", "exact"),
    ("Home", "https://a.example/home", "generic"),
    ("blog", "https://a.example/blog/", "generic"),
]


@pytest.mark.parametrize(("anchor", "url", "name"), NOT_CRAWLED)
def test_the_url_of_a_target_tells_what_it_is_about(anchor: str, url: str, name: str) -> None:
    assert class_of(anchor, url) == name


BRANDS = [
    ("Acme", "https://www.acme.co.uk/", {}, "branded"),
    ("Word Press", "https://wordpress.org/", {}, "branded"),
    ("Blue-Widgets", "https://bluewidgets.com/", {}, "branded"),
    ("blue widgets", "https://blue-widgets.com/", {}, "branded"),
    ("Süddeutsche", "https://www.sueddeutsche.de/", {}, "branded"),
    ("Bücher", "https://xn--bcher-kva.example/", {}, "branded"),
    ("New York Times", "https://www.nytimes.com/", {}, "branded"),
    ("Frankfurter Allgemeine Zeitung", "https://www.faz.net/", {}, "other"),  # three letters may be chance
    ("Frankfurter Allgemeine", "https://faz.net/", {"title": "Heute | Frankfurter Allgemeine Zeitung"}, "other"),
    ("Frankfurter Allgemeine Zeitung", "https://faz.net/", {"title": "X | Frankfurter Allgemeine Zeitung"}, "branded"),
    ("MDN", "https://developer.mozilla.org/a", {"title": "Array | MDN", "site_name": "MDN Web Docs"}, "branded"),
    ("Booking", "https://www.booking.com/", {"site_name": "Booking.com"}, "branded"),
    ("by rosegarden", "https://rosegarden.github.io/", {}, "branded"),
    ("github", "https://rosegarden.github.io/", {}, "other"),
    ("x marks the spot", "https://x.com/", {}, "other"),  # too short among other words
    ("X", "https://x.com/", {}, "branded"),
    ("1.2.3.4", "http://1.2.3.4/", {}, "naked_url"),
]


@pytest.mark.parametrize(("anchor", "url", "page", "name"), BRANDS)
def test_the_brand_is_that_of_domain_and_site_name(anchor: str, url: str, page: dict[str, Any], name: str) -> None:
    assert class_of(anchor, url, **page) == name


def test_a_declined_name_is_the_brand_where_names_are_declined() -> None:
    name = "Rowerowy Świat"
    assert class_of("dzięki Rowerowemu Światu", "https://a.example/", site_name=name, language="pl") == "branded"
    assert class_of("red apples", "https://apple.example/", language="en") == "other"


TITLES = [
    ("Array", "Array - JavaScript | MDN"),
    ("JavaScript", "Array - JavaScript | MDN"),
    ("trail shoes", "Running shoes, trail shoes, boots | Acme"),
    ("red boots", "Acme: Red boots"),
    ("red boots", "Acme – Red boots"),
    ("red boots", "Red boots :: Acme Corporation"),
    ("red boots", "Red boots - The Acme Store"),
    ("手机报价", "手机报价_Acme"),
]


@pytest.mark.parametrize(("anchor", "title"), TITLES)
def test_a_part_of_the_title_is_an_exact_match(anchor: str, title: str) -> None:
    site_name = "MDN Web Docs" if "MDN" in title else "Acme"
    assert class_of(anchor, "https://www.acme.com/x1234", title=title, site_name=site_name) == "exact"


def test_the_name_of_the_site_is_no_keyword() -> None:
    assert class_of("Acme", "https://acme.com/a", title="Red boots - Acme", headings=["Acme"]) == "branded"
    assert class_of("store news", "https://acme.com/a", title="Red boots - Acme Store") == "other"


def test_a_word_of_the_url_is_a_keyword_although_the_domain_has_it() -> None:
    assert class_of("running shoes", "https://shoes.example/running-shoes", title="Running shoes") == "exact"
    assert class_of("shoes", "https://shoes.example/running-shoes", title="Running shoes") == "branded"


HEADINGS = ["Red boots", "Delivery", "Care of leather", "Care of suede"]


def test_a_heading_counts_where_others_say_the_same() -> None:
    assert class_of("care", "https://acme.com/a", "en", headings=HEADINGS) == "partial"
    assert class_of("suede", "https://acme.com/a", "en", headings=HEADINGS) == "other"
    assert class_of("boots red", "https://acme.com/a", "en", headings=HEADINGS) == "exact"


def test_words_are_compared_in_the_language_of_the_target() -> None:
    page = {"title": "Les chaussures de course", "language": "fr"}
    assert class_of("chaussure de courses", "https://acme.com/a", "en", **page) == "exact"


def test_parts_of_compounds_are_partial_matches_in_languages_that_have_them() -> None:
    assert class_of("Versicherung", "https://acme.de/a", title="Kfz-Versicherungen", language="de") == "partial"
    assert class_of("Autoversicherung", "https://acme.de/a", title="Unsere Versicherung", language="de") == "partial"
    assert class_of("chat", "https://acme.fr/a", title="Achat immobilier", language="fr") == "other"


@pytest.mark.parametrize(
    "page", [{"title": None}, {"headings": None}, {"language": 3}, {"title": "|||"}, {"title": " - "}]
)
def test_a_page_that_says_nothing_leaves_the_url(page: dict[str, Any]) -> None:
    assert class_of("red boots", "https://acme.com/red-boots", **page) == "exact"


def test_a_number_can_be_the_title_of_a_target() -> None:
    assert class_of("1984", "https://acme.com/book", title="1984 | Acme") == "exact"
    assert class_of("1985", "https://acme.com/book", title="1984 | Acme") == "generic"


def test_a_brand_with_a_word_of_the_url_behind_it_is_no_name_of_the_site() -> None:
    assert class_of("Acme boots", "https://acme.com/boots", title="Sale - Acme boots") == "partial"
    assert class_of("Acme boots", "https://acme.com/sale", title="Sale - Acme boots") == "branded"


def test_common_words_are_keywords_of_a_target_that_has_no_others() -> None:
    assert class_of("all the prices", "https://acme.com/prices", "en") == "exact"
    assert class_of("prices in autumn", "https://acme.com/prices", "en") == "partial"
    assert class_of("prices in autumn", "https://acme.com/boot-prices", "en") == "other"
