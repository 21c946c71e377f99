"""Which URLs are redirection scripts, and where they lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from link_index.redirect_scripts.redirect_script import RedirectScripts, redirect_script
from link_index.rules.rule_file import overridden, rules

B = "https://b.example/x"
LEADING = [
    ("https://a.example/out.php?url=https%3A%2F%2Fb.example%2Fx", "script", B),
    ("https://a.example/go?u=https%253A%252F%252Fb.example%252Fx", "script", B),
    ("https://a.example/redirect?to=aHR0cHM6Ly9iLmV4YW1wbGUveA", "script", B),
    ("https://a.example/redir.asp?target=68747470733a2f2f622e6578616d706c652f78", "script", B),
    ("https://a.example/go/https://b.example/x", "script", B),
    ("https://a.example/weiterleitung.php?ziel=www.b.example", "script", "http://www.b.example/"),
    ("https://a.example/redirect.php?id=7", "script", None),
    ("https://bit.ly/3xYz", "shortener", None),
    ("https://google.co.uk/url?q=https://b.example/x&sa=D", "google", B),
    ("https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fb.example%2Fx&data=1", "outlook_safelinks", B),
    ("https://urldefense.proofpoint.com/v2/url?u=https-3A__b.example_x&d=a", "urldefense", B),
    ("https://a.example/out.php?url=https://bing.com/ck/a?u=a1aHR0cHM6Ly9iLmV4YW1wbGUveA", "script", B),
]


@pytest.mark.parametrize(("url", "rule", "target"), LEADING)
def test_a_redirection_script_is_told_with_the_rule_and_where_it_leads(url: str, rule: str, target: str | None) -> None:
    verdict = redirect_script(url)
    assert verdict is not None
    assert (verdict.rule, verdict.target) == (rule, target)
    assert verdict.said


@pytest.mark.parametrize(
    "url",
    [
        "https://facebook.com/sharer.php?u=https://b.example/x",
        "https://a.example/login?next=https://b.example/x",
        "https://a.example/redirect?client_id=7&url=https://b.example/x",
        "https://a.example/oauth/redirect?url=https://b.example/x",
        "https://validator.w3.org/check?uri=https://b.example/x",
        "https://a.example/search?q=https://b.example/x",
        "https://a.example/out.php?url=https://www.a.example/x",
        "https://a.example/out.php?url=/x",
        "https://a.example/news/redirect",
        "https://a.example/page?ref=https://b.example/x",
        "https://web.archive.org/web/2020/https://b.example/x",
        "https://bit.ly/",
    ],
)
def test_what_is_something_else_is_no_redirection_script(url: str) -> None:
    assert redirect_script(url) is None


@given(st.text(), st.text())
def test_any_string_has_a_verdict_or_none(path: str, query: str) -> None:
    redirect_script(f"https://a.example/{path}?url={query}")
    redirect_script(f"https://a.example/out.php?url={query}")


def test_an_operator_adds_names_without_copying_the_lists() -> None:
    own = {"extra": {"shorteners": ["ex.am"], "scripts": ["vamos"]}}
    scripts = RedirectScripts(overridden(rules("redirect_scripts"), own, "here"))
    assert scripts.judge("https://ex.am/abc") is not None
    assert scripts.judge("https://bit.ly/abc") is not None
    assert scripts.judge("https://a.example/vamos?url=https://b.example/x") is not None
