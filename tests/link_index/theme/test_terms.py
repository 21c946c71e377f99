import pytest

from link_index.rules.rule_file import rules
from link_index.theme.terms import Terms, is_pair

TERMS = Terms(rules("theme"))


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("The best guide to growing tomatoes", "en", ["growing", "tomatoes"]),
        ("Top 10 tips for 2024", "en", []),
        ("Canon EOS 5D and 90210", "en", ["canon", "eos", "5d", "90210"]),
        ("Der große Ratgeber: Hochbeete", "de", ["hochbeete"]),
        ("トマトの育て方", "ja", ["トマト", "育"]),
        ("東京の猫", "ja", ["東京", "猫"]),
        ("the tomatoes", None, ["the", "tomatoes"]),
        ("", "en", []),
    ],
)
def test_words_without_a_theme_are_left_out(text, language, words):
    assert [word for _, word in TERMS.of(text, language)] == words


def test_each_word_comes_with_its_stem():
    assert TERMS.of("growing tomatoes", "en") == [("grow", "growing"), ("tomato", "tomatoes")]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("東京", True), ("자동", True), ("セル", False), ("猫", False), ("ab", False), ("東京都", False)],
)
def test_pairs_of_characters_are_told_from_words(word, expected):
    assert is_pair(word) is expected
