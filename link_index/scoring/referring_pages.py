"""The referring pages of a batch of links: what the index holds of them, with the ranks of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from link_index.scoring.referrer import PAGE_FIELDS, referrer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pymongo.database import Database

    from link_index.documents import Document
    from link_index.graph.web_arrays import WebArrays
    from link_index.scoring.link_facts import Referrer
    from link_index.scoring.score_documents import Shown

AT_ONCE = 100  # pages in a question, as in known_targets
_FIELDS = dict.fromkeys((*PAGE_FIELDS, "title", "headings"), 1)
_NO_PAGE: Mapping[str, Any] = {}


class ReferringPage(NamedTuple):
    """A page's document (empty if the index has none), and the page as the value of a link sees it."""

    page: Mapping[str, Any]
    referrer: Referrer


class ReferringPages:
    """Looks pages up with the ranks that are still arrays."""

    def __init__(
        self,
        db: Database[Document],
        web: WebArrays,
        ranks: tuple[Shown, Shown],
        spam: Mapping[str, Document],
        run: Mapping[str, Any],
    ) -> None:
        self._db, self._web, self._spam, self._run = db, web, spam, run
        self._page_ranks, self._domain_ranks = ranks

    def of(self, links: Iterable[Mapping[str, Any]]) -> dict[str, ReferringPage]:
        """The referring page of each link, by its URL."""
        domains = {link["source_url"]: link["source_domain"] for link in links}
        urls = sorted(domains)
        pages: dict[str, Document] = {}
        for start in range(0, len(urls), AT_ONCE):
            for page in self._db["pages"].find({"_id": {"$in": urls[start : start + AT_ONCE]}}, _FIELDS):
                pages[page["_id"]] = page
        found = [pages.get(url, _NO_PAGE) for url in urls]
        page_ranks = self._page_ranks.of(self._web.index_of([page.get("key", "") for page in found]))
        names = [domains[url] for url in urls]
        domain_ranks = self._domain_ranks.of(self._web.domain_index_of(names))
        return {
            url: ReferringPage(page, referrer(page, ranks, of_domain | self._spam_of(name), self._run))
            for url, page, name, ranks, of_domain in zip(urls, found, names, page_ranks, domain_ranks, strict=True)
        }

    def _spam_of(self, domain: str) -> dict[str, Any]:
        return {"spam": self._spam[domain]} if domain in self._spam else {}
