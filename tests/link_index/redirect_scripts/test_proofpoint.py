"""What Proofpoint's mail filter rewrote is read back."""

from __future__ import annotations

import pytest

from link_index.redirect_scripts.proofpoint import version_2, version_3


def test_version_2_writes_percent_as_minus_and_slash_as_underscore() -> None:
    assert version_2("https-3A__b.example_a-2Db-5Fc") == "https%3A//b.example/a%2Db%5Fc"


@pytest.mark.parametrize(
    ("rest", "url"),
    [
        ("https://b.example/x__;!!abc!d$", "https://b.example/x"),
        ("https://b.example/x*L4__;Iw!!abc!d$", "https://b.example/x#L4"),
        ("https://b.example/*a*b__;w6TDtg!!abc!d$", "https://b.example/äaöb"),
        ("https://b.example/**A*c__;w6TDtsO8!!abc!d$", "https://b.example/äöüc"),  # **A: two characters at once
        ("https://b.example/x*y__;!!abc!d$", "https://b.example/x*y"),
        ("https://b.example/x*y__;A!!abc!d$", "https://b.example/x*y"),  # no base64
        ("https://b.example/***__;Iw!!abc!d$", "https://b.example/#"),  # more stars than characters
        ("", ""),
    ],
)
def test_version_3_puts_the_replaced_characters_back(rest: str, url: str) -> None:
    assert version_3(rest) == url
