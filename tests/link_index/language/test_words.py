import time

import pytest

from link_index.language.words import MAX_TEXT, MAX_WORD, words


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("", []),
        ("!? — …", []),
        ("The Quick-Start guide", ["the", "quick", "start", "guide"]),
        ("snake_case 5G v2.0", ["snake", "case", "5g", "v2", "0"]),
        ("Don’t", ["don", "t"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Cafe\u0301 Café", ["café", "café"]),
        ("ﬁne Ｗｉｄｅ", ["fine", "wide"]),
        ("Donau\u00addampf", ["donaudampf"]),
        ("İstanbul", ["istanbul"]),
        ("L'Équipe d'aujourd’hui", ["l", "équipe", "d", "aujourd", "hui"]),
        ("Новости Москвы", ["новости", "москвы"]),
        ("हिन्दी में समाचार", ["हिन्दी", "में", "समाचार"]),
        ("می‌خواهم", ["میخواهم"]),
    ],
)
def test_words_of_languages_with_spaces(text, split):
    assert words(text) == split


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("自動車", ["自動", "動車"]),
        ("車", ["車"]),
        ("プログラミング入門ガイド", ["プログラミング", "入門", "ガイド"]),
        ("ﾌﾟﾛｸﾞﾗﾐﾝｸﾞ", ["プログラミング"]),
        ("こちら", ["こち", "ちら"]),
        ("자동차 시장", ["자동", "동차", "시장"]),
        ("ที่นี่", ["ที่นี่"]),
        ("ภาษา", ["ภา", "าษ", "ษา"]),
        ("iPhone修理の店", ["iphone", "修理", "の", "店"]),
    ],
)
def test_pairs_of_characters_where_spaces_do_not_tell_words(text, split):
    assert words(text) == split


def test_no_more_words_than_asked_for():
    assert words("one two three", limit=2) == ["one", "two"]
    assert words("一二三四五六", limit=3) == ["一二", "二三", "三四"]


def test_a_long_run_is_cut():
    assert words("a" * 1000) == ["a" * MAX_WORD]
    assert words("é" * 1000) == ["é" * MAX_WORD]


@pytest.mark.parametrize("text", ["\ufdfa", "a\u0301\u0301", "ที่", "\x00\ud800", "_-", "é_", "\u0f71\u0f72"])
def test_hostile_text_is_read_in_no_time(text):
    start = time.perf_counter()
    assert len(words(text * MAX_TEXT)) <= 1000
    assert time.perf_counter() - start < 10  # quadratic would be minutes
