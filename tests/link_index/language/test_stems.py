import pytest

from link_index.language.stems import _ALGORITHMS, stems


@pytest.mark.parametrize(
    ("language", "some", "other"),
    [
        ("en", "gardening", "gardens"),
        ("de", "häuser", "häusern"),
        ("fr", "voitures", "voiture"),
        ("es", "recetas", "receta"),
        ("it", "ricette", "ricetta"),
        ("ru", "машины", "машина"),
        ("pt", "receitas", "receita"),
        ("nl", "huizen", "huis"),
        ("sv", "bilar", "bilarna"),
        ("nb", "biler", "bilene"),
        ("fi", "talossa", "talon"),
        ("tr", "evler", "ev"),
    ],
)
def test_forms_of_a_word_have_one_stem(language, some, other):
    assert len(set(stems([some, other], language))) == 1


@pytest.mark.parametrize("language", ["ja", "zh", "xx", None])
def test_words_of_a_language_without_a_stemmer_stay_as_they_are(language):
    assert stems(["gardens", "庭園"], language) == ["gardens", "庭園"]


@pytest.mark.parametrize("language", sorted(_ALGORITHMS))
def test_every_stemmer_takes_any_word_and_gives_one(language):
    odd = ["a", "ab", "ß", "1999", "é", "\ud800", "\x00", "i\u0307", "सी", "நான்", "سلام", "ու", "s" * 40, "'", "’s"]
    found = stems(odd, language)
    assert len(found) == len(odd)
    assert all(found)
