import pytest

from link_index.rules.rule_file import rules
from link_index.theme.match import Matcher, joined
from link_index.theme.profile import Profiles
from link_index.theme.site_words import NO_SITE, site_words

PROFILES = Profiles()
MATCH = Matcher().match
RULES = rules("theme")


def page(title, headings="", language="en", site=NO_SITE):
    return PROFILES.page(title, [each for each in headings.split(" / ") if each], language, site)


def site(pages, domain="site.example"):
    """What most pages say, given as (title, headings)."""
    read = [PROFILES.site_page(title, headings.split(" / "), "en") for title, headings in pages]
    return site_words(domain, read, RULES)


TOMATOES = page("Growing tomatoes on a balcony", "Pots and soil / Watering tomatoes / Heirloom seeds")
SEEDS = page("Organic tomato seeds", "Heirloom tomatoes / Balcony plants / Sowing calendar")


def test_pages_of_one_theme_score_high_and_tell_the_words_they_share():
    match = MATCH(TOMATOES, SEEDS)
    assert match.score > 0.8
    assert match.shared[0] == "tomatoes"
    assert set(match.shared) == {"tomatoes", "balcony", "heirloom", "seeds"}


def test_pages_of_different_themes_score_nothing():
    assert MATCH(TOMATOES, page("Used cars for sale", "Saloons / Finance / Dealers")) == (0.0, [], "")


def test_it_does_not_matter_which_page_links():
    assert MATCH(TOMATOES, SEEDS).score == MATCH(SEEDS, TOMATOES).score


def test_a_further_shared_word_never_lowers_the_score():
    source = page("Tomatoes basil garden soil", "")
    titles = (
        "tomatoes fox owl hen",
        "tomatoes basil owl hen",
        "tomatoes basil garden hen",
        "tomatoes basil garden soil",
    )
    scores = [MATCH(source, page(title)).score for title in titles]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1]


def test_the_text_near_the_link_counts():
    target = page("Burr grinders for espresso", "Grind settings")
    source = page("My kitchen", "Espresso")
    near = PROFILES.with_near(source, "a good burr grinder makes the largest difference")
    assert MATCH(near, target).score > MATCH(source, target).score


def test_words_that_only_stand_near_the_link_make_no_page_of_that_theme():
    casino = PROFILES.with_near(page("Casino bonus", "Slots / Roulette"), "buy organic heirloom tomato seeds")
    match = MATCH(casino, SEEDS)
    assert set(match.shared) == {"organic", "heirloom", "tomato", "seeds"}
    assert 0.5 < match.score <= 0.6


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Jaguars of the Pantanal / Tracks / Cubs", "Used Jaguar cars / Saloons / Finance"),
        ("Jaguar cubs", "Jaguar dealers"),
    ],
)
def test_one_word_in_common_is_not_enough_to_be_sure(source, target):
    match = MATCH(page(*source.split(" / ", 1)), page(*target.split(" / ", 1)))
    assert match.shared == ["jaguars"] or match.shared == ["jaguar"]
    assert 0 < match.score < 0.5


def test_words_that_stand_in_no_title_are_not_enough_to_be_sure():
    headings = "Rates / Insurance / Cancellation / Parking"
    assert MATCH(page("Hotel Whitby", headings), page("Campervan Cornwall", headings)).score < 0.5
    assert MATCH(page("Parking insurance", headings), page("Campervan Cornwall", headings)).score > 0.5


def test_the_template_of_one_site_does_not_make_its_pages_alike():
    template = "Acme Media Network | {} | Lifestyle Magazine"
    headings = "Editors picks / Trending stories / Horoscope / Celebrity gossip"
    titles = ["Growing tomatoes", "Vintage cars", "Chess openings", "Cheap flights", "Knitting shawls"]
    acme = site([(template.format(title), headings) for title in titles])
    garden, cars = (template.format(title) for title in titles[:2])
    assert MATCH(page(garden, headings), page(cars, headings)).score > 0.9
    assert MATCH(page(garden, headings, site=acme), page(cars, headings, site=acme)).score == 0.0


def shop(name, things, headings="Shopping basket / Customers also bought / Gift vouchers"):
    pages = [(f"{thing} | Fast delivery and friendly advisers | {name}", headings) for thing in things]
    words = site(pages, f"{name.lower()}.example")
    return {thing: page(*each, site=words) for thing, each in zip(things, pages, strict=True)}


KETTLES = shop("Kettlo", ["Copper kettle", "Glass kettle", "Travel kettle", "Whistling kettle", "Spouts"])
POTS = shop("Potty", ["Copper kettle", "Steel kettle", "Camping kettle", "Tiny kettle", "Kettle lids"])
HOSES = shop("Hosery", ["Garden hose", "Copper hose", "Flat hose", "Hose reel", "Hose trolley"])


def test_two_sites_of_one_software_are_not_alike():
    assert MATCH(KETTLES["Glass kettle"], HOSES["Garden hose"]) == (0.0, [], "")


def test_two_shops_for_one_thing_match_weakly_on_it_and_well_where_more_is_the_same():
    weak = MATCH(KETTLES["Glass kettle"], POTS["Camping kettle"])
    assert weak.shared == ["kettle"]
    assert 0.2 < weak.score <= 0.3
    assert MATCH(KETTLES["Copper kettle"], POTS["Copper kettle"]).score > 0.8


