"""The shared declarative refresh steps."""

from __future__ import annotations

import pytest

from backlink_spider.refresh import declared_refresh, refresh_directive


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0; url=/x", (0, "/x")),
        ("5;URL=/x", (5, "/x")),
        ("5, url=/x", (5, "/x")),
        ("5 url=/x", (5, "/x")),
        (" \t5 ; url = /x ", (5, "/x")),
        ("\t\n\f\r 5\t\n\f\r ;\t\n\f\r url\t\n\f\r =\t\n\f\r /x\t\n\f\r ", (5, "/x")),
        ("5\t/x", (5, "/x")),
        ("5\n/x", (5, "/x")),
        ("5\f/x", (5, "/x")),
        ("5\r/x", (5, "/x")),
        ("\v5;/x", None),
        ("5\v;/x", None),
        ("\xa05;/x", None),
        ("5;/x", (5, "/x")),
        ("5 /x", (5, "/x")),
        ("1.9;url=x", (1, "x")),
        (".5; x", (0, "x")),
        (".; x", (0, "x")),
        ("1.2.3; x", (1, "x")),
        ("007; x", (7, "x")),
        ("0" * 20 + "7; x", (7, "x")),
        ("..5; x", (0, "x")),
        ("0;/x?url=y", (0, "/x?url=y")),
        ("0;url=' /x '", (0, "/x")),
        ("0;url='/x'y", (0, "/x")),
        ('0;url="/x', (0, "/x")),
        ("0;'/x'", (0, "/x")),
        ("0;url", (0, "url")),
        ("0;urlx", (0, "urlx")),
        ("0;u'x'", (0, "u'x'")),
        ("0;url=url=x", (0, "url=x")),
        ("0;;x", (0, ";x")),
        ("0;url=", (0, "")),
        ("5", (5, None)),
        ("5;", (5, None)),
        ("5 ; ", (5, None)),
        ("", None),
        ("url=/x", None),
        (";url=/x", None),
        ("-1; url=/x", None),
        ("5x; url=/x", None),
        ("5.x", None),
        ("1" * 30, (111111111, None)),
        ("1" * 100_000 + "x", None),
    ],
)
def test_values_are_read_as_browsers_do(value: str, expected: tuple[int, str | None] | None) -> None:
    assert refresh_directive(value) == expected


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("0;url=x ", "http://base.test/d/x"),
        ("0;url=//e.test/#frag", "http://e.test/"),
        ("0", "http://page.test/p"),
        ("0;url=", "http://base.test/d/"),
        ("0;url=mailto:a@b.test", "mailto:a@b.test"),
    ],
)
def test_targets_are_resolved_against_the_base_and_a_reload_is_the_document(value: str, url: str) -> None:
    assert declared_refresh("k", value, "http://base.test/d/", "http://page.test/p") == ("k", url, 0)


@pytest.mark.parametrize("value", ["", "x", "0;url=http://", "0;url=javascript:alert(1)", "0; url=\tJavaScript:x"])
def test_a_value_without_effect_declares_nothing(value: str) -> None:
    assert declared_refresh("k", value, "http://base.test/", "http://page.test/") is None
