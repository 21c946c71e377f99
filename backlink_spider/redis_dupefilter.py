"""What a worker knows to be seen: scrapy-redis' filter as a memory of the last finds, in front of the set in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy_redis.dupefilter import RFPDupeFilter

from link_index.urls import resolve, target

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from scrapy import Request, Spider

    from link_index.urls import Target

GENERATION = 131_072  # fingerprints; two generations are kept, 24 MB when full


class SeenFilter(RFPDupeFilter):  # type: ignore[misc]  # scrapy-redis is not typed
    """Answers without asking Redis, so "not seen" means "not lately, by this worker": the script of a push decides."""

    def __init__(self, server: Any = None, key: str = "", debug: bool = False) -> None:
        super().__init__(server, key, debug)
        self._recent: set[bytes] = set()
        self._older: set[bytes] = set()

    @classmethod
    def from_spider(cls, spider: Spider) -> Self:
        return cls(debug=spider.settings.getbool("DUPEFILTER_DEBUG"))

    def unseen(self, targets: Iterable[Target]) -> list[Target]:
        recent, older = self._recent, self._older
        return [target for target in targets if target.hash8 not in recent and target.hash8 not in older]

    def remember(self, targets: Iterable[Target]) -> None:
        self._recent.update([target.hash8 for target in targets])
        if len(self._recent) >= GENERATION:
            self._older, self._recent = self._recent, set()

    def request_fingerprint(self, request: Request) -> bytes:
        return target(resolve(request.url, request.url) or request.url).hash8

    def request_seen(self, request: Request) -> bool:
        fingerprint = self.request_fingerprint(request)
        return fingerprint in self._recent or fingerprint in self._older

    def clear(self) -> None:
        """Forget what this worker knows; what Redis knows is every worker's."""
        self._recent, self._older = set(), set()
