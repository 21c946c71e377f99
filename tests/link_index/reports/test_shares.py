"""Links and domains are counted by class, a domain once in each."""

from __future__ import annotations

from link_index.reports.shares import MOST_CLASSES, OTHERS, Shares


def test_a_link_counts_each_time_and_a_domain_once_in_each_class() -> None:
    shares = Shares()
    for domain, anchor, place in [
        ("a", "exact", "nav"),
        ("a", "exact", "content"),
        ("a", "other", "nav"),
        ("b", "exact", "nav"),
    ]:
        shares.add(domain, {"anchor": anchor, "place": place})
    assert shares.rows("anchor") == [("exact", 3, 2), ("other", 1, 1)]
    assert shares.rows("place") == [("nav", 3, 2), ("content", 1, 1)]


def test_classes_that_nobody_bounds_are_bounded_here() -> None:
    shares = Shares()
    for number in range(10_000):
        shares.add("a", {"language": f"l{number}"})
    rows = shares.rows("language")
    assert rows[0] == (OTHERS, 10_000 - MOST_CLASSES, 1)
    assert len(rows) == MOST_CLASSES + 1


def test_a_dimension_without_links_has_no_rows() -> None:
    assert Shares().rows("anchor") == []