def single_topic(*things):
    """Pages of a site that is all about kettles and teapots."""
    pages = [(f"{thing} kettles and teapots", "") for thing in ("", "Copper", "Glass", "Steel", "Iron", *things)]
    words = site(pages)
    return [page(*each, site=words) for each in pages]


def test_two_front_pages_that_say_no_more_than_their_sites_match_weakly():
    match = MATCH(single_topic()[0], single_topic()[0])
    assert (match.shared, match.score) == (["teapots", "kettles"], 0.3)


def test_two_pages_that_say_much_else_still_match_weakly_by_what_both_sites_are_about():
    one, other = (single_topic(" ".join(f"{name}{at}" for at in range(12)))[-1] for name in ("fox", "owl"))
    assert 0.2 < MATCH(one, other).score <= 0.3


def test_what_a_site_is_about_is_half_of_what_its_page_is_about():
    kettles = page("Kettles for the stove")
    assert 0.3 < MATCH(kettles, KETTLES["Glass kettle"]).score < 0.5
    assert KETTLES["Glass kettle"].weights["glass"] == 2 * KETTLES["Glass kettle"].weights["kettl"]
    assert MATCH(page("Kettles of glass"), KETTLES["Glass kettle"]).score > 0.8


def test_a_long_template_does_not_make_a_page_less_about_what_it_is_about():
    plain = shop("Kettlo", ["Copper kettle", "Glass kettle", "Travel kettle", "Whistling kettle", "Spouts"], "Spouts")
    kettles = page("Kettles of glass")
    assert MATCH(kettles, plain["Glass kettle"]).score == MATCH(kettles, KETTLES["Glass kettle"]).score


def test_words_that_all_pages_of_a_site_have_are_not_enough_to_be_sure():
    advisers = page("Friendly advisers for a fast divorce")
    match = MATCH(advisers, KETTLES["Spouts"])
    assert set(match.shared) == {"friendly", "advisers"}
    assert match.score <= 0.45


def test_a_word_of_the_template_is_no_second_word():
    vouchers = page("Glass blowing gift", "Lessons")
    assert "gift" in MATCH(vouchers, KETTLES["Glass kettle"]).shared
    assert MATCH(vouchers, KETTLES["Glass kettle"]).score <= 0.45


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (page(""), SEEDS, (None, [], "few_words")),
        (page("The best tips"), SEEDS, (None, [], "few_words")),
        (page("Bread"), SEEDS, (None, [], "few_words")),
        (page("Gartenbank aus Eiche", "Holz / Montage", "de"), SEEDS, (None, [], "languages")),
        (page("野菜の種", "庭", "ja"), SEEDS, (None, [], "languages")),
    ],
)
def test_what_cannot_be_compared_has_no_score_and_a_reason(source, target, expected):
    assert MATCH(source, target) == expected


def test_pages_in_two_languages_are_compared_by_the_names_they_share():
    german = page("Kubernetes und PostgreSQL im Betrieb", "Sicherungen", "de")
    english = page("Running PostgreSQL on Kubernetes", "Backups", "en")
    match = MATCH(german, english)
    assert set(match.shared) == {"kubernetes", "postgresql"}
    assert match.score > 0.5


def test_a_page_of_unknown_language_is_read_in_that_of_the_other():
    unknown = page("Tomatoes seed", "Balconies", None)
    assert unknown.language is None
    assert MATCH(unknown, SEEDS).score == MATCH(page("Tomatoes seed", "Balconies"), SEEDS).score > 0.5


@pytest.mark.parametrize(
    ("source", "target", "shared"),
    [
        ("Yoga am Abend", "Yogamatten aus Kork", ["yoga"]),
        ("Zahnimplantat beim Arzt", "Implantate und Kronen", ["implantate"]),
    ],
)
def test_a_compound_shares_the_words_it_is_made_of(source, target, shared):
    assert MATCH(page(source, language="de"), page(target, language="de")).shared == shared


def test_a_part_of_a_compound_matches_less_than_the_word_itself():
    part = MATCH(page("Yogamatten Kork", language="de"), page("Yoga Kork Abend Kurs", language="de"))
    whole = MATCH(page("Yogamatten Kork", language="de"), page("Yogamatten Kork Abend Kurs", language="de"))
    assert 0 < part.score < whole.score


def test_of_two_long_pages_the_longer_ones_need_not_share_more():
    def long(name, headings):
        return page(
            "tomato basil garden", " / ".join(f"{name}{number} {name}ish{number}" for number in range(headings))
        )

    middle, longer = MATCH(long("fox", 8), long("owl", 8)), MATCH(long("fox", 18), long("owl", 18))
    assert middle.score == longer.score > 0.5


def test_pairs_of_characters_are_shown_as_the_word_they_are_of():
    match = MATCH(page("自動車保険の比較", language="ja"), page("自動車の保険", "修理", "ja"))
    assert match.shared == ["自動車", "保険"]
    assert joined(["動車", "自動", "cat"], ["自動", "動車", "車保", "cat"]) == ["自動車", "cat"]


def test_a_target_of_unknown_language_loses_the_stop_words_of_the_page_that_links():
    target = PROFILES.unseen("https://site.example/the-seeds-of-the-tomato")
    match = MATCH(page("The garden of the year", "Tomato seeds"), target)
    assert set(match.shared) == {"tomato", "seeds"}
