import pytest

from link_index.rules.rule_file import rules
from link_index.theme.match import Matcher, joined
from link_index.theme.profile import Profiles
from link_index.theme.template import template_stems

PROFILES = Profiles()
MATCH = Matcher().match
RULES = rules("theme")


def page(title, headings="", language="en", template=frozenset()):
    return PROFILES.page(title, [each for each in headings.split(" / ") if each], language, template)


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


def test_a_shared_template_does_not_make_two_pages_alike():
    template = "Acme Media Network | {} | Lifestyle Magazine"
    headings = "Editors picks / Trending stories / Horoscope / Celebrity gossip"
    titles = ["Growing tomatoes", "Vintage cars", "Chess openings", "Cheap flights", "Knitting shawls"]
    stems = template_stems(
        [PROFILES.stems(template.format(title), headings.split(" / "), "en") for title in titles], RULES
    )
    garden, cars = (template.format(title) for title in titles[:2])
    assert MATCH(page(garden, headings), page(cars, headings)).score > 0.9
    assert MATCH(page(garden, headings, template=stems), page(cars, headings, template=stems)).score == 0.0


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
