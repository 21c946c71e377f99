import pytest

from link_index.theme.idf_table import DomainCounts


def counted(*pages):
    counts = DomainCounts()
    for domain, language, stems in pages:
        counts.add(domain, language, stems.split())
    return counts.table()


def test_a_word_counts_once_for_a_domain_however_many_of_its_pages_have_it():
    table = counted(*[("one.example", "en", "tomato")] * 1000, ("two.example", "en", "tomato basil"))
    assert table.domains("tomato", "en") == pytest.approx(2, rel=0.1)
    assert table.domains("basil", "en") == pytest.approx(1, rel=0.1)
    assert table.domains("", "en") == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize("domains", [10, 100, 5000])
def test_counts_of_domains_are_near_the_truth(domains):
    table = counted(*((f"site{number}.example", "en", "tomato") for number in range(domains)))
    assert table.domains("tomato", "en") == pytest.approx(domains, rel=0.4)


def test_the_same_spelling_in_another_language_is_another_word():
    table = counted(("one.example", "en", "gift"), ("two.example", "de", "gift"), ("three.example", "de", "gift"))
    assert table.domains("gift", "en") == pytest.approx(1, rel=0.1)


def test_rare_words_weigh_more_and_unknown_ones_most():
    pages = [(f"site{number}.example", "en", "home" + " tomato" * (number < 20)) for number in range(1000)]
    table = counted(*pages, ("last.example", "en", "varroa"))
    weights = [table.weight(stem, "en") for stem in ("home", "tomato", "varroa", "unseen")]
    assert weights == sorted(weights)
    assert weights[0] < 0.2
    assert weights[3] == 1.0


def test_in_an_index_of_two_sites_all_words_weigh_about_the_same():
    table = counted(("one.example", "en", "home tomato"), ("two.example", "en", "home"))
    assert table.weight("home", "en") > 0.8
