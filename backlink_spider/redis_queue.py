"""scrapy-redis' queue as the worker's end of the shared frontier: it gives and takes requests without waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy_redis.queue import Base

from link_index.urls import resolve, target

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request

    from backlink_spider.redis_frontier import RedisFrontier


class HostQueue(Base):  # type: ignore[misc]  # scrapy-redis is not typed
    """Holds URLs to fetch by GET and nothing else: neither a request's other parts nor a pickle are ever in Redis."""

    frontier: RedisFrontier  # once the worker has joined the crawl
    request_of: Callable[[Any], Request]  # what a leased page becomes

    def __len__(self) -> int:
        """URLs queued in the whole crawl, as last heard."""
        return self.frontier.queued

    def push(self, request: Request) -> None:
        """Raises ValueError for a request that is more than a URL."""
        url = resolve(request.url, request.url)
        if request.method != "GET" or request.body or url is None:
            raise ValueError(f"The frontier holds URLs to be fetched by GET, not {request!r}.")
        self.frontier.push([target(url)], request.meta.get("depth", 0), request.meta.get("hops", ()))

    def pop(self, timeout: int = 0) -> Request | None:
        lease = self.frontier.pop()
        return None if lease is None else self.request_of(lease)

    def clear(self) -> None:
        raise NotImplementedError("One worker does not empty the queue of all: `backlinks frontier drop` does.")

    def _encode_request(self, request: Request) -> bytes:
        encoded: bytes = self.serializer.dumps(target(request.url))
        return encoded

    def _decode_request(self, encoded_request: bytes) -> Request:
        raise NotImplementedError("An entry is read together with the key it lies under: `frontier_entry.loads`.")
