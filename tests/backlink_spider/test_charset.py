"""A page's bytes as UTF-8, by the HTML Standard's order."""

from __future__ import annotations

import pytest
import webencodings.labels

from backlink_spider.charset import utf8_body

CYRILLIC = "<p>Привет</p>"
META = '<meta charset="{}">'


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding"),
    [
        # Byte order marks beat the header and the declaration, and are no part of the text.
        (b"\xef\xbb\xbf" + CYRILLIC.encode(), "text/html; charset=koi8-r", CYRILLIC, "utf-8"),
        (b"\xff\xfe" + CYRILLIC.encode("utf-16-le"), "text/html; charset=utf-8", CYRILLIC, "utf-16-le"),
        (b"\xfe\xff" + CYRILLIC.encode("utf-16-be"), "text/html; charset=utf-8", CYRILLIC, "utf-16-be"),
        # The header beats the declaration.
        (
            (META.format("koi8-r") + CYRILLIC).encode("cp1251"),
            "text/html; charset=windows-1251",
            META.format("koi8-r") + CYRILLIC,
            "cp1251",
        ),
        (CYRILLIC.encode("cp1251"), 'text/html; CHARSET="Windows-1251"', CYRILLIC, "cp1251"),
        (CYRILLIC.encode("utf-16-le"), "text/html; charset=utf-16", CYRILLIC, "utf-16-le"),
        (CYRILLIC.encode("utf-16-be"), "text/html; charset=utf-16be", CYRILLIC, "utf-16-be"),
        # Without a header, or with a label nobody knows, the declaration counts.
        ((META.format("windows-1251") + CYRILLIC).encode("cp1251"), "text/html", None, "cp1251"),
        ((META.format("windows-1251") + CYRILLIC).encode("cp1251"), "text/html; charset=x-bogus", None, "cp1251"),
        (
            b"<meta content='text/html; charset=koi8-r' http-equiv=Content-Type>" + CYRILLIC.encode("koi8-r"),
            "",
            None,
            "koi8-r",
        ),
        (b"<!-- <meta charset=koi8-r> --><meta charset=windows-1251>" + CYRILLIC.encode("cp1251"), "", None, "cp1251"),
        # A declaration that can be read cannot be in UTF-16.
        ((META.format("utf-16") + CYRILLIC).encode(), "", META.format("utf-16") + CYRILLIC, "utf-8"),
        # Nothing said, or nothing known: windows-1252.
        (b"<p>caf\xe9 \x93x\x94</p>", "", "<p>café “x”</p>", "cp1252"),
        (b"<meta charset=bogus>\xe9", "text/html; charset=", "<meta charset=bogus>é", "cp1252"),
        # The web's latin-1 is windows-1252.
        (b"\x80", "text/html; charset=iso-8859-1", "€", "cp1252"),
        (b"<p>plain</p>", "text/html; charset=us-ascii", "<p>plain</p>", "cp1252"),
    ],
)
def test_encodings_are_found_in_the_standards_order(body: bytes, content_type: str, text: str, encoding: str) -> None:
    utf8, name = utf8_body(body, content_type)
    assert name == encoding
    assert utf8.decode() == (text if text is not None else body.decode(encoding))


@pytest.mark.parametrize(
    "label", ["base64", "rot13", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "utf-7", "utf-32", "hz",
              "cp037", "undefined", "zlib", "../etc", "\x00"]
)  # fmt: skip
def test_labels_the_web_does_not_know_are_passed_over(label: str) -> None:
    body = b"<a href=x>\\x3cscript\\x3e +ADw-script+AD4- \xe9</a>"
    assert utf8_body(body, f"text/html; charset={label}") == (body.replace(b"\xe9", "é".encode()), "cp1252")
    assert utf8_body(META.format(label).encode() + body, "")[1] == "cp1252"


@pytest.mark.parametrize("label", sorted(webencodings.labels.LABELS))
def test_every_label_of_the_encoding_standard_reads_ascii_markup(label: str) -> None:
    name = webencodings.labels.LABELS[label]
    if name.startswith("utf-16"):
        return
    utf8, _ = utf8_body(b"<a href='/x?y=1'>~\\</a>", f"text/html; charset={label}")
    assert utf8 == b"<a href='/x?y=1'>~\\</a>"


def test_bytes_that_are_not_of_the_encoding_become_replacement_characters() -> None:
    assert utf8_body(b"a\x81\x20b", "text/html; charset=shift_jis")[0].decode() == "a� b"
    assert utf8_body(b"\xff\xfe\x00\xd8", "")[0].decode() == "�"  # a lone surrogate


def test_utf_8_and_plain_ascii_are_not_copied() -> None:
    for body, content_type in ((b"<p>\xc3\xa9", "text/html;charset=utf8"), (b"<p>e", "text/html; charset=koi8-r")):
        assert utf8_body(body, content_type)[0] is body


def test_a_shift_encoding_is_decoded_though_its_bytes_are_ascii() -> None:
    body = "<p>日本</p>".encode("iso2022_jp")
    assert body.isascii()
    assert utf8_body(body, "text/html; charset=iso-2022-jp")[0].decode() == "<p>日本</p>"
