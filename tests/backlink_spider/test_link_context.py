"""A few words before and after a link."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from backlink_spider.link_context import MAX_LENGTH, LinkContexts


def contexts(html: str, links: str = "a") -> list[tuple[str, str]]:
    known = LinkContexts()
    parser = LexborHTMLParser(html)
    return [known.around(link, link.parent) for link in parser.css(links) if link.parent is not None]


@pytest.mark.parametrize(
    ("html", "before", "after"),
    [
        ("<p><a>x</a></p>", "", ""),
        ("<p>see <a>x</a> for more</p>", "see", "for more"),
        ("<p>  see\n\t(<a>x</a>)&nbsp;for&nbsp; more </p>", "see (", ") for more"),
        ("<p>not this</p><a>x</a><p>nor this</p>", "", ""),
        ("<ul><li>no</li><li><a>x</a></li><li>no</li></ul>", "", ""),
        ("<div>far<p><a>x</a> two</p>far</div>", "", "two"),
        ("<div>far<p>one <a>x</a></p>far</div>", "one", ""),
        ("<div>far<p><b><a>x</a></b> two</p>far</div>", "", "two"),
        ("<p>one <b><a>x</a></b> two", "one", "two"),
        ("<p>be<b>fo</b>re <a>x</a> af<i>te</i>r", "before", "after"),
        ("<p>one <b>two <a>x</a></b> three", "one two", "three"),
        ("<p>one <b><a>x</a> two</b> three", "one", "two three"),
        ("one<br><a>x</a><br>two", "one", "two"),
        ("one<img alt=' pic '><a>x</a><img alt=pic> two", "one pic", "pic two"),
        ("<p>one<!-- no --><script>no</script><span hidden>no</span><a>x</a><style>no</style> two", "one", "two"),
        ("<div>far<div>no</div>one <a>x</a> two<div>no</div>far</div>", "one", "two"),
        ("<td>no</td><a>x</a>", "no", ""),  # a stray cell is no cell
        ("<table><tr><td>no<td><a>x</a><td>no</table>", "", ""),
        (
            "<p>1 2 3 4 5 6 7 8 9 10 11 <a>x</a> 1 2 3 4 5 6 7 8 9 10 11",
            "2 3 4 5 6 7 8 9 10 11",
            "1 2 3 4 5 6 7 8 9 10",
        ),
        # With five words the search outward ends; with fewer it goes on.
        ("<p>far <i>1 2 3 4 5</i> <a>x</a> <i>1 2 3 4 5</i> far", "1 2 3 4 5", "1 2 3 4 5"),
        ("<p>far <i>1 2 3 4</i> <a>x</a> <i>1 2 3 4</i> far", "far 1 2 3 4", "1 2 3 4 far"),
    ],
)
def test_the_words_beside_a_link_within_its_block(html: str, before: str, after: str) -> None:
    assert contexts(html) == [(before, after)]


def test_neighbouring_links_are_each_others_context() -> None:
    assert contexts("<p><a>one</a> <a>two</a>, <a><b>three</b></a></p>") == [
        ("", "two, three"),
        ("one", ", three"),
        ("one two,", ""),
    ]


def test_long_words_are_cut_and_no_word_is_cut_where_another_stands() -> None:
    word = "w" * 30
    ((before, after),) = contexts(f"<p>{word} {word} {word} <a>x</a> {word} {word} {word}")
    assert (before, after) == (f"{word} {word}", f"{word} {word}")
    ((before, after),) = contexts(f"<p>{'y' * 200}end<a>x</a>{'z' * 200}")
    assert before == "y" * (MAX_LENGTH - 3) + "end"
    assert after == "z" * MAX_LENGTH


def test_a_context_exactly_as_long_as_allowed_stays_whole() -> None:
    exact = " ".join(["w" * 15] * 5) + "w"
    assert len(exact) == MAX_LENGTH
    assert contexts(f"<p>{exact} <a>x</a> {exact}") == [(exact, exact)]


def test_the_search_outward_gives_up_in_time() -> None:
    assert contexts("<p>far" + "<i></i>" * 50 + "<a>x</a>" + "<i></i>" * 50 + "far") == [("", "")]
