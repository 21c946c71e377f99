import pytest

from link_index.language.stop_words import stop_words
from link_index.language.words import words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the and with you don't"),
        ("de", "und mit für über"),
        ("fr", "avec l' aujourd'hui les"),
        ("es", "para con según"),
        ("it", "della con perché"),
        ("ru", "для как или"),
        ("nb", "og ikke"),
        ("ja", "の を"),
    ],
)
def test_stop_words_are_spelled_as_words_spells_them(language, text):
    assert stop_words(language).issuperset(words(text))


@pytest.mark.parametrize(
    ("language", "word"), [("en", "computer"), ("en", "fire"), ("ru", "машина"), ("de", "garten"), ("fr", "jardin")]
)
def test_words_that_carry_a_theme_are_none(language, word):
    assert word not in stop_words(language)


@pytest.mark.parametrize("language", ["xx", "", None])
def test_an_unknown_language_has_none(language):
    assert stop_words(language) == frozenset()
