"""Themes as the score job takes them from the index."""

from link_index.scoring.page_themes import PageThemes
from link_index.scoring.word_counts import word_counts

PAGE = {
    "_id": "http://casino.example/",
    "domain": "casino.example",
    "outcome": "page",
    "title": "Casino bonus",
    "language": "en",
}
LINK = {"source_domain": "casino.example", "text_before": "", "anchor": "organic tomato seeds", "text_after": ""}


def test_an_anchor_alone_makes_no_theme(db):
    themes = PageThemes(db, None, lambda _: 1)
    page = themes.of_page(PAGE, "casino.example")
    assert themes.at_link(page, LINK).weights == page.weights
    near = themes.at_link(page, LINK | {"text_before": "we grew", "text_after": "on a balcony"})
    assert set(near.words.values()) - set(page.words.values()) == {"grew", "balcony"}


def test_words_are_counted_in_the_language_the_pages_are_read_in(db):
    title = "Die besten Tomaten für den Garten und wie man sie nach dem Winter pflegt"
    db["pages"].insert_one(PAGE | {"title": title, "language": "en"})
    table, read = word_counts(db, lambda _: None)
    assert read == 1
    assert table.domains("tomat", "de") > 0.9
    assert table.domains("", "en") == 0


def test_a_shop_that_sells_one_thing_keeps_the_word_for_it(db):
    things = ("copper", "glass", "travel", "steel", "camping", "gas")
    pages = [
        PAGE
        | {
            "_id": f"http://kettles.example/{thing}",
            "domain": "kettles.example",
            "title": f"The {thing} kettle | Acme Stoveworks",
            "headings": ["Fast delivery"],
            "site_name": "Acme Stoveworks",
        }
        for thing in things
    ]
    db["pages"].insert_many(pages)
    themes = PageThemes(db, None, lambda _: len(pages))
    assert set(themes.of_page(pages[0], "kettles.example").weights) == {"copper", "kettl"}
    assert themes.matcher.match(
        themes.of_page(PAGE, "casino.example"), themes.of_page(pages[0], "kettles.example")
    ) == (
        0.0,
        [],
        "",
    )
    near = themes.at_link(themes.of_page(pages[0], "kettles.example"), LINK | {"source_domain": "kettles.example"})
    assert near.site == {"kettl": 0}
