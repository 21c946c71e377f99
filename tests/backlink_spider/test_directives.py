"""A page's robots directives: the most restrictive of all that hold."""

from __future__ import annotations

import pytest

from backlink_spider.directives import page_directives

GOOGLEBOT = frozenset({"googlebot"})
NOBODY = frozenset[str]()


@pytest.mark.parametrize(
    ("metas", "noindex", "nofollow"),
    [
        ([], False, False),
        ([("robots", "nofollow")], False, True),
        ([("robots", "noindex")], True, False),
        ([("robots", "none")], True, True),
        ([("robots", "all")], False, False),
        ([("robots", "index, follow")], False, False),
        ([("ROBOTS", "NoIndex,NOFOLLOW")], True, True),
        ([(" robots ", " noindex ,\tnofollow\n")], True, True),
        ([("robots", "noindex nofollow")], True, True),
        ([("robots", "index,follow"), ("robots", "nofollow")], False, True),
        ([("robots", "nofollow"), ("robots", "all")], False, True),
        ([("googlebot", "nofollow")], False, True),
        ([("robots", "noindex"), ("googlebot", "nofollow")], True, True),
        ([("otherbot", "none")], False, False),
        ([("googlebot-news", "none")], False, False),
        ([("description", "nofollow none")], False, False),
        ([("robots", "max-snippet:-1, max-image-preview: none, nofollow")], False, True),
        ([("robots", "max-image-preview: none")], False, False),
        ([("robots", "max-video-preview: none, max-snippet:none")], False, False),
        ([("robots", "max-video-preview: none")], False, False),
        ([("robots", "unavailable_after: 2030-01-01, noindex")], True, False),
        ([("robots", "nofollowing, xnone")], False, False),
    ],
)
def test_every_robots_meta_counts(metas: list[tuple[str, str]], noindex: bool, nofollow: bool) -> None:
    found = page_directives(metas, [], GOOGLEBOT)
    assert (found.noindex, found.nofollow_by) == (noindex, ("meta_robots",) if nofollow else ())


@pytest.mark.parametrize(
    ("headers", "noindex", "nofollow"),
    [
        (["nofollow"], False, True),
        (["noindex, nofollow"], True, True),
        (["NONE"], True, True),
        (["noarchive", "nofollow"], False, True),
        (["googlebot: nofollow"], False, True),
        (["GoogleBot : NoFollow"], False, True),
        (["googlebot: noarchive, nofollow"], False, True),
        (["otherbot: noindex, nofollow"], False, False),
        (["otherbot: noindex, googlebot: nofollow"], False, True),
        (["googlebot: nofollow, otherbot: noindex"], False, True),
        (["otherbot: none", "noindex"], True, False),
        (["*: nofollow"], False, True),
        (["otherbot: noindex, *: nofollow"], False, True),
        (["otherbot : none"], False, False),
        (["other-bot: none"], False, False),
        (["other.bot: none"], False, False),
        (["other*: none"], False, False),
        (["googlebot-news: none"], False, False),
        (["unavailable_after: Friday, 2010-06-25T15:00:00+02:00, nofollow"], False, True),
        (["unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow"], False, True),
        (["unavailable_after: Friday, 25-Jun-10 15:00:00 PST, nofollow"], False, True),
        (["unavailable_after: 2010-06-25T15:00:00+02:00, nofollow"], False, True),
        (["otherbot: unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow"], False, False),
        (["googlebot: unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow"], False, True),
        (["max-image-preview: none, max-snippet: 20, noindex"], True, False),
        (["noindex nofollow"], True, True),
        (["max-video-preview: -1, otherbot: none, max-video-preview: 0, none"], False, False),
        ([",, ,"], False, False),
    ],
)
def test_every_x_robots_tag_counts(headers: list[str], noindex: bool, nofollow: bool) -> None:
    found = page_directives([], headers, GOOGLEBOT)
    assert (found.noindex, found.nofollow_by) == (noindex, ("x_robots_tag",) if nofollow else ())


@pytest.mark.parametrize(
    ("metas", "headers", "noarchive"),
    [
        ([("robots", "noarchive")], [], True),
        ([("GOOGLEBOT", "NoArchive, nofollow")], [], True),
        ([], ["noindex, noarchive"], True),
        ([], ["googlebot: noarchive"], True),
        ([("robots", "noindex, nofollow")], ["none"], False),
        ([("otherbot", "noarchive")], ["otherbot: noarchive"], False),
        ([("robots", "archive, noarchived")], [], False),
    ],
)
def test_a_page_may_ask_not_to_be_shown_from_a_copy(
    metas: list[tuple[str, str]], headers: list[str], noarchive: bool
) -> None:
    assert page_directives(metas, headers, GOOGLEBOT).noarchive is noarchive


def test_all_causes_are_named() -> None:
    found = page_directives([("robots", "nofollow")], ["none"], GOOGLEBOT)
    assert found.nofollow_by == ("meta_robots", "x_robots_tag")


def test_the_agents_asked_about_decide() -> None:
    metas, headers = [("googlebot", "nofollow"), ("otherbot", "noindex")], ["thirdbot: none"]
    assert page_directives(metas, headers, NOBODY) == (False, False, ())
    assert page_directives(metas, headers, frozenset({"otherbot"})) == (True, False, ())
    assert page_directives(metas, headers, frozenset({"thirdbot"})) == (True, False, ("x_robots_tag",))
