import pytest

from link_index.rules.rule_file import rules
from link_index.theme.template import template_stems

RULES = rules("theme")


@pytest.mark.parametrize(
    ("pages", "stems"),
    [
        (["acme home tomato", "acme home bread", "acme home bike", "acme home", "acme cat"], {"acme", "home"}),
        (["acme"] * 3 + ["other"] * 3, set()),  # half is not more than half
        (["acme"] * 4, set()),  # of four pages nobody can tell
        (["acme acme acme", "b", "c", "d", "e"], set()),
        ([], set()),
    ],
)
def test_words_on_more_than_half_of_the_pages_of_a_site(pages, stems):
    assert template_stems([page.split() for page in pages], RULES) == stems


def test_pages_are_read_as_they_come_and_not_without_end():
    def endless():
        while True:
            yield ["acme"]

    assert template_stems(endless(), RULES) == {"acme"}
