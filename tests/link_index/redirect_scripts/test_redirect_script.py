"""Which URLs are redirection scripts, and where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from link_index.errors import BadRules
from link_index.redirect_scripts.redirect_script import MOST, RedirectScripts, redirect_script
from link_index.rules.rule_file import overridden, rules
from tests.link_index.redirect_scripts.labelled_urls import found_urls, labelled_urls

if TYPE_CHECKING:
    from link_index.rules.rule_file import Rules

B = "https://b.example/x"
PRECISION, RECALL, TARGETS, FOUND_RECALL = 0.99, 0.95, 0.97, 0.7  # at least
LEADING = [
    ("https://a.example/out.php?url=https%3A%2F%2Fb.example%2Fx", "script", B),
    ("https://a.example/go?u=https%253A%252F%252Fb.example%252Fx", "script", B),
    ("https://a.example/redirect?to=aHR0cHM6Ly9iLmV4YW1wbGUveA", "script", B),
    ("https://a.example/redir.asp?target=68747470733a2f2f622e6578616d706c652f78", "script", B),
    ("https://a.example/go/https://b.example/x", "script", B),
    ("https://a.example/go/aHR0cHM6Ly9iLmV4YW1wbGUveA==", "script", B),
    ("https://a.example/weiterleitung.php?ziel=www.b.example", "script", "http://www.b.example/"),
    ("https://a.example/redirect.php?id=7", "script", None),
    ("https://a.example/cgi-bin/clickthru.cgi?id=name", "script", None),
    ("https://a.example/go/name", "folder", None),
    ("https://bit.ly/3xYz", "shortener", None),
    ("https://artist.lnk.to/Album", "shortener", None),
    ("https://a.example/out.php?id=a&amp;url=https://b.example/x", "script", B),
    ("https://google.co.uk/url?q=https://b.example/x&sa=D", "google", B),
    ("https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fb.example%2Fx&data=1", "outlook_safelinks", B),
    ("https://urldefense.proofpoint.com/v2/url?u=https-3A__b.example_x&d=a", "proofpoint_2", B),
    ("https://a.example/out.php?url=https://bing.com/ck/a?u=a1aHR0cHM6Ly9iLmV4YW1wbGUveA", "script", B),
    ("https://urldefense.com/v3/__https://b.example/*__;eA!!a!b$", "proofpoint_3", B),
    ("https://mail.a.example/ls/click?upn=u1", "sendgrid", None),
    ("https://www.anrdoezrs.net/links/7/type/dlg/sid/a/https://b.example/x", "commission_junction", B),
    ("https://secure-web.cisco.com/1a-b/https%3A%2F%2Fb.example%2Fx", "cisco", B),
    ("https://mail.a.example/owa/redir.aspx?C=a&URL=https%3a%2f%2fb.example%2fx", "outlook_web", B),
]
NO_SCRIPTS = [
    "https://facebook.com/sharer.php?u=https://b.example/x",
    "https://a.example/login?next=https://b.example/x",
    "https://a.example/redirect?client_id=7&url=https://b.example/x",
    "https://a.example/oauth/redirect?url=https://b.example/x",
    "https://validator.w3.org/check?uri=https://b.example/x",
    "https://a.example/search?q=https://b.example/x",
    "https://a.example/out.php?url=https://www.a.example/x",  # the same site
    "https://a.example/out.php?url=/x",
    "https://a.example/out.php?topic=news",
    "https://a.example/click.php?url=/x",
    "https://a.example/go?url=https://b.example/x&callback=?",  # a program asks
    "https://a.example/out.php?url=https://b.example/x.jpg",  # a picture
    "https://a.example/news/redirect",
    "https://a.example/page?ref=https://b.example/x",
    "https://web.archive.org/web/2020/https://b.example/x",
    "https://a.example/https://b.example/x",
    "https://a.example/go/language-tutorial",
    "https://a.example/go/A_page_of_a_wiki",
    "https://a.example/package/url?https://b.example/x",
    "https://a.example/clicking?url=https://b.example/x",
    "https://www.google.com/url?q=what-is-a-url",  # carries nothing
    "https://a.example/ls/click?id=7",  # without what the rule needs
    f"https://a.example/out.php?url=https://b.example/x&more={'a' * MOST}",  # too long
    "https://google.com.evil.example/url?q=https://b.example/x",
    "https://notgoogle.com/url/x?q=https://b.example/x",
    "https://bit.ly/",
    "https://bitly.com/pages/pricing",
    "https://rabbit.ly/3xYz",
]


@pytest.mark.parametrize(("url", "rule", "target"), LEADING)
def test_a_redirection_script_is_told_with_the_rule_and_where_it_leads(url: str, rule: str, target: str | None) -> None:
    verdict = redirect_script(url)
    assert verdict is not None
    assert (verdict.rule, verdict.target) == (rule, target)


@pytest.mark.parametrize("url", NO_SCRIPTS)
def test_what_is_something_else_is_no_redirection_script(url: str) -> None:
    assert redirect_script(url) is None


def test_the_reason_is_a_sentence_that_names_what_was_seen() -> None:
    assert _said("https://a.example/out.php?url=https://b.example/") == (
        "The script out.php carries the URL of another site in url=."
    )
    assert _said("https://www.google.de/url?q=https://b.example/") == (
        "google.de is Google's click counter; it carries the target in q=."
    )
    assert _said("https://bit.ly/abc") == "bit.ly is a link shortener; its URL does not say where it leads."


@pytest.mark.parametrize("held_out", [False, True])
def test_labelled_urls_are_told_apart_with_few_mistakes(held_out: bool) -> None:
    half = [each for each in labelled_urls() if each.held_out is held_out]
    told = [(each, redirect_script(each.url)) for each in half]
    right = [(each, verdict) for each, verdict in told if verdict and each.is_script]
    assert len(right) >= PRECISION * sum(verdict is not None for _, verdict in told)
    assert len(right) >= RECALL * sum(each.is_script for each in half)
    assert sum(verdict.target == each.target for each, verdict in right) >= TARGETS * len(right)


def test_urls_found_in_public_repositories_are_told_apart_with_few_mistakes() -> None:
    told = [(each, redirect_script(each.url)) for each in found_urls()]
    right = [(each, verdict) for each, verdict in told if verdict and each.is_script]
    assert len(right) >= PRECISION * sum(verdict is not None for _, verdict in told)
    assert len(right) >= FOUND_RECALL * sum(each.is_script for each, _ in told)
    assert all(verdict.target == each.target for each, verdict in right)


def test_the_labelled_urls_are_many_and_hard() -> None:
    labelled = labelled_urls()
    assert len({each.url for each in labelled}) == len(labelled) >= 300
    assert sum(not each.is_script for each in labelled) >= 150


def test_what_a_chain_of_scripts_carries_is_unwrapped_to_a_bound() -> None:
    assert redirect_script(_wrapped(B, 3)).target == B  # type: ignore[union-attr]
    beyond = redirect_script(_wrapped(B, 8))
    assert beyond is not None
    assert beyond.target != B


URLS = st.tuples(
    st.sampled_from(
        ["https://a.example/", "https://google.com/", "https://urldefense.com/v3/__", "https://href.li/?", ""]
    ),
    st.sampled_from(["out.php?url=", "go/", "url?q=", "out/https%3A%2F%2F", "redirect?to=aHR0c", "go?u=6874747", ""]),
    st.text() | st.text(alphabet="abhtp:/%25=&?aHR0c68.[]@"),
)


@given(URLS)
def test_any_string_has_a_verdict_or_none(parts: tuple[str, str, str]) -> None:
    verdict = redirect_script("".join(parts))
    assert verdict is None or verdict.target is None or verdict.target.startswith(("http://", "https://"))


@given(st.from_regex(r"https://[b-y]{3,9}\.example/[a-z/]{0,20}(\?[a-z]{1,4}=[a-z0-9&=%]{0,20})?", fullmatch=True))
def test_a_target_that_is_encoded_by_the_book_is_read_back(url: str) -> None:
    from base64 import urlsafe_b64encode
    from urllib.parse import quote

    from link_index.urls import resolve

    normal = resolve(url, "https://base.invalid/")
    for value in (quote(url, safe=""), urlsafe_b64encode(url.encode()).decode().rstrip("="), url.encode().hex()):
        verdict = redirect_script(f"https://www.a.example/out.php?url={value}")
        assert verdict is not None
        assert verdict.target == normal


def test_an_operator_adds_names_without_copying_the_lists() -> None:
    known = {"rule": "ours", "what": "our counter", "urls": ["c.example/to/*"], "parameters": ["where"]}
    scripts = _with(shorteners=["ex.am"], scripts=["vamos"], excluded_domains=["d.example"], known=[known])
    assert scripts.judge("https://ex.am/abc") is not None
    assert scripts.judge("https://bit.ly/abc") is not None
    assert scripts.judge("https://a.example/vamos?url=https://b.example/x") is not None
    assert scripts.judge("https://d.example/out.php?url=https://b.example/x") is None
    assert scripts.judge(f"https://www.c.example/to/1?where={B}") == (
        "ours",
        "c.example is our counter; it carries the target in where=.",
        B,
    )


def test_a_known_script_without_urls_is_a_mistake_in_a_sentence() -> None:
    with pytest.raises(BadRules, match="has a rule, a what and urls"):
        _with(known=[{"rule": "ours", "what": "our counter"}])


def _with(**extra: object) -> RedirectScripts:
    own: Rules = {"extra": extra}
    return RedirectScripts(overridden(rules("redirect_scripts"), own, "here"))


def _said(url: str) -> str:
    verdict = redirect_script(url)
    assert verdict is not None
    return verdict.said


def _wrapped(url: str, times: int) -> str:
    """The URL in base64, in scripts of sites that alternate; percent-encoding would double with every one."""
    from base64 import urlsafe_b64encode

    for turn in range(times):
        url = f"https://{'ac'[turn % 2]}.example/go?url={urlsafe_b64encode(url.encode()).decode()}"
    return url
