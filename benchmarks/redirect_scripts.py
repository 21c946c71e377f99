"""`python -m benchmarks.redirect_scripts`: redirection scripts told by our rules and by ural, and the time it takes."""

from __future__ import annotations

import sys
import timeit
from typing import TYPE_CHECKING, NamedTuple, TextIO

import click

from link_index.redirect_scripts.redirect_script import redirect_script
from link_index.urls import resolve
from tests.link_index.redirect_scripts.labelled_urls import found_urls, labelled_urls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.link_index.redirect_scripts.labelled_urls import LabelledUrl

PRECISION = 0.99  # at least
ORDINARY_US, SCRIPT_US = 2.0, 30.0  # microseconds a URL, at most
ORDINARY = [
    "https://en.wikipedia.org/wiki/Backlink",
    "https://www.example.com/blog/2024/05/what-makes-a-backlink-worth-having/",
    "https://shop.example.co.uk/category/product-1234.html?colour=red",
    "https://b.example/article?utm_source=newsletter&utm_medium=email",
]
SCRIPTS = [
    "https://a.example/out.php?url=https%3A%2F%2Fb.example%2Fx",
    "https://a.example/redirect?to=aHR0cHM6Ly9iLmV4YW1wbGUveD95PTE",
    "https://www.google.com/url?q=https://www.nature.com/articles/d41586-023-00107-z&sa=D",
    "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.who.int%2Fnews&data=05",
    "https://bit.ly/3xYzAbC",
]


class Told(NamedTuple):
    """What a judge says of a URL: whether it is a redirection script, and the target if any."""

    is_script: bool
    target: str | None


def by_rules(url: str) -> Told:
    """Ours."""
    verdict = redirect_script(url)
    return Told(verdict is not None, verdict.target if verdict else None)


def by_ural(url: str) -> Told:
    """A URL that ural would resolve, takes for shortened, or infers a redirection of. GPL: for comparison only."""
    import ural

    target = ural.infer_redirection(url)
    found = (resolve(target, url) or target) if target != url else None  # written as ours is
    return Told(bool(found or ural.is_shortened_url(url) or ural.should_resolve(url)), found)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--mistakes", is_flag=True, help="Show what each judge gets wrong.")
@click.option("--urls", type=click.File(), help="Show instead what is told in a list of your own, one URL a line.")
def main(mistakes: bool, urls: TextIO | None) -> None:
    """Judge labelled URLs. Exit status: 1 if a required figure is missed."""
    if urls:
        _show(urls)
        return
    held_out = _compared("held out", [each for each in labelled_urls() if each.held_out], mistakes)
    found = _compared("found in public repositories", found_urls(), mistakes)
    click.echo("microseconds a URL, the best of 15 turns")
    ordinary, script = (_timed("ordinary", ORDINARY), _timed("redirection script", SCRIPTS))
    sys.exit(min(held_out, found) < PRECISION or ordinary > ORDINARY_US or script > SCRIPT_US)


def _show(urls: Iterable[str]) -> None:
    lines = [line.strip() for line in urls]
    told = [(url, verdict) for url in lines if (verdict := redirect_script(url))]
    for url, verdict in told:
        click.echo(f"{verdict.rule:20} {url} -> {verdict.target or '?'}")
    click.echo(f"{len(told)} of {len(lines)} URLs")


def _compared(title: str, labelled: list[LabelledUrl], mistakes: bool) -> float:
    """The precision of ours."""
    scripts = sum(each.is_script for each in labelled)
    carrying = sum(each.target is not None for each in labelled)
    click.echo(f"{title}: {len(labelled)} URLs, {scripts} of them redirection scripts, {carrying} with a target")
    click.echo(f"{'':6} {'precision':>10} {'recall':>8} {'... with a target':>18} {'targets right':>14}")
    precisions = {name: _judged(name, judge, labelled, mistakes) for name, judge in JUDGES.items()}
    click.echo()
    return precisions["ours"]


JUDGES: dict[str, Callable[[str], Told]] = {"ours": by_rules, "ural": by_ural}


def _judged(name: str, judge: Callable[[str], Told], labelled: list[LabelledUrl], mistakes: bool) -> float:
    told = [(each, judge(each.url)) for each in labelled]
    right = [(each, verdict) for each, verdict in told if each.is_script and verdict.is_script]
    wrong = [each.url for each, verdict in told if verdict.is_script and not each.is_script]
    missed = [each.url for each, verdict in told if each.is_script and not verdict.is_script]
    misread = [each.url for each, verdict in right if verdict.target != each.target]
    carrying = [each for each, _ in told if each.target is not None]
    precision, recall = len(right) / (len(right) + len(wrong)), len(right) / (len(right) + len(missed))
    seen, targets = sum(each.target is not None for each, _ in right) / len(carrying), 1 - len(misread) / len(right)
    click.echo(f"{name:6} {precision:10.1%} {recall:8.1%} {seen:18.1%} {targets:14.1%}")
    for label, urls in (("wrongly told", wrong), ("missed", missed), ("target", misread)) if mistakes else ():
        for url in urls:
            click.echo(f"  {label:12} {url}")
    return precision


def _timed(label: str, urls: list[str]) -> float:
    """Microseconds of ours a URL."""
    seconds = {
        name: min(timeit.repeat(lambda j=judge: [j(url) for url in urls], number=200, repeat=15))
        for name, judge in TIMED.items()
    }
    each = {name: value / 200 / len(urls) * 1e6 for name, value in seconds.items()}
    click.echo(f"{label:20} ours {each['ours']:6.2f}   ural {each['ural']:6.2f}")
    return each["ours"]


TIMED: dict[str, Callable[[str], object]] = {"ours": redirect_script, "ural": by_ural}

if __name__ == "__main__":
    main()
