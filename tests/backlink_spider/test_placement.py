"""Where on the page a link stands."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from backlink_spider.inherited import Inherited
from backlink_spider.placement import OUTERMOST, state_inside


def placements(html: str) -> list[str]:
    parser = LexborHTMLParser(html)
    assert parser.root is not None
    known = Inherited(
        parser.root, OUTERMOST, lambda tag, has, outside: state_inside(tag, has.get("role") or "", outside)
    )
    return [known.inside(link.parent)[0] for link in parser.css("a, link") if link.parent is not None]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a>", "content"),
        ("<div><p><a>", "content"),
        ("<nav><ul><li><a>", "nav"),
        ("<header><div><a>", "header"),
        ("<footer><a>", "footer"),
        ("<aside><a>", "aside"),
        ("<main><a>", "content"),
        ("<head><link>", "head"),
        ("<body><link>", "content"),
        # The nearest landmark decides.
        ("<header><nav><a>", "nav"),
        ("<nav><aside><a>", "aside"),
        ("<aside><main><a>", "content"),
        ("<main><nav><a>", "nav"),
        ("<footer><p></p><div><nav></nav><a>", "footer"),
        # Sectioning content is no placement, but its header and footer are not the page's.
        ("<article><a>", "content"),
        ("<aside><section><article><a>", "aside"),
        ("<article><header><a>", "content"),
        ("<article><footer><a>", "content"),
        ("<section><header><a>", "content"),
        ("<main><header><a>", "content"),
        ("<nav><header><a>", "nav"),
        ("<aside><footer><a>", "aside"),
        ("<footer><article><header><a>", "footer"),
        ("<div role=main><header><a>", "content"),
        ("<div role=article><footer><a>", "content"),
        ("<div role=region><footer><a>", "content"),
        ("<div role=navigation><footer><a>", "nav"),
        ("<div role=complementary><footer><a>", "aside"),
        ("<article><header><footer><a>", "content"),
        ("<header><header><a>", "header"),
        ("<header><footer><a>", "footer"),
        # Roles.
        ("<div role=navigation><a>", "nav"),
        ("<div role=banner><a>", "header"),
        ("<div role=contentinfo><a>", "footer"),
        ("<div role=complementary><a>", "aside"),
        ("<nav><div role=main><a>", "content"),
        ("<div ROLE='  NAVIGATION\t'><a>", "nav"),
        ("<article><header role=banner><a>", "header"),
        ("<article><div role=contentinfo><a>", "footer"),
        # The first token that is a role counts, exact tokens only, and it replaces the element's own role.
        ("<div role='unknown navigation banner'><a>", "nav"),
        ("<div role='button navigation'><a>", "content"),
        ("<nav role=presentation><a>", "content"),
        ("<nav role='none banner'><a>", "content"),
        ("<header role=navigation><a>", "nav"),
        ("<nav role=unknown><a>", "nav"),
        ("<article><header role=unknown><a>", "content"),
        ("<nav role=''><a>", "nav"),
        ("<nav role><a>", "nav"),
        ("<aside><nav role=menu><a>", "aside"),
        ("<div role=subnavigation><a>", "content"),
        ("<div role=nav><a>", "content"),
        ("<div class=nav id=footer><a>", "content"),
        ("<section role=presentation><header><a>", "content"),
        ("<article role=none><header><a>", "content"),
        ("<aside role=none><header><a>", "content"),
        ("<main role=none><header><a>", "content"),
        ("<nav role=none><header><a>", "content"),
        ("<div role=search><a>", "content"),
    ],
)
def test_the_nearest_landmark_outward_decides(html: str, expected: str) -> None:
    assert placements(html) == [expected]


# https://www.w3.org/TR/wai-aria-1.2/#role_definitions
NO_LANDMARKS = """
    alert alertdialog application article blockquote button caption cell checkbox code columnheader combobox definition
    deletion dialog directory document emphasis feed figure form generic grid gridcell group heading img insertion link
    list listbox listitem log marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter none note option
    paragraph presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox
    separator slider spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time
    timer toolbar tooltip tree treegrid treeitem
"""
ABSTRACT = "command composite input landmark range roletype section sectionhead select structure widget window"


@pytest.mark.parametrize("role", NO_LANDMARKS.split())
def test_a_role_that_is_no_landmark_takes_an_elements_own_away(role: str) -> None:
    assert placements(f"<nav role='{role} navigation'><a>") == ["content"]


@pytest.mark.parametrize("role", ABSTRACT.split())
def test_an_abstract_role_is_none(role: str) -> None:
    assert placements(f"<div role='{role} navigation'><a>") == ["nav"]


def test_links_share_what_is_known_of_their_ancestors() -> None:
    assert placements("<nav><a>1</a><p><a>2</a></p></nav><a>3</a><footer><a>4</a><aside><a>5</a></aside></footer>") == [
        "nav", "nav", "content", "footer", "aside",
    ]  # fmt: skip


def test_depth_is_no_limit() -> None:
    assert placements("<aside>" + "<div>" * 5000 + "<a>") == ["aside"]
