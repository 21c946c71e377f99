from __future__ import annotations

import pytest

from link_index.anchors.generic_words import generic_words, languages, says_nothing

SAYS_NOTHING = [
    ("en", "click here to read more"), ("de", "weitere Informationen finden Sie hier"), ("fr", "lire la suite"),
    ("es", "haz clic aquí"), ("it", "clicca qui"), ("pt", "saiba mais"), ("nl", "lees verder"), ("pl", "czytaj więcej"),
    ("sv", "läs mer"), ("ru", "читать далее"), ("uk", "детальніше тут"), ("tr", "devamını oku"), ("cs", "více zde"),
    ("da", "læs mere"), ("no", "les mer"), ("nb", "les mer"), ("fi", "lue lisää"), ("hu", "kattints ide"),
    ("ro", "citește mai mult"), ("el", "διαβάστε περισσότερα"), ("ar", "اضغط هنا"), ("ja", "詳しくはこちら"),
    ("zh", "點擊這裡"), ("ko", "자세히 보기"), ("vi", "xem thêm"), ("id", "klik di sini"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "anchor"), SAYS_NOTHING)
def test_generic_anchors_of_each_language_are_known(language: str, anchor: str) -> None:
    assert says_nothing(anchor, [language]).endswith(f"({language})")


def test_every_list_has_an_example_here() -> None:
    assert {*languages()} == {language for language, _ in SAYS_NOTHING} - {"nb"}


@pytest.mark.parametrize("language", languages())
def test_no_list_is_empty(language: str) -> None:
    lists = generic_words(language)
    assert len(lists.words) > 20
    assert lists.phrases
    assert lists.common


def test_an_unknown_language_tries_all() -> None:
    assert says_nothing("lees verder", [None])
    assert not says_nothing("a rose garden", [None])


def test_two_generic_words_of_one_language_are_generic_on_pages_of_all() -> None:
    assert says_nothing("lees verder", ["pl"])
    assert not says_nothing("lees", ["pl"])
    assert not says_nothing("verder klik ici", ["pl"])


def test_texts_without_blanks_are_put_together_of_generic_pieces() -> None:
    assert says_nothing("こちらより詳しくご覧ください", ["ja"]) == "only generic words (ja)"
    assert not says_nothing("こちらの自転車", ["ja"])
    assert says_nothing("请点击查看", ["zh"])
