"""The expectation for the whole corpus: the static web read by html5lib, its links resolved by whatwg-url."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.real_docs.expected import ExpectedPage, expected_page, reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backlinks.web_folder import Answer
    from benchmarks.real_docs.readings import Readings
    from benchmarks.real_docs.static_web import StaticWeb
    from benchmarks.real_docs.whatwg import Resolver


def expected_pages(web: StaticWeb, seeds: list[str], readings: Readings, resolver: Resolver) -> dict[str, ExpectedPage]:
    """Every URL the crawl should fetch, with what it should find there."""

    def look(urls: list[str]) -> Iterator[ExpectedPage]:
        answers = {url: answer for url in urls if (answer := web.answer(url))}
        html = {url: answer for url, answer in answers.items() if is_html(answer)}
        read = dict(zip(html, readings.of((answer.body, charset(answer)) for answer in html.values()), strict=True))
        for url, answer in answers.items():
            yield expected_page(url, answer, read.get(url), resolver)

    return reach(seeds, look)


def is_html(answer: Answer) -> bool:
    """Whether the answer is a page to read."""
    return answer.status == 200 and _content_type(answer).partition(";")[0] in {"text/html", "application/xhtml+xml"}


def charset(answer: Answer) -> str | None:
    """The charset parameter of the Content-Type, None without one."""
    match = re.search(r"charset=([\w-]+)", _content_type(answer))
    return match[1] if match else None


def _content_type(answer: Answer) -> str:
    return dict(answer.headers).get("Content-Type", "")
