import pytest

from link_index.language.language_tag import primary


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("EN_us", "en"),
        (" fr-CA ", "fr"),
        ("zh-Hant-TW", "zh"),
        ("ast", "ast"),
        ("x-default", None),
        ("i-klingon", None),
        ("english", None),
        ("en, fr", None),
        ("en;q=0.8", None),
        ("und", None),
        ("{{ lang }}", None),
        ("ｅｎ", None),
        ("", None),
        (None, None),
        ("en-" + "a" * 10_000, None),
    ],
)
def test_the_primary_subtag_of_a_tag(tag, language):
    assert primary(tag) == language


@pytest.mark.parametrize(("old", "language"), [("iw", "he"), ("in-ID", "id"), ("ji", "yi"), ("mo", "ro")])
def test_a_deprecated_subtag_is_read_as_the_one_that_replaced_it(old, language):
    assert primary(old) == language
