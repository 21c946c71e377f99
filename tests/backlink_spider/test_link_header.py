"""The Link response header."""

from __future__ import annotations

import pytest

from backlink_spider.link_header import header_links


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("</a>", [("/a", {})]),
        ("</a>; rel=canonical", [("/a", {"rel": "canonical"})]),
        ('</a>; REL="canonical alternate"', [("/a", {"rel": "canonical alternate"})]),
        ("</a>;rel=a;rel=b", [("/a", {"rel": "a"})]),
        ("</a>; rel = a , </b>; rel=b", [("/a", {"rel": "a"}), ("/b", {"rel": "b"})]),
        ("</a,b>; rel=a", [("/a,b", {"rel": "a"})]),
        ("</a;b>; rel=a", [("/a;b", {"rel": "a"})]),
        ('</a>; title="x, <y>; z"; rel=a, </b>', [("/a", {"title": "x, <y>; z", "rel": "a"}), ("/b", {})]),
        (r'</a>; title="q\"q\\"; rel=a', [("/a", {"title": 'q"q\\', "rel": "a"})]),
        ("</a>; rel", [("/a", {"rel": ""})]),
        ("</a> ; rel=a", [("/a", {"rel": "a"})]),
        ('</a>; title=""; rel=a', [("/a", {"title": "", "rel": "a"})]),
        ("</a>; rel, </b>", [("/a", {"rel": ""}), ("/b", {})]),
        ("</a>;</b>", [("/a", {"": ""}), ("/b", {})]),
        ("</a>;; rel=a", [("/a", {"": "", "rel": "a"})]),
        (" , ,</a>, ,</b>,", [("/a", {}), ("/b", {})]),
        ("junk, </a>; rel=a", [("/a", {"rel": "a"})]),
        ("junk </z>, </a>", [("/a", {})]),
        ("x, </a>", [("/a", {})]),
        ("junk>", []),
        ("</a> junk </z>; rel=x, </b>", [("/a", {}), ("/b", {})]),
        ("< /a >", [("/a", {})]),
        ("</a", []),
        ('</a>; rel="unclosed', [("/a", {"rel": ""})]),
    ],
)
def test_link_values_are_taken_apart(value: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert list(header_links(value)) == expected


@pytest.mark.parametrize("value", ["<," * 30_000, "," * 60_000, ";" * 60_000, "<a>;" * 15_000, '<a>;a="' * 9_000])
def test_a_hostile_header_costs_little(value: str) -> None:
    assert len(list(header_links(value))) <= 15_000
