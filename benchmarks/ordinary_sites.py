"""Large ordinary sites, generated: a forum, a shop with filters, an encyclopedia, a newspaper with archives, photos.

Each has what makes a site look like a trap: numbers in its URLs, pages that lead on to more of their kind, pages with
little to say. None is without an end; `pages` is how many each has of its main kind.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from backlinks.web_folder import Answer
from benchmarks.prose import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from urllib.parse import SplitResult

ON_A_LIST = 20
COLOURS, SIZES = ("red", "green", "blue", "black", "white"), ("s", "m", "l", "xl")
FIRST_YEAR = 1990
_NOT_FOUND = Answer(404, (("Content-Type", "text/html"),), b"<title>Not found</title>")


class OrdinarySites:
    """`answer` is what a WebServer asks; the same for the same number of pages."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        self._sites: dict[str, Callable[[SplitResult], str | None]] = {
            "forum.test": self._forum,
            "shop.test": self._shop,
            "wiki.test": self._wiki,
            "news.test": self._news,
            "photos.test": self._photos,
        }
        self.seeds = [f"http://{host}/" for host in self._sites]

    def answer(self, url: str) -> Answer | None:
        parts = urlsplit(url)
        site = self._sites.get(parts.hostname or "")
        if site is None:
            return None
        body = None if parts.path == "/robots.txt" else site(parts)
        return _NOT_FOUND if body is None else Answer(200, (("Content-Type", "text/html"),), body.encode())

    def _forum(self, parts: SplitResult) -> str | None:
        """Lists of threads, threads of up to five pages, members who wrote nothing of themselves."""
        page = int(dict(parse_qsl(parts.query)).get("page", 1))
        if parts.path in {"/", "/board"}:
            listed = [(f"/thread/{n}", _prose(f"thread {n}", 5)) for n in self._on_list(page)]
            return _html("The board", [*listed, *self._next_list("/board", page)]) if listed else None
        kind, _, number = parts.path[1:].partition("/")
        if not number.isdigit() or int(number) >= self.pages:
            return None
        random = Random(parts.path)
        if kind == "user":
            return _html(f"Member {number}", [("/", "The board")], "This member has not written anything yet.")
        further = [(f"{parts.path}?page={n}", str(n)) for n in range(1, random.choice((1, 1, 2, 5)) + 1)]
        posts = " ".join(_prose(f"{parts.path} {page} {n}", 20) for n in range(3))
        similar = [(f"/thread/{n}", f"Thread {n}") for n in random.sample(range(self.pages), 4)]
        member = [(f"/user/{random.randrange(self.pages)}", "The author")]
        return _html(_prose(f"thread {number}", 5), [*further, *similar, *member, ("/board", "The board")], posts)

    def _shop(self, parts: SplitResult) -> str | None:
        """Products with a name and a price and no more to say, lists, and filters of two kinds."""
        chosen = dict(parse_qsl(parts.query))
        if parts.path in {"/", "/list"}:
            page = int(chosen.pop("page", 1))
            products = list(self._on_list(page))
            filters = [(f"/list?colour={c}&size={s}", f"{c} {s}") for c in COLOURS for s in SIZES]
            listed = [(f"/p/{n}", _prose(f"product {n}", 2)) for n in products]
            return _html("Shirts", [*listed, *filters, *self._next_list("/list", page)]) if products else None
        number = parts.path.rpartition("/")[2]
        if not number.isdigit() or int(number) >= self.pages:
            return None
        return _html(_prose(f"product {number}", 2), [("/list", "All shirts")], f"{int(number) % 90}.99")

    def _wiki(self, parts: SplitResult) -> str | None:
        """Articles named by words; the well-known ones are linked to most."""
        number = int(parts.path.rpartition("-")[2] or 0) if "-" in parts.path else 0
        if number >= self.pages:
            return None
        random = Random(parts.path)
        others = sorted({int(self.pages * random.random() ** 3) for _ in range(12)} | {number * 2 + 1, number * 2 + 2})
        links = [(_article(n), _prose(f"article {n}", 2)) for n in others if n < self.pages]
        return _html(_prose(f"article {number}", 2), links, _prose(parts.path, 80))

    def _news(self, parts: SplitResult) -> str | None:
        """Years of months of days of articles."""
        numbers = [int(word) for word in parts.path.split("/") if word.isdigit()]
        months = self.pages // ON_A_LIST
        if not numbers:
            return _html("Archive", [(_month(n), str(n)) for n in range(months)])
        year, month, *rest = numbers
        index = (year - FIRST_YEAR) * 12 + month - 1
        if not 0 <= index < months:
            return None
        if rest:
            return _html(_prose(parts.path, 6), [(_month(index), "This month")], _prose(f"news {parts.path}", 60))
        articles = [(f"{_month(index)}{n + 1:02}/{n}", f"{n}") for n in range(ON_A_LIST)]
        return _html(
            f"{month}/{year}", [*articles, *((_month(n), str(n)) for n in (index - 1, index + 1) if n < months)]
        )

    def _photos(self, parts: SplitResult) -> str | None:
        """Captions alone, and the way to the next photo."""
        number = int(parts.path.rpartition("/")[2] or 0)
        if number >= self.pages:
            return None
        ahead = [(f"/photo/{n}", "") for n in range(max(number - 2, 0), number + 3) if n < self.pages]
        return _html("Photo", ahead, _prose(f"photo {number}", 12))

    def _on_list(self, page: int) -> range:
        first = (page - 1) * ON_A_LIST
        return range(first, min(first + ON_A_LIST, self.pages))

    def _next_list(self, path: str, page: int) -> list[tuple[str, str]]:
        return [(f"{path}?page={page + 1}", "Next")] if page * ON_A_LIST < self.pages else []


def _article(number: int) -> str:
    return f"/wiki/{_prose(f'article {number}', 2).replace(' ', '_')}-{number}"


def _month(index: int) -> str:
    return f"/{FIRST_YEAR + index // 12}/{index % 12 + 1:02}/"


def _prose(seed: str, words: int) -> str:
    random = Random(seed)
    return " ".join(random.choice(WORDS) for _ in range(words)).capitalize()


def _html(title: str, links: Iterable[tuple[str, str]], text: str = "") -> str:
    listed = "".join(f"<li><a href='{url}'>{words}</a>" for url, words in links)
    return f"<title>{title}</title><nav><a href='/'>Home</a></nav><h1>{title}</h1><p>{text}</p><ul>{listed}</ul>"
